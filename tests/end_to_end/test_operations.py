"""One case on the deployed stack, as the operations' tool shows it, in the operations role."""

from tests.end_to_end.operations import Operations
from tests.end_to_end.world import World

MOST_CALLS = 14
"""Of ``ops case``, for one limitation: each takes some 10 ms, so all of them take well under a second."""


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
        timeline = limitation["timeline"]
        assert {line["kind"] for line in timeline} == {"register", "execution", "decision", "order", "message"}
        assert [line["at"] for line in timeline] == sorted(line["at"] for line in timeline)
    lines = [line["text"] for line in timeline]
    assert any(line.startswith(f"{customer.limitation_id}/R/1 ACCEPTED") for line in lines)
    assert any(line.startswith("“POWER_RESTORED#") and line.endswith(": sent") for line in lines)
    assert any(line.startswith("coverage: ") and "Politique commerciale" in line for line in lines), "a rule says why"
    assert sum("started by" in line for line in lines) == 1
