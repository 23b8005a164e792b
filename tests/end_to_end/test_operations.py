"""One case on the deployed stack, as the operations' tool shows it, in the operations role; and one trace of it.

Each hop from the bus to power hands on the header, and ``ops trace`` joins what AWS does not.
"""

import time
from collections.abc import Mapping
from typing import Any

from tests.end_to_end.operations import Operations
from tests.end_to_end.world import World

ROOT = f"1-{int(time.time()) - 7200:08x}-bd862e3fe1be46a994272793"
"""A trace of billing's that has gone on for two hours."""

PARENT = "53995c3f42cd8ad8"
MOST_CALLS = 14
"""Of ``ops case``, for one limitation: each takes some 10 ms, so all of them take well under a second."""


def test_closed_case_is_whole_by_each_kind_of_key_and_takes_few_calls(world: World, operations: Operations) -> None:
    customer = world.restored_customer()
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


def named(spans: list[Mapping[str, Any]], name: str, text: str = "") -> Mapping[str, Any]:
    """The one span among some that has this name, and a text that contains another."""
    found = [span for span in spans if span["name"] == name and text in span["text"]]
    assert len(found) == 1, [(span["name"], span["text"]) for span in spans]
    return found[0]


def traced(operations: Operations, key: str) -> list[Mapping[str, Any]]:
    [case] = operations.run("trace", key, "--json").content
    assert case["cut"] == []
    spans: list[Mapping[str, Any]] = case["spans"]
    return spans


def test_chain_from_the_bus_to_power(world: World, operations: Operations) -> None:
    customer = world.limited_customer()
    header = f"Root={ROOT};Parent={PARENT};Sampled=0"
    world.stage.put([{**world.payment(customer), "TraceHeader": header}])
    *_, restored = world.wait_for_outcomes(customer, "RESTORED")
    world.cloud.wait_idle()
    described = world.cloud.client("stepfunctions").describe_execution(executionArn=restored.arn)
    assert described["traceHeader"] == f"Root={ROOT};Parent={PARENT};Sampled=1"

    spans = traced(operations, customer.limitation_id)
    # The record's AWSTraceHeader is the event's: Lambda links the batch to it.
    intake = named(spans, "receive-payments")
    assert intake["links"] == [[ROOT, PARENT]]
    assert named(intake["children"], "dynamodb", "BatchGetItem")["traceId"] == intake["traceId"] != ROOT
    record = named(intake["children"], "record")
    assert record["annotations"].items() >= {"limitationId": customer.limitation_id, "outcome": "STARTED"}.items()
    # The execution is in the event's trace, below the call that started it.
    start = named(record["children"], "states", "StartExecution")
    execution = named(start["children"], "restoration")
    assert (execution["kind"], execution["traceId"]) == ("execution", ROOT)
    states = execution["children"]
    assert [state["name"] for state in states] == restored.path
    for state in states:
        if state["text"]:  # a function's name
            assert (state["traceId"], state["annotations"]["limitationId"]) == (ROOT, customer.limitation_id)
            assert any(call["name"] == "dynamodb" for call in state["children"]), state["name"]
    assert named(states, "TakeCharge")["annotations"]["outcome"] == "CLAIMED"
    assert named(named(states, "CheckPayment")["children"], "billing", "situation 200")["kind"] == "remote"
    assert named(named(states, "ReadPoint")["children"], "Enedis", "consulterDonneesPoint 200")["kind"] == "remote"
    # The order goes through a queue: another trace, linked to the state that waits for it.
    sent = named(named(states, "OrderAtEnedis")["children"], "SQS")
    order = named(sent["children"], "place-order")
    assert order["links"] == [[ROOT, sent["id"]]]
    assert order["traceId"] not in {ROOT, intake["traceId"]}
    assert order["waited"] is not None
    placed = named(order["children"], "record")
    assert placed["annotations"].items() >= {"limitationId": customer.limitation_id, "outcome": "ACCEPTED"}.items()
    assert named(placed["children"], "Enedis", "commanderInterventionImpaye 200")["kind"] == "remote"
    assert named(placed["children"], "states", "SendTaskSuccess")
    settled = named(states, "CloseOrLetGo")
    assert settled["annotations"]["outcome"] == "RESTORED"
    # What follows listens to the event on the bus.
    told = named(named(settled["children"], "events", "PutEvents")["children"], "notify-customer")
    assert named(told["children"], "record")["annotations"]["outcome"] == "SENT"
