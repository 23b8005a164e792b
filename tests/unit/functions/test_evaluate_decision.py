"""evaluate_decision: called by the state machine for each decision, and by notify_customer."""

import json
import random
import string
import time

import boto3
import pytest

from record.cases.kept_decisions import KeptDecision, read_table
from restoration.contracts.billing import MOST_PAYMENTS
from tests.unit.decisions.deciding import book, payment
from tests.unit.functions.conftest import Call, Logs, Metrics


def decisions_kept(limitation_id: str = "LIM-1") -> list[KeptDecision]:
    return read_table(boto3.client("dynamodb"), "decisions", limitation_id)


def test_a_decision_is_returned_logged_and_kept(call: Call, logs: Logs, metrics: Metrics) -> None:
    inputs = {"code": "SGT4B8", "refusals": 1}
    event = {"decision": "refusal", "limitationId": "LIM-1", "askedBy": "execution-1/DecideRefusal", "inputs": inputs}
    output = call("evaluate_decision", event)
    assert set(output) == {"value", "version"}
    assert output["value"]["next"]
    (kept,) = decisions_kept()
    assert (kept.decision, kept.version) == ("refusal", output["version"])
    (line,) = [line for line in logs() if line["message"] == "decided"]
    assert line["correlation_id"] == "LIM-1"
    assert line["rules"] == ["refusal_already_running"]
    assert metrics() == {"DecisionWarnings": [0]}


def test_no_log_shows_a_customer_s_health_or_debt(call: Call, logs: Logs) -> None:
    inputs = {**book("protection").usual, "medical": True, "limitedPowerKva": 1.25}
    event = {"decision": "protection", "limitationId": "LIM-1", "askedBy": "execution-1/Decide", "inputs": inputs}
    output = call("evaluate_decision", event)
    (line,) = [line for line in logs() if line["message"] == "decided"]
    assert "medical" not in json.dumps([output, line]), "the id of a rule may tell it, too"
    fields = set(line) - {"correlation_id", "timestamp", "level", "location", "message", "service", "xray_trace_id"}
    assert {name for name in fields if "function" not in name} <= {"cold_start", "decision", "version", "rules"}
    assert "1.25" not in json.dumps(line)
    call("evaluate_decision", {**event, "decision": "attention", "inputs": book("attention").usual})
    assert [line["rules"] for line in logs() if line["message"] == "decided"] == [[], []]


@pytest.mark.explored
@pytest.mark.parametrize(
    ("means", "status", "history"),
    [
        ("CHEQUE", "RECEIVED", "GOOD"),
        ("CHEQUE", "RECEIVED", "AVERAGE"),
        ("DIRECT_DEBIT", "RECEIVED", "POOR"),
        ("CARD", "CAPTURED", "POOR"),
    ],
)
def test_as_many_payments_as_billing_may_return_are_decided_and_kept_within_every_limit(
    call: Call, means: str, status: str, history: str
) -> None:
    chance = random.Random(1)  # noqa: S311 - no secret
    payments = [
        payment(
            means,
            status,
            chance.randrange(10**13) / 100,
            paymentId="".join(chance.choices(string.ascii_letters + string.digits, k=128)),  # no compression helps
            receivedOn=f"2026-05-{1 + number % 31:02}",
        )
        for number in range(MOST_PAYMENTS)
    ]
    inputs = {**book("payment").usual, "payments": payments, "paymentHistory": history, "businessDate": "2026-05-20"}
    event = {"decision": "paymentCertainty", "limitationId": "LIM-1", "askedBy": "execution-1/Decide", "inputs": inputs}
    began = time.process_time()
    output = call("evaluate_decision", event)
    assert time.process_time() - began < 10, "with half a processor it has 30 s"
    assert len(json.dumps(output)) < 72 * 1024, "a state's result may have 256 KiB: the ids of all that count"
    record, whole = boto3.client("dynamodb").query(
        TableName="decisions",
        KeyConditionExpression="limitationId = :id",
        FilterExpression="attribute_not_exists(fingerprint)",
        ExpressionAttributeValues={":id": {"S": "LIM-1"}},
    )["Items"]
    assert len(whole["inputs"]["B"]) + len(whole["audit"]["B"]) < 380 * 1024, "an item may have 400 KiB"
    assert len(record["grounds"]["B"]) < 100 * 1024
    (kept,) = decisions_kept()
    assert kept.inputs is not None
    assert len(kept.inputs["payments"]) == MOST_PAYMENTS
