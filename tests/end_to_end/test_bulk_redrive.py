"""A bulk redrive on the deployed stack, by the tool, in the operations role: dry run, brake, report, another run."""

from typing import Any

from tests.end_to_end.operations import Operations, freeze
from tests.end_to_end.provoked import ERROR, broken, fail
from tests.end_to_end.world import World


def followed(operations: Operations, *arguments: str) -> dict[str, Any]:
    """A run to its end, as it is told."""
    told = operations.run("redrive", *arguments, "--follow", "--reason", "billing is mended", "--yes", "--json")
    content: dict[str, Any] = told.content
    assert sum(content["ends"].values()) == content["items"] == len(content["report"])
    return content


def test_brake_stops_it_and_after_the_mend_another_run_restores_everybody(world: World, operations: Operations) -> None:
    customers = fail(world, 7)
    redrive_id = freeze(operations, "--error", ERROR)
    with broken(world, customers):
        stopped = followed(operations, "--confirm", redrive_id)
    assert stopped["outcome"] == "BRAKED"
    # The first step takes one, the second five, which are enough to judge by.
    assert stopped["ends"]["FAILED_AGAIN"] < len(customers)
    assert stopped["ends"]["NOT_REACHED"] > 0
    report = operations.run("redrive", "report", redrive_id).text
    assert "The brake stopped it" in report
    assert f"ops redrive resume {redrive_id}" in report
    assert max(map(len, report.splitlines())) <= 80

    resumed = followed(operations, "resume", redrive_id)
    assert resumed["outcome"] == "DONE"
    assert world.cloud.metrics["restoration", "BulkRedrivesStopped"] == 1, "the brake's alone"
    assert resumed["ends"]["FAILED_AGAIN"] == stopped["ends"]["FAILED_AGAIN"]
    last_id = freeze(operations, "--error", ERROR)
    left = followed(operations, "--confirm", last_id)
    assert left["ends"]["PASSED"] == stopped["ends"]["FAILED_AGAIN"]
    for customer in customers:
        world.wait_for_outcomes(customer, "RESTORED")
    kept = operations.run("journal", "--json").content[-1]
    assert (kept["command"], kept["reason"]) == ("redrive", "billing is mended")
    assert kept["outcome"].startswith(f"run {last_id}-run-1 ended DONE")
