"""The operations' tool on the deployed stack, in the operations role: what it shows, what it changes, what it keeps."""

from local.partners.enedis import Ending
from tests.end_to_end.operations import Operations
from tests.end_to_end.world import World

MOST_CALLS = 14
"""Of ``ops case``, for one limitation: each takes some 10 ms, so all of them take well under a second."""

OWN_CLOUD: dict[str, str] = {}
"""A cloud for this file alone: what operations list and stop concerns all that is there."""


def timeline(operations: Operations, key: str) -> list[dict[str, str]]:
    (limitation,) = operations.run("case", key, "--json").content["limitations"]
    found: list[dict[str, str]] = limitation["timeline"]
    assert [line["at"] for line in found] == sorted(line["at"] for line in found)
    return found


def test_closed_case_is_whole_by_each_kind_of_key_and_takes_few_calls(world: World, operations: Operations) -> None:
    customer = world.limited_customer()
    world.pay(customer)
    world.wait_for_outcomes(customer, "RESTORED")
    world.cloud.wait_idle()
    last = world.executions(customer)[-1].arn.rpartition(":")[2]
    keys = {
        "limitation": customer.limitation_id,
        "contract": customer.contract_id,
        "point": customer.point_id,
        "customer": customer.customer_id,
        "execution": last,
    }
    for kind, key in keys.items():
        operations.take_calls()
        content = operations.run("case", key, "--json").content
        calls = operations.take_calls()
        assert len(calls) <= MOST_CALLS, calls
        assert content["kind"] == kind
        (limitation,) = content["limitations"]
        assert (limitation["status"], limitation["outcome"]) == ("CLOSED", "RESTORED")
        assert limitation["say"].startswith("Votre puissance est rétablie.")
        assert limitation["caseAtEnedis"]
        kinds = {line["kind"] for line in limitation["timeline"]}
        assert kinds == {"register", "execution", "decision", "order", "message"}
    lines = [line["text"] for line in timeline(operations, customer.limitation_id)]
    assert any(line.startswith(f"{customer.limitation_id}/R/1 ACCEPTED") for line in lines)
    assert any(line.startswith("POWER_RESTORED#") and line.endswith(": sent") for line in lines)
    assert any(line.startswith("coverage: ") and "Politique commerciale" in line for line in lines), "a rule says why"
    assert sum("started by" in line for line in lines) == 1


def test_stopping_one_case_is_confirmed_by_its_limitation_and_kept(world: World, operations: Operations) -> None:
    customer = world.limited_customer(endings=[Ending.NEVER])
    world.pay(customer)
    world.wait_until_followed(customer)
    waiting = operations.run("cases", "--waiting-for", "enedis", "--json").content["cases"]
    assert customer.limitation_id in {case["limitationId"] for case in waiting}
    (before,) = operations.run("case", customer.point_id, "--json").content["limitations"]
    assert (before["state"], before["waitsFor"]) == ("WaitForEnedis", "enedis")
    assert f"affaire {before['caseAtEnedis']}" in before["say"]

    earlier = len(operations.run("journal", "--json").content)
    refused = operations.run("stop", customer.limitation_id, typed=["wrong order", "yes"])
    assert str(refused.error) == f'Nothing was done: "{customer.limitation_id}" was not typed.'
    stopped = operations.run("stop", customer.limitation_id, typed=["wrong order", customer.limitation_id])
    assert stopped.exit_code == 0, stopped
    assert f"order {customer.limitation_id}/R/1 is open" in " ".join(stopped.text.split())
    world.wait_for_outcomes(customer, "ABORTED")
    (case,) = operations.run("cases", "--status", "aborted", "--json").content["cases"]
    assert (case["limitationId"], case["error"], case["hold"]) == (
        customer.limitation_id,
        "StoppedByOperations",
        "holds",
    )
    entries = operations.run("journal", "--json").content[earlier:]
    written = [(each["command"], each["stage"]) for each in entries]
    assert written == [("stop", "begun"), ("stop", "ended")], "what was not confirmed is not in the journal"
    assert case["cause"] == f"journal {entries[0]['id']}"
