"""What each command prints about the cases of one account, word for word, and what it asks of AWS."""

import io
import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import boto3
import pytest

import dmn
from ops import explain, outage
from ops.account import Account
from ops.decisions.versions import Library
from ops.tools import Tools
from record.adapters.dynamodb.courses import CourseTable
from record.domain.course import Course
from restoration.adapters.dynamodb.decision_log import packed
from restoration.adapters.dynamodb.register import LimitationRegister
from restoration.clock import to_text
from tests.fakes.event_log import BEGAN, DEPLOYED, RESTORED, MemorySource, facts_of, restored_course
from tests.integration.ops.accounts import HASH, START, STARTED, FakeStepFunctions, entered, limitation
from tests.unit.decision_tools.samples import forgotten, kept_item, write_model
from tests.unit.ops.printing import are_as_kept, printed
from tests.unit.ops.test_trace import XRay

NOW = START + timedelta(hours=30)
OUTPUTS = {"EventLogSecretArn": "key-of-the-event-log"}


class Lambda:
    """The nightly check's function, which says what it found."""

    def __init__(self) -> None:
        self.failed = False
        self.asked: list[Mapping[str, Any]] = []

    def invoke(self, *, FunctionName: str, Payload: bytes) -> Mapping[str, Any]:  # noqa: N803 - boto3's
        self.asked.append({"function": FunctionName, **json.loads(Payload)})
        found = {"switchedOff": False, "found": 2, "started": 1}
        error = {"errorType": "BillingUnavailable", "errorMessage": "no response"}
        response = {"Payload": io.BytesIO(json.dumps(error if self.failed else found).encode())}
        return response | ({"FunctionError": "Unhandled"} if self.failed else {})


def segment(name: str, at: float, took: float | None, *inner: Any, **more: Any) -> dict[str, Any]:
    start = NOW.timestamp() - 90_000 + at
    end = {} if took is None else {"end_time": start + took}
    about = {"annotations": {"limitationId": "LIM-000001", "outcome": more.pop("outcome", "")}}
    note = {"id": f"note-{name}", "name": "limitation", "start_time": start, "end_time": start, **about}
    parts = {"subsegments": [note, *inner]} if more.get("origin") else {}
    return {"id": name, "trace_id": f"T{at:.0f}", "name": name, "start_time": start, **end, **parts, **more}


FUNCTION: Any = {"origin": "AWS::Lambda"}
CALL: Any = {"namespace": "aws", "aws": {"operation": "GetItem"}}
REMOTE: Any = {"namespace": "remote", "error": True, "throttle": True}
TRACES = {
    "T0": segment(
        "restoration-claim-limitation", 0, 0.25, segment("DynamoDB", 0.1, 0.1, **CALL), outcome="CLAIMED", **FUNCTION
    ),
    "T1": segment("restoration-check-payment", 1, 2.5, segment("billing", 1.2, 2, **REMOTE), fault=True, **FUNCTION),
    "T7200": segment("restoration-read-point", 7200, None, error=True, **FUNCTION),
}


class Machines(FakeStepFunctions):
    """Step Functions with the newest definition; an execution has a trace, and begins another machine's."""

    def describe_state_machine(self, *, stateMachineArn: str) -> Mapping[str, Any]:  # noqa: N803 - boto3's
        assert stateMachineArn.endswith(":restoration-restoration")
        return {"creationDate": DEPLOYED}

    def describe_state_machine_for_execution(self, **_: str) -> Mapping[str, Any]:
        return {"definition": MemorySource.definition, "updateDate": DEPLOYED}

    def describe_execution(self, *, executionArn: str) -> Mapping[str, Any]:  # noqa: N803 - boto3's
        known = executionArn in self.histories
        return (
            {"traceHeader": "Root=T7200;Sampled=1"}
            if known
            else {"input": '{"trigger": {"type": "NightlyCheck", "id": "1"}}'}
        )

    def start_execution(self, **asked: str) -> Mapping[str, Any]:
        self.whys.append(asked)
        return {"executionArn": f"arn:aws:states:eu-west-3:1:execution:x:{asked['name'][:7]}"}


@pytest.fixture
def states() -> FakeStepFunctions:
    return Machines()


def put(table: str, *items: Mapping[str, Any]) -> None:
    for item in items:
        boto3.resource("dynamodb").Table(f"restoration-{table}").put_item(Item=item)


def put_courses() -> None:
    """One course that was restored, one that took a way that nobody allows, and one that began and no more."""
    wrong = restored_course("LIM-2", path=[*RESTORED[:4], "DecideProtection"])
    begun = restored_course("LIM-3")
    table = CourseTable(boto3.resource("dynamodb"), "restoration-courses", lambda: NOW)
    for course in (restored_course(), wrong, Course.of(begun.execution, begun.in_order[:1])):
        table.say_where(table.add(course))
    facts = facts_of(restored_course())
    put("limitations", {**facts.item, "orderOrdinal": 1})
    put("orders", *facts.orders)
    put("messages", *facts.messages)
    for each in facts.decisions:
        names = {"askedBy": each.asked_by, "decision": each.decision, "version": each.version}
        kept = {"value": packed(each.value), "grounds": packed(each.grounds)}
        put("decisions", {"limitationId": each.limitation_id, "decidedAt": each.order, **names, **kept})


def put_decisions(folder: Path) -> None:
    """Two decisions about a limitation: one is whole, of the other the record is left."""
    model = dmn.load(write_model(folder))
    whole = kept_item(model, "LIM-000009")
    short = forgotten(kept_item(model, "LIM-000009", income=5000)) | {"decidedAt": "2026-05-05T08:00:00.000Z#x"}
    for item in (whole, short):
        put("decisions", {k: packed(v) if k in {"value", "grounds", "inputs", "audit"} else v for k, v in item.items()})


@pytest.fixture
def tools(
    cases: Account,
    states: FakeStepFunctions,
    register: LimitationRegister,
    enedis_access: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Tools:
    for number, state in enumerate(("WaitForEnedis", "WaitForEnedis", "ReadPoint"), 6):
        states.put(f"LIM-{number:06}-{HASH}", "RUNNING", [STARTED, entered(state)])
    register.save(limitation(9), known=None)
    opened, later = ((NOW + timedelta(minutes=each)) for each in (-30, 30))
    enedis_access.put_item(Item={"name": "enedis", "state": "OPEN", "opened_at": int(opened.timestamp())})
    expires = int(later.timestamp())
    enedis_access.put_item(Item={"name": "outage", "beganAt": to_text(opened), "expiration": expires})
    for queue in (outage.URGENT_QUEUE, outage.QUEUE):
        boto3.client("sqs").create_queue(QueueName=cases.name(queue))
    boto3.client("secretsmanager").create_secret(
        Name=OUTPUTS["EventLogSecretArn"], SecretString=f'{{"key": "{"k" * 40}"}}'
    )
    monkeypatch.setattr(type(cases), "output", lambda _, name: OUTPUTS[name])
    put_courses()
    put_decisions(tmp_path)
    monkeypatch.setattr(explain, "Library", lambda: Library(tmp_path))
    return Tools(cases, lambda: NOW)


COMMANDS = (
    "cases",
    "cases --status all --cause CTR-000002 --json",
    "cases --waiting-for bank",
    "cases --outcome RESTORED",
    "cases --status timed-out",
    "cases --state CheckPayment --error UnknownContract --show 1 --limit 2",
    "cases --status running --since 31h --until 2h",
    "cases --state Nowhere",
    "case LIM-000001",
    "case CTR-000004",
    "case LIM-000002 --json",
    "case LIM-000005",
    "outage",
    "outage --json",
    "outage --reset --reason test --yes",
    "outage",
    "outage --reset --reason test --yes",
    "check LIM-000001 CTR-000002 --reason test --yes",
    "check LIM-000003 --reason fails --yes",
    "trace LIM-000001",
    "trace LIM-000001 --all --json",
    "trace LIM-000004",
    "event-log --since 1h --to build/printed-log",
    f"event-log --since {BEGAN:%Y-%m-%dT%H:%M} --to build/printed-log",
    f"event-log --since {BEGAN:%Y-%m-%dT%H:%M} --to build/printed-log --json",
    "event-log --since 1h --until 2h --to build/printed-log",
    "explain LIM-000009",
    "explain LIM-000009 --long",
    "explain LIM-000001",
    "stop LIM-000004",
    "redrive case LIM-000001",
    "check --all",
    "check",
    "journal",
    "journal --days 1 --json",
)


@pytest.mark.usefixtures("with_bucket")
def test_commands_print_what_they_printed(
    tools: Tools, states: FakeStepFunctions, monkeypatch: pytest.MonkeyPatch
) -> None:
    function, xray, as_ever = Lambda(), XRay(**{name: [each] for name, each in TRACES.items()}), tools.account.client
    clients = {"lambda": function, "xray": xray}
    monkeypatch.setattr(tools.account, "client", lambda name: clients.get(name) or as_ever(name))
    said = []
    for second, command in enumerate(COMMANDS):
        function.failed = "fails" in command
        now = NOW + timedelta(seconds=second)
        said.append(
            printed(
                replace(tools, clock=lambda now=now: now),
                command,
                function.asked,
                states.redriven,
                states.stopped,
                states.whys,
            )
        )
    said.append(Path("build/printed-log/restoration.csv").read_text(encoding="utf-8"))
    said.append(Path("build/printed-log/restoration.ocel.json").read_text(encoding="utf-8"))
    are_as_kept("cases.txt", said)
