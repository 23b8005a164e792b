"""The rules for the other functions, and the decisions that are kept."""

import io
import json
import time
from dataclasses import replace
from typing import Any
from unittest.mock import Mock

import pytest
from boto3.dynamodb.conditions import Key

from restoration.adapters.dynamodb.decision_log import LAST, DecisionLog, packed, unpacked
from restoration.adapters.lambdas.decision_function import DecisionFunction
from restoration.domain.decision import (
    DecisionRequest,
    DecisionResult,
    MatchedRule,
)
from restoration.errors import DecisionFailed

REQUEST = DecisionRequest("coverage", "LIM-1", "execution-1/DecideCoverage", {"limitationDebt": 123.45, "reason": "é"})


def returning(payload: object, **more: str) -> Mock:
    """Make a Lambda client."""
    returned = {"StatusCode": 200, "Payload": io.BytesIO(json.dumps(payload).encode()), **more}
    return Mock(**{"invoke.return_value": returned})


@pytest.mark.parametrize("look", [None, {"debt": 1.5}])
def test_the_function_is_asked_as_the_state_machine_asks_it(look: dict[str, float] | None) -> None:
    client = returning({"value": {"channel": "SMS"}, "version": "v1"})
    assert DecisionFunction(client, "evaluate-decision").value(REQUEST, look) == {"channel": "SMS"}
    arguments = client.invoke.call_args.kwargs
    assert arguments["FunctionName"] == "evaluate-decision"
    assert json.loads(arguments["Payload"]) == {
        "decision": "coverage",
        "limitationId": "LIM-1",
        "askedBy": "execution-1/DecideCoverage",
        "inputs": {"limitationDebt": 123.45, "reason": "é"},
        **({"look": look} if look else {}),
    }


@pytest.mark.parametrize(
    "failure",
    [
        {"errorType": "DecisionFailed", "errorMessage": "input amount misses"},
        {"errorMessage": "Task timed out after 30 seconds: amount"},
    ],
)
def test_a_failed_evaluation_is_raised_with_its_reason(failure: dict[str, str]) -> None:
    client = returning(failure, FunctionError="Unhandled")
    with pytest.raises(DecisionFailed, match="amount"):
        DecisionFunction(client, "evaluate-decision").value(REQUEST)


def kept(dynamodb: Any) -> list[dict[str, Any]]:
    """The kept decisions, without the items that point to the last ones."""
    key = Key("limitationId").eq("LIM-1") & Key("decidedAt").lt(LAST)
    items: list[dict[str, Any]] = dynamodb.Table("decisions").query(KeyConditionExpression=key)["Items"]
    return items


PROTECTED = DecisionRequest(
    "protection",
    "LIM-1",
    "execution-1/DecideProtection",
    {"medical": True, "overIndebtedness": True, "energyVoucher": False, "payments": [{"paymentId": "PAY-1"}]},
)
MEDICAL = DecisionResult(
    {"measure": "RESTORE", "reason": "MEDICAL", "countedPayments": ["PAY-1"]},
    "v1",
    ("protection_medical",),
    {"value": {"measure": "RESTORE"}},
    (MatchedRule("protection", "protection_medical", {"medical": True}),),
)


def test_a_record_has_the_rules_and_what_they_tested_and_no_other_flag(dynamodb: Any) -> None:
    DecisionLog(dynamodb, "decisions").keep(PROTECTED, MEDICAL)
    (item,) = kept(dynamodb)
    assert item["matchedRules"] == ["protection_medical"]
    assert json.loads(unpacked(item["grounds"].value)) == [
        {"decision": "protection", "rule": "protection_medical", "tested": {"medical": True}}
    ]
    assert json.loads(unpacked(item["value"].value)) == {"measure": "RESTORE", "reason": "MEDICAL"}
    text = unpacked(item["grounds"].value) + unpacked(item["value"].value)
    assert not any(word in text for word in ("overIndebtedness", "energyVoucher", "PAY-1", "payment"))


@pytest.mark.parametrize(("size", "begins"), [(32 * 1024, b"x\xda"), (32 * 1024 + 1, b"\xfd7zXZ\x00")])
def test_content_that_is_larger_than_zlib_looks_back_is_packed_by_lzma(size: int, begins: bytes) -> None:
    text = '{"id":"PAY-é","more":[1,"'
    content = {"id": "PAY-é", "more": [1, "x" * (size - len(f'{text}"]}}'.encode()))]}
    assert packed(content).startswith(begins)
    assert unpacked(packed(content)).startswith(text)
    assert json.loads(unpacked(packed(content))) == content


@pytest.mark.parametrize("content", [b"", b"{}", b"\xfd7zXZ\x00 and no more"])
def test_content_that_was_not_packed_is_an_error(content: bytes) -> None:
    with pytest.raises(ValueError, match="not packed"):
        unpacked(content)


def decided(debt: int, version: str = "v1", outcome: str = "RESTORE") -> tuple[DecisionRequest, DecisionResult]:
    request = DecisionRequest("coverage", "LIM-1", f"execution-{debt}/DecideCoverage", {"debt": debt})
    return request, DecisionResult(outcome, version, (), {"value": outcome})


def test_a_decision_that_equals_the_last_one_is_not_kept_again(dynamodb: Any) -> None:
    log = DecisionLog(dynamodb, "decisions")
    request, result = decided(10)
    for inputs in ({"a": 1, "b": 2}, {"b": 2, "a": 1}):
        log.keep(replace(request, inputs=inputs), result)
    assert len(kept(dynamodb)) == 1


@pytest.mark.parametrize("other", [decided(11), decided(10, version="v2"), decided(10, outcome="REFUSE")])
def test_other_inputs_rules_or_values_are_kept_and_so_is_the_way_back(
    dynamodb: Any, other: tuple[DecisionRequest, DecisionResult]
) -> None:
    log = DecisionLog(dynamodb, "decisions")
    for each in (decided(10), other, decided(10)):
        log.keep(*each)
        time.sleep(0.002)  # the order is that of milliseconds
    assert len(kept(dynamodb)) == 3
