"""One trace from the bus to power: each hop hands on the header, and ``ops trace`` joins what AWS does not."""

import time
from collections.abc import Mapping
from typing import Any

from tests.end_to_end.operations import Operations
from tests.end_to_end.world import World

ROOT = f"1-{int(time.time()) - 7200:08x}-bd862e3fe1be46a994272793"
"""A trace of billing's that has gone on for two hours."""

PARENT = "53995c3f42cd8ad8"

OWN_CLOUD: dict[str, str] = {}
"""A cloud for this file alone: its tests wait until nothing goes on any more."""


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
