"""Asking the rules from another function, and keeping what they answered."""

import io
import json
from typing import Any

import pytest
from boto3.dynamodb.conditions import Key

from restoration.adapters.decisions import DecisionFunction, DecisionLog
from restoration.decision import DecisionAnswer, DecisionRequest
from restoration.errors import DecisionFailed

REQUEST = DecisionRequest("coverage", "LIM-1", "execution-1/DecideCoverage", {"limitationDebt": 123.45, "reason": "é"})
ANSWER = DecisionAnswer({"outcome": "RESTORE"}, "v1", ("rule_1", "rule_2"), {"value": {"outcome": "RESTORE"}, "é": [1]})


class Lambda:
    """A Lambda client that answers with a payload."""

    def __init__(self, payload: object, **more: str) -> None:
        self._answer = {"StatusCode": 200, "Payload": io.BytesIO(json.dumps(payload).encode()), **more}
        self.calls: list[dict[str, Any]] = []

    def invoke(self, **arguments: Any) -> dict[str, Any]:
        self.calls.append(arguments)
        return self._answer


def ask(client: Any) -> Any:
    return DecisionFunction(client, "evaluate-decision").value(REQUEST)


def test_the_function_is_asked_as_the_state_machine_asks_it() -> None:
    client = Lambda({"value": {"channel": "SMS"}, "version": "v1"})
    assert ask(client) == {"channel": "SMS"}
    ((arguments),) = client.calls
    assert arguments["FunctionName"] == "evaluate-decision"
    assert json.loads(arguments["Payload"]) == {
        "decision": "coverage",
        "limitationId": "LIM-1",
        "askedBy": "execution-1/DecideCoverage",
        "inputs": {"limitationDebt": 123.45, "reason": "é"},
    }


@pytest.mark.parametrize(
    "failure",
    [
        {"errorType": "DecisionFailed", "errorMessage": "input amount misses"},
        {"errorMessage": "Task timed out after 30 seconds: amount"},
    ],
)
def test_a_failed_evaluation_is_told_with_its_reason(failure: dict[str, str]) -> None:
    with pytest.raises(DecisionFailed, match="amount"):
        ask(Lambda(failure, FunctionError="Unhandled"))


def test_decisions_of_a_limitation_are_kept_with_their_audit(dynamodb: Any) -> None:
    DecisionLog(dynamodb, "decisions").keep(REQUEST, ANSWER)
    (item,) = dynamodb.Table("decisions").query(KeyConditionExpression=Key("limitationId").eq("LIM-1"))["Items"]
    assert (item["decision"], item["version"], item["matchedRules"]) == ("coverage", "v1", ["rule_1", "rule_2"])
    assert json.loads(item["audit"]) == ANSWER.audit
    assert json.loads(item["inputs"]) == REQUEST.inputs
    assert item["askedBy"] == "execution-1/DecideCoverage"
    moment, decision, asked_by = item["decidedAt"].split("#")
    assert moment.endswith("Z")
    assert (decision, asked_by) == ("coverage", "execution-1/DecideCoverage")


def test_each_decision_of_a_moment_is_kept(dynamodb: Any) -> None:
    log = DecisionLog(dynamodb, "decisions")
    for decision in ("protection", "paymentCertainty", "coverage"):
        log.keep(DecisionRequest(decision, "LIM-1", "execution-1/Decide", {}), ANSWER)
    assert dynamodb.Table("decisions").query(KeyConditionExpression=Key("limitationId").eq("LIM-1"))["Count"] == 3
