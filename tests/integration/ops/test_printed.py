"""What each command prints, word for word, beside ``printed.txt``: a hint that names a wrong command is named here.

A change that is meant is kept by copying the file that the failing test names.
"""

import io
import json
import re
import shlex
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import boto3
import pytest
from typer.testing import CliRunner

from ops import outage
from ops.account import Account
from ops.app import app
from ops.event_log import command as event_log
from ops.event_log.pseudonyms import Pseudonyms
from ops.tools import Tools
from ops.trace import command as trace
from ops.trace.collect import Collected, spans_of
from record.domain.course import Course
from restoration.clock import to_text
from tests.fakes.event_log import BEGAN, RESTORED, MemorySource, facts_of, restored_course
from tests.integration.ops.accounts import HASH, START, STARTED, FakeStepFunctions, entered

KEPT = Path(__file__).with_name("printed.txt")
PRINTED = Path(__file__).parents[3] / "build" / "printed.txt"
NOW = START + timedelta(hours=30)


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
SPANS = [
    segment(
        "restoration-claim-limitation", 0, 0.25, segment("DynamoDB", 0.1, 0.1, **CALL), outcome="CLAIMED", **FUNCTION
    ),
    segment("restoration-check-payment", 1, 2.5, segment("billing", 1.2, 2, **REMOTE), fault=True, **FUNCTION),
    segment("restoration-read-point", 7200, None, error=True, **FUNCTION),
]


def event_source() -> MemorySource:
    """One course that was restored, one that took a way that nobody allows, and one that began and no more."""
    wrong = restored_course("LIM-2", path=[each for each in RESTORED if each != "CheckPayment"])
    begun = restored_course("LIM-3")
    courses = [restored_course(), wrong, Course.of(begun.execution, begun.in_order[:1])]
    return MemorySource({"LIM-1": facts_of(courses[0])}, courses)


@pytest.fixture
def tools(cases: Account, states: FakeStepFunctions, enedis_access: Any, monkeypatch: pytest.MonkeyPatch) -> Tools:
    for number, state in enumerate(("WaitForEnedis", "WaitForEnedis", "ReadPoint"), 6):
        states.put(f"LIM-{number:06}-{HASH}", "RUNNING", [STARTED, entered(state)])
    opened, later = ((NOW + timedelta(minutes=each)) for each in (-30, 30))
    enedis_access.put_item(Item={"name": "enedis", "state": "OPEN", "opened_at": int(opened.timestamp())})
    expires = int(later.timestamp())
    enedis_access.put_item(Item={"name": "outage", "beganAt": to_text(opened), "expiration": expires})
    for queue in (outage.URGENT_QUEUE, outage.QUEUE):
        boto3.client("sqs").create_queue(QueueName=cases.name(queue))
    monkeypatch.setattr(event_log, "pseudonyms_of", lambda _: Pseudonyms("k" * 40))
    monkeypatch.setattr(event_log, "AccountSource", lambda _: event_source())
    collected = Collected(spans_of(SPANS, "restoration-"), ["T9"])
    monkeypatch.setattr(trace, "_collected", lambda *_: collected)
    return Tools(cases, ask=None, clock=lambda: NOW)


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
    f"event-log --since {BEGAN:%Y-%m-%dT%H:%M} --to build/printed-log",
    f"event-log --since {BEGAN:%Y-%m-%dT%H:%M} --to build/printed-log --json",
    "event-log --since 1h --until 2h --to build/printed-log",
)


def printed(tools: Tools, command: str) -> str:
    ran = CliRunner(env={"COLUMNS": "80"}).invoke(app, shlex.split(command), obj=tools)
    failed = f"{type(ran.exception).__name__}: {ran.exception}\n" if ran.exception else ""
    text = re.sub(r"(journal as) [0-9a-f]{12}", r"\1 (its id)", ran.output + failed)
    lines = [line.rstrip() for line in text.splitlines()]
    return "\n".join([f"$ ops {command}", *lines]).rstrip() + "\n\n"


@pytest.mark.usefixtures("with_bucket")
def test_commands_print_what_they_printed(
    tools: Tools, states: FakeStepFunctions, monkeypatch: pytest.MonkeyPatch
) -> None:
    function, as_ever = Lambda(), tools.account.client
    monkeypatch.setattr(tools.account, "client", lambda name: function if name == "lambda" else as_ever(name))
    said = []
    for command in COMMANDS:
        function.failed = "fails" in command
        said.append(printed(tools, command))
    PRINTED.parent.mkdir(exist_ok=True)
    PRINTED.write_text("".join(said), encoding="utf-8")
    known = KEPT.read_text(encoding="utf-8").split("$ ops ")
    assert "".join(said).split("$ ops ") == known, f"copy {PRINTED} to {KEPT} if it is meant"
    assert [each["limitationIds"] for each in function.asked] == [["LIM-000001", "LIM-000002"], ["LIM-000003"]]
    assert {each["function"] for each in function.asked} == {"restoration-check-open-limitations"}
    assert states.redriven == []
