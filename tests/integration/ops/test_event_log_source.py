"""The event log's source in an account: which executions it gives, what it knows of a limitation, what started one."""

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import boto3
import pytest

from ops.account import Account
from ops.event_log.reading import AccountSource, Facts, pseudonyms_of
from ops.failures import OpsError
from restoration.adapters.dynamodb.courses import CourseTable
from restoration.domain.course import Course
from restoration.domain.limitation import named_execution
from tests.fakes.event_log import BEGAN, PREFIX, restored_course
from tests.fakes.tables import put_record_tables
from tests.integration.ops.accounts import FakeStepFunctions

HOUR = timedelta(hours=1)


@pytest.fixture
def source(cases: Account, states: FakeStepFunctions) -> AccountSource:
    machine: Any = {"creationDate": BEGAN}
    states.describe_state_machine = lambda **_: machine  # type: ignore[attr-defined]
    put_record_tables("restoration-courses", "restoration-counters")
    courses = CourseTable(boto3.resource("dynamodb"), "restoration-courses", lambda: BEGAN)
    for number in (1, 2):
        whole = restored_course(f"LIM-{number:06}")
        ends = [replace(end, started_at=end.started_at + (number - 1) * 3_600_000) for end in whole.ends.values()]
        courses.say_where(courses.add(Course.of(whole.execution, ends=ends)))
    return AccountSource(cases)


def test_executions_are_those_that_began_within_the_time(source: AccountSource) -> None:
    began = {end.execution for end in source.courses(BEGAN, BEGAN + HOUR)}
    assert {name.rpartition(":")[2][:10] for name in began} == {"LIM-000001"}
    assert len(list(source.courses(BEGAN, BEGAN + 2 * HOUR))) == 2
    assert source.completeness() is None


def test_limitation_is_known_by_its_item_its_orders_messages_and_decisions(source: AccountSource) -> None:
    table = boto3.resource("dynamodb").Table
    for status in ("ACCEPTED", None):
        reference = f"LIM-000001/R/{1 if status else 2}"
        item = {"reference": reference, "status": status, "contractId": "CTR-000001"}
        table("restoration-orders").put_item(Item={name: each for name, each in item.items() if each})
    for name in ("state", "other"):
        message = {"messageId": f"LIM-000001#{name}", "limitationId": "LIM-000001", name: "SENT"}
        table("restoration-messages").put_item(Item=message)
    table("restoration-limitations").update_item(
        Key={"limitationId": "LIM-000001"},
        UpdateExpression="SET orderOrdinal = :two",
        ExpressionAttributeValues={":two": 2},
    )
    known = source.facts(["LIM-000001", "LIM-9"])
    facts = known["LIM-000001"]
    assert (facts.item["contractId"], [each["reference"] for each in facts.orders]) == (
        "CTR-000001",
        ["LIM-000001/R/1"],
    )
    assert ([each["messageId"] for each in facts.messages], facts.decisions) == (["LIM-000001#state"], [])
    assert known["LIM-9"] == Facts({}, [], [], [])
    assert source.facts(["LIM-000001"])["LIM-000001"] is known["LIM-000001"], "it is remembered"


def test_trigger_is_known_by_the_record_the_claim_the_register_or_step_functions(
    source: AccountSource, states: FakeStepFunctions
) -> None:
    registered = "2026-11-26T08:00:00.000Z"
    mark, first = "PaymentReceived|PAY-1:CAPTURED", f"LimitationRegistered|LIM-1:{registered}"
    facts = Facts({"facts": {mark}, "registeredAt": registered})
    for each in (mark, first):
        assert source.trigger(Course.of(f"{PREFIX}{named_execution('LIM-1', each)}"), facts) == each
    assert source.trigger(restored_course(trigger="X|1"), facts) == "X|1"
    content = json.dumps({"trigger": {"type": "NightlyCheck", "id": "2026-11-26"}})
    states.describe_execution = lambda **_: {"input": content}  # type: ignore[method-assign]
    assert source.trigger(Course.of(f"{PREFIX}LIM-1-{'0' * 32}"), facts) == "NightlyCheck|2026-11-26"


@pytest.mark.parametrize("secret", ['{"key": "short"}', '{"other": "x"}', "no JSON", "1"])
def test_key_that_is_missing_or_short_is_said(cases: Account, monkeypatch: pytest.MonkeyPatch, secret: str) -> None:
    name = boto3.client("secretsmanager").create_secret(Name="key", SecretString=secret)["ARN"]
    monkeypatch.setattr(type(cases), "output", lambda _, output: name if output == "EventLogSecretArn" else "")
    with pytest.raises(OpsError, match="with a key of 32 letters or more"):
        pseudonyms_of(cases)
    boto3.client("secretsmanager").put_secret_value(SecretId="key", SecretString=json.dumps({"key": "k" * 32}))
    assert pseudonyms_of(cases).key_id
