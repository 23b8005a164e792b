"""A bulk redrive on the deployed stack, by the tool, in the operations role: dry run, brake, pause, report."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

from local.stage import Customer
from tests.end_to_end.operations import Operations, freeze
from tests.end_to_end.provoked import ERROR, broken, fail
from tests.end_to_end.world import World

BY_HAND, TAKEN_OVER = 1, 2
"""The places, among the failed, of those that something happens to after the freeze."""

OWN_CLOUD: dict[str, str] = {}
"""A cloud for this file alone: all failed executions are frozen here."""


def followed(operations: Operations, *arguments: str) -> dict[str, Any]:
    """A run to its end: its numbers, and its items by limitation."""
    content = operations.run(
        "redrive", *arguments, "--follow", "--reason", "billing is mended", "--yes", "--json"
    ).content
    assert sum(content["ends"].values()) == content["items"] == len(content["report"])
    return {**content, "report": {item["limitationId"]: item for item in content["report"]}}


def redrives(world: World, customers: Sequence[Customer]) -> Counter[int]:
    """How many executions of theirs were redriven how often."""
    found = [it for customer in customers for it in world.executions(customer) if it.error or it.redrives]
    return Counter(execution.redrives for execution in found)


def test_what_changed_since_the_freeze_is_left_alone_and_all_others_are_restored(
    world: World, operations: Operations
) -> None:
    customers = fail(world, 4)
    shown = operations.run("redrive", "--error", ERROR, "--state", "CheckPayment", "--dry-run")
    assert "4 executions of 4 will be redriven" in shown.text
    assert "16 calls to Enedis" in shown.text
    assert max(map(len, shown.text.splitlines())) <= 80
    redrive_id = freeze(operations, "--cause", "raised by the test")
    assert redrives(world, customers) == {0: 4}, "nothing was redriven"

    by_hand, taken_over = customers[BY_HAND], customers[TAKEN_OVER]
    (failed,) = (it for it in world.executions(by_hand) if it.error)
    with broken(world, customers):
        world.stage.operations("stepfunctions").redrive_execution(executionArn=failed.arn)
        world.wait_about(by_hand, lambda: failed.redrives == 1 and not failed.is_running, "a second failure")
    world.pay(taken_over, amount=0.01)
    world.wait_for_outcomes(taken_over, "FAILED", "RESTORED")

    report = followed(operations, "--confirm", redrive_id)
    assert report["outcome"] == "DONE"
    ends = {limitation: item["end"] for limitation, item in report["report"].items()}
    assert ends.pop(by_hand.limitation_id) == "LEFT_ALONE"
    assert ends.pop(taken_over.limitation_id) == "SUPERSEDED"
    assert set(ends.values()) == {"PASSED"}
    assert "somebody else redrove it" in report["report"][by_hand.limitation_id]["why"]
    assert "limitation is closed" in report["report"][taken_over.limitation_id]["why"]
    for customer in customers:
        if customer not in {by_hand, taken_over}:
            world.wait_for_outcomes(customer, "RESTORED")
    assert redrives(world, customers) == {0: 1, 1: 3}

    again = operations.run("redrive", "--confirm", redrive_id, "--reason", "again", "--yes")
    assert "it was begun" in str(again.error)
    kept = operations.run("journal", "--json").content[-1]
    assert (kept["command"], kept["reason"]) == ("redrive", "billing is mended")
    assert kept["outcome"].startswith(f"run {redrive_id}-run-1 ended DONE")


def test_brake_stops_it_and_after_the_mend_another_run_restores_everybody(world: World, operations: Operations) -> None:
    customers = fail(world, 7)
    redrive_id = freeze(operations, "--error", ERROR)
    with broken(world, customers):
        stopped = followed(operations, "--confirm", redrive_id)
    assert stopped["outcome"] == "BRAKED"
    # The first step takes one, the second five, which are enough to judge by.
    assert stopped["ends"]["FAILED_AGAIN"] < len(customers)
    assert stopped["ends"]["NOT_REACHED"] > 0
    assert world.cloud.metrics["restoration", "BulkRedrivesStopped"] == 1
    report = operations.run("redrive", "report", redrive_id).text
    assert "The brake stopped it" in report
    assert f"ops redrive resume {redrive_id}" in report
    assert max(map(len, report.splitlines())) <= 80

    resumed = followed(operations, "resume", redrive_id)
    assert resumed["outcome"] == "DONE"
    assert resumed["ends"]["FAILED_AGAIN"] == stopped["ends"]["FAILED_AGAIN"]
    left = followed(operations, "--confirm", freeze(operations, "--error", ERROR))
    assert left["ends"]["PASSED"] == stopped["ends"]["FAILED_AGAIN"]
    for customer in customers:
        world.wait_for_outcomes(customer, "RESTORED")
