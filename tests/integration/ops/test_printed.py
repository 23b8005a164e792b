"""What each command prints about the cases of one account, word for word, and what it asks of AWS."""

import io
import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import count
from pathlib import Path
from typing import Any

import boto3
import pytest

import dmn
from ops import explain, outage
from ops.account import Account
from ops.decisions.versions import Library
from ops.tools import Tools
from record.adapters.dynamodb.counters import CounterTable
from record.adapters.dynamodb.courses import CourseTable
from record.domain.course import Course
from record.domain.course_event import End
from record.domain.journal import Operation
from restoration.adapters.dynamodb.decision_log import packed
from restoration.adapters.dynamodb.register import LimitationRegister
from restoration.clock import to_text
from tests.fakes.courses import events_of
from tests.fakes.event_log import (
    BEGAN,
    DEFINITION,
    DEPLOYED,
    PAID,
    PREFIX,
    RESTORED,
    facts_of,
    milliseconds,
    restored_course,
)
from tests.integration.ops.accounts import HASH, START, STARTED, FakeStates, entered, failed, limitation, set_attribute
from tests.unit.decision_tools.samples import forgotten, kept_item, write_model
from tests.unit.ops.printing import are_as_kept, printed
from tests.unit.ops.test_trace import XRay, invocation, record, segment

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


class Switch:
    """The switch's two parameters; what is put is noted in its order."""

    def __init__(self) -> None:
        self.values: dict[str, str] = {}
        self.put: list[tuple[str, str]] = []

    def get_parameters(self, Names: list[str]) -> Mapping[str, Any]:  # noqa: N803 - boto3's
        there = [name for name in Names if name in self.values]
        found = [{"Name": name, "Value": self.values[name], "LastModifiedDate": NOW} for name in there]
        return {"Parameters": found, "InvalidParameters": [name for name in Names if name not in there]}

    def put_parameter(self, Name: str, Value: str, **how: object) -> None:  # noqa: N803 - boto3's
        assert how == {"Type": "String", "Overwrite": True}
        self.put.append((Name, Value))
        self.values[Name] = Value


BEGAN_AT = NOW.timestamp() - 90_000
CAUSE = {"exceptions": [{"type": "KeyError"}, {"type": "Odd"}]}
AWS: Any = {"namespace": "aws"}


def traces() -> Mapping[str, Any]:
    """A payment in a batch with another's, the execution that it started, an order that waited in its queue."""
    start = segment("states", at=BEGAN_AT + 0.4, took=0.1, aws={"operation": "StartExecution"}, **AWS)
    claimed = record("LIM-2", "LIM-000001", inner=[start], at=BEGAN_AT + 0.3)
    read = [segment(name, at=BEGAN_AT + at, took=0.1, **AWS) for name, at in (("db", 0.1), ("db", 0.15), ("ssm", 0.2))]
    read = [each | {"id": f"{each['id']}/{number}"} for number, each in enumerate(read)]
    batch = invocation(
        "restoration-receive-payments", *read, record("LIM-2"), record(at=0.1), claimed, at=BEGAN_AT, took=2.0
    )
    sent = segment("SQS", at=BEGAN_AT + 7250, took=0.25, trace="E", annotations=MINE, **AWS)
    host = segment("enedis.fr", at=BEGAN_AT + 7260, namespace="remote", http={"response": {"status": 503}}, fault=True)
    notes = {"operation": "Order", "errorClass": "EnedisUnavailable"}
    order = [record("LIM-000001", outcome="", at=BEGAN_AT + 7259)]
    order.append(
        segment("SubmitOrder", at=BEGAN_AT + 7260, annotations=notes, subsegments=[host], error=True, fault=True)
    )
    order.append(
        segment("limitation", at=BEGAN_AT + 7261, took=0, trace="O", annotations={**MINE, "outcome": "PLACED"})
    )
    links = [{"trace_id": "E", "id": sent["id"]}]
    worker = invocation("restoration-place-order", *order, at=BEGAN_AT + 7259, trace="O", links=links, took=3.0)
    slow = segment("billing", at=BEGAN_AT + 1.2, took=2, trace="E", namespace="remote", error=True, throttle=True)
    check = segment("f", at=BEGAN_AT + 1, took=2.5, trace="E", origin="AWS::Lambda", subsegments=[slow], cause=CAUSE)
    states = [
        segment(
            "CheckPayment",
            at=BEGAN_AT + 1,
            took=2.5,
            trace="E",
            subsegments=[{**check, "name": "check-payment", "fault": True}],
        ),
        segment("IsItOurs", at=BEGAN_AT + 4, took=0.049, trace="E"),
        segment("TakeCharge", at=BEGAN_AT + 4.1, took=0.05, trace="E"),
        segment("ReadPoint", at=BEGAN_AT + 7200, took=None, trace="E", subsegments=[sent], annotations=MINE),
    ]
    machine = {"origin": "AWS::StepFunctions::StateMachine", "subsegments": states}
    execution = segment("restoration-restoration", at=BEGAN_AT + 0.45, took=None, trace="E", **machine)
    return {"T1": batch, "E": [execution], "O": worker}


MINE = {"limitationId": "LIM-000001"}


class Machines(FakeStates):
    """Step Functions with the newest definition; an execution has a trace, and begins another machine's."""

    def describe_state_machine_for_execution(self, **_: str) -> Mapping[str, Any]:
        return {"definition": DEFINITION, "updateDate": DEPLOYED}

    def describe_execution(self, *, executionArn: str) -> Mapping[str, Any]:  # noqa: N803 - boto3's
        assert executionArn in self.histories
        return {"traceHeader": "Root=O;Sampled=1"}

    def start_execution(self, **asked: str) -> Mapping[str, Any]:
        self.whys.append(asked)
        return {"executionArn": f"arn:aws:states:eu-west-3:1:execution:x:{asked['name'][:7]}"}


@pytest.fixture
def states() -> FakeStates:
    return Machines()


def put(table: str, *items: Mapping[str, Any]) -> None:
    for item in items:
        boto3.resource("dynamodb").Table(f"restoration-{table}").put_item(Item=item)


FAILED_TWICE = (
    "ExecutionStarted PassStateEntered:Begin PassStateExited:Begin TaskStateEntered:TakeCharge TaskScheduled"
    " TaskFailed:InvalidConfiguration ExecutionFailed ExecutionRedriven TaskScheduled TaskFailed:InvalidConfiguration"
    " ExecutionAborted"
)


def courses() -> Iterator[Course]:
    """One that was restored, some that took a way that nobody allows, others that are known in part, and a redrive."""
    yield from (restored_course(), restored_course(trigger="PaymentReceived|PAY-8:CAPTURED"))
    yield restored_course("LIM-2", path=[*RESTORED[:4], "DecideProtection"])
    begun, ended, part = (
        restored_course(name, path=[*RESTORED[:3], "NothingToDo"]) for name in ("LIM-3", "LIM-5", "LIM-6")
    )
    yield Course.of(begun.execution, begun.in_order[:1])
    yield Course.of(restored_course("LIM-7").execution, begun.in_order[:1])
    yield Course.of(ended.execution, ends=ended.ends.values())
    yield Course.of(part.execution, [each for each in part.in_order if each.id != 5], part.ends.values())
    events = events_of(FAILED_TWICE, map(milliseconds, count(1)))
    failed = End(0, "FAILED", events[0].at, events[6].at, error="InvalidConfiguration")
    yield Course.of(f"{PREFIX}LIM-4-{HASH}", events, [failed, End(1, "ABORTED", events[0].at, events[-1].at)])
    yield from (restored_course(f"LIM-{number}", path=["TakeCharge"]) for number in range(10, 16))


def put_courses() -> None:
    """The courses, and what is known of the first one's limitation."""
    table = CourseTable(boto3.resource("dynamodb"), "restoration-courses", lambda: NOW)
    for course in courses():
        recorded = table.add(course)
        is_claimed = course.name.startswith("LIM-7")
        table.say_where(replace(recorded, course=replace(recorded.course, trigger=PAID)) if is_claimed else recorded)
    facts = facts_of(restored_course())
    put("limitations", {**facts.item, "orderOrdinal": 1})
    put("orders", *facts.orders)
    put("messages", *facts.messages)
    for each in facts.decisions:
        names = {"askedBy": each.asked_by, "decision": each.decision, "version": each.version}
        kept = {"value": packed(each.value), "grounds": packed(each.grounds)}
        sent = {"decidedAt": f"{each.order}~", "askedBy": f"notify_customer/{facts.messages[0]['messageId']}"}
        put("decisions", {"limitationId": each.limitation_id, **names, **kept, **sent})
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
    states: FakeStates,
    register: LimitationRegister,
    enedis_access: Any,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> Tools:
    for number, state in enumerate(("WaitForEnedis", "WaitForEnedis", "ReadPoint"), 6):
        states.put(f"LIM-{number:06}-{HASH}", "RUNNING", [STARTED, entered(state)])
    register.save(limitation(9, customer_id="CUS-000001"), known=None)
    set_attribute(9, "holder", f"arn:x:LIM-000009-{HASH}")
    opened, later = ((NOW + timedelta(minutes=each)) for each in (-30, 30))
    enedis_access.put_item(Item={"name": "enedis", "state": "OPEN", "opened_at": int(opened.timestamp())})
    expires = int(later.timestamp())
    enedis_access.put_item(Item={"name": "outage", "beganAt": to_text(opened), "expiration": expires})
    for queue in (outage.URGENT_QUEUE, outage.QUEUE):
        url = boto3.client("sqs").create_queue(QueueName=cases.name(queue))["QueueUrl"]
        for number in range(len(queue)):
            boto3.client("sqs").send_message(QueueUrl=url, MessageBody="{}", DelaySeconds=number % 2)
    boto3.client("secretsmanager").create_secret(
        Name=OUTPUTS["EventLogSecretArn"], SecretString=f'{{"key": "{"k" * 40}"}}'
    )
    monkeypatch.setattr(type(cases), "output", lambda _, name: OUTPUTS[name])
    put_courses()
    put_decisions(tmp_path)
    monkeypatch.setattr(explain, "Library", lambda: Library(tmp_path))
    return Tools(cases, lambda: NOW)


COMMANDS = (
    "journal",
    "cases",
    "cases --status all --cause Ctr-000002 --json",
    "cases --waiting-for bank --show 1",
    "cases --outcome restored",
    "cases --status timed-out",
    "cases --state CheckPayment --error unknowncontract --show 1 --limit 2",
    "cases --status running --since 31h",
    "cases --state Nowhere",
    "case LIM-000001",
    "case CTR-000004",
    "case LIM-000002 --json",
    "case LIM-000005",
    "case CUS-000001",
    "case CUS-000001 --json",
    "outage",
    "outage --json",
    "outage --reset --reason test --yes",
    "outage",
    "outage --reset --reason test --yes",
    "check LIM-000001 CTR-000002 --reason test --yes",
    "check LIM-000003 --reason fails --yes",
    "trace LIM-000001",
    "trace LIM-000001 --all",
    "trace LIM-000001 --json",
    "trace LIM-000004",
    "event-log --since 1h --to build/printed-log",
    f"event-log --since {BEGAN:%Y-%m-%dT%H:%M} --to build/printed-log",
    f"event-log --since {BEGAN:%Y-%m-%dT%H:%M} --to build/printed-log --json",
    "event-log --since 1h --until 2h --to build/printed-log",
    "explain CUS-000001",
    "explain LIM-000009 --long",
    "explain LIM-000001",
    "stop LIM-000004",
    "redrive case LIM-000001",
    "redrive case LIM-000004",
    "check --all",
    "check",
    "check LIM-000001 --all --yes --reason x",
    "journal",
    "journal --days 1 --json",
    "cases --since 10m",
    "redrive --since 1h --until 2h",
)
ONE = ("redrive case CUS-000021", "redrive case CUS-000031", "stop CUS-000021", "stop CUS-000031")
"""The one execution of a customer that a command acts on; the second customer has two of each kind."""
RUNS, STOPPED = [STARTED, entered("WaitForBank")], [STARTED, entered("CheckPayment"), failed("Unknown", "not there")]
TURNS = (
    *("switch", "switch --json", "switch shadow", "switch on --percent 10", "switch --percent 50"),
    *("switch --percent 10", "switch --percent 10", "switch", "stop", "stop", "switch on", "switch off --percent 100"),
    *("check --all", "check LIM-000001"),
    *("switch on --yes --reason x --json", "switch shadow", "switch on --percent 10"),
)
"""The share is written before the mode; the first turn writes both, so that no deployment turns it."""
MANY = (
    "cases",
    "cases --status unwell --limit 3 --show 0",
    "cases --waiting-for us",
    "cases --status aborted --show 1",
    "cases --state CheckPayment --show 0",
    "cases --error Error1 --show 0",
    "cases --outcome BALANCE_DUE",
    "cases --outcome NOPE",
    "cases --status failed --outcome RESTORED",
    "cases --status succeeded --waiting-for bank",
    "cases --since 2030-01-01",
    "journal --days 1",
)


@pytest.mark.usefixtures("with_bucket")
def test_commands_print_what_they_printed(
    tools: Tools, states: FakeStates, register: LimitationRegister, monkeypatch: pytest.MonkeyPatch
) -> None:
    function, xray, switch, as_ever = Lambda(), XRay(**traces()), Switch(), tools.account.client
    clients = {"lambda": function, "xray": xray, "ssm": switch}
    monkeypatch.setattr(tools.account, "client", lambda name: clients.get(name) or as_ever(name))
    counters = CounterTable(boto3.resource("dynamodb"), "restoration-courses", "restoration-counters")
    said = []
    for second, command in enumerate(COMMANDS):
        function.failed = "fails" in command
        if command.startswith(f"event-log --since {BEGAN:%Y}"):
            counters.say_complete_to(NOW, 2)
        now = NOW + timedelta(seconds=second)
        said.append(
            printed(
                replace(tools, clock=partial(datetime.astimezone, now, UTC)),
                command,
                function.asked,
                states.redriven,
                states.stopped,
                states.whys,
            )
        )
    for number in range(11):
        status = ("TIMED_OUT", "ABORTED")[number % 2]
        states.put(
            f"LIM-{number:06}-{HASH[::-1]}",
            status,
            [STARTED, entered("ReadPoint" if number else "TakeCharge"), failed(f"Error{number % 10}", "")],
        )
    tools.journal.keep(Operation("one", "stop", "arn:x/another", NOW - timedelta(days=1), "of yesterday"))
    tools.journal.keep(Operation("two", "stop", "arn:x/another", NOW, "wrong orders"))
    said += [printed(tools, command) for command in MANY]
    half_open = {"name": "enedis", "state": "HALF_OPEN", "opened_at": int(NOW.timestamp())}
    put("enedis-access", half_open)
    states.listed.clear()
    said += [printed(tools, command) for command in ("outage", "outage --reset --yes --reason x", "outage --json")]
    for number in (21, 22, 31, 32, 33, 34):
        register.save(limitation(number, customer_id=f"CUS-{number // 10:05}1"), known=None)
        status, events = ("FAILED", STOPPED) if number in {22, 33, 34} else ("RUNNING", RUNS)
        set_attribute(number, "holder", states.put(f"LIM-{number:06}-{HASH}", status, events))
    set_attribute(21, "openOrder", {"reference": "LIM-000021/R/1"})
    said += [printed(tools, command, states.redriven, states.stopped) for command in ONE]
    for number, journal in ((35, "one"), (36, "of nobody")):  # stopped by hand
        register.save(limitation(number), known=None)
        why = {"executionAbortedEventDetails": {"error": "StoppedByOperations", "cause": f"journal {journal}"}}
        arn = states.put(f"LIM-{number:06}-{HASH}", "ABORTED", [*RUNS, ("ExecutionAborted", why)])
        set_attribute(number, "holder", arn)
        said.append(printed(tools, f"redrive case LIM-{number:06}", states.redriven))
    states.refuses = True
    said.append(printed(tools, "redrive case LIM-000022", states.redriven))
    said += [printed(tools, command, switch.put) for command in TURNS]
    said.append(Path("build/printed-log/restoration.csv").read_text(encoding="utf-8"))
    said.append(Path("build/printed-log/restoration.ocel.json").read_text(encoding="utf-8"))
    are_as_kept("cases.txt", said)
