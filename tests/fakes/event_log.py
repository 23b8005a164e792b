"""An event log's source in memory: courses as the newest machine allows them, with orders, messages and decisions."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import chain, count
from types import SimpleNamespace
from typing import Any

from ops.event_log.reading import AccountSource
from ops.event_log.versions import Versions
from record.cases.dossier import Dossier
from record.cases.kept_decisions import KeptDecision
from record.domain.course import Course
from record.domain.course_event import End
from record.domain.record import Completeness
from restoration.domain.limitation import execution_name
from tests.fakes import courses
from tests.statemachine.kept_machines import NEWEST, kept

DEPLOYED = datetime(2026, 11, 1, tzinfo=UTC)
BEGAN = datetime(2026, 11, 25, 8, tzinfo=UTC)
PREFIX = "arn:aws:states:eu-west-3:111122223333:execution:restoration-restoration:"
PAID = "PaymentReceived|PAY-7:CAPTURED"
RESTORED = ("Begin", *courses.RESTORED)
"""The way of a restored case; time is up once while it waits for Enedis."""
DEFINITION = list(kept().values())[-1]


@dataclass
class MemorySource(AccountSource):
    """Holds courses, and what is known of their limitations."""

    known: Mapping[str, Dossier] = field(default_factory=dict)
    held: Iterable[Course] = ()

    def __post_init__(self) -> None:
        described = {"definition": DEFINITION, "updateDate": DEPLOYED}
        states: Any = SimpleNamespace(describe_state_machine_for_execution=lambda **_: described)
        self.versions = Versions(states)

    def courses(self, since: datetime, until: datetime) -> Iterator[Course]:
        for course in self.held:
            if since.timestamp() * 1000 <= course.started_at < until.timestamp() * 1000:
                yield course

    def facts(self, limitation_ids: Iterable[str]) -> Mapping[str, Dossier]:
        return {each: self.known.get(each, Dossier(each, {}, [], [], [], [])) for each in limitation_ids}

    def completeness(self) -> Completeness | None:
        return None


def milliseconds(after: int) -> int:
    """A moment some milliseconds after the execution began."""
    return int(BEGAN.timestamp() * 1000) + after


def restored_course(limitation_id: str = "LIM-1", trigger: str = PAID, *, path: Iterable[str] = RESTORED) -> Course:
    """The course of a restored customer: 10 milliseconds between two events."""
    words = "ExecutionStarted"
    for state in path:
        kind, done = NEWEST["States"][state]["Type"], "TimedOut" if state == "WaitForEnedis" else "Succeeded"
        inside = f" TaskScheduled TaskStarted Task{done}" if kind == "Task" else ""
        words += f" {kind}StateEntered:{state}{inside} {kind}StateExited:{state}"
    events = courses.events_of(f"{words} ExecutionSucceeded", map(milliseconds, chain((0,), count(20, 10))))
    end = End(0, "SUCCEEDED", events[0].at, events[-1].at, "RESTORED", "POWER_IS_ON", trigger=trigger)
    return Course.of(f"{PREFIX}{execution_name(limitation_id, trigger)}", events, [end])


def decision(course: Course, name: str, state: str, value: Mapping[str, Any]) -> KeptDecision:
    """A decision that a course asked for in a state, while it was there."""
    visit = next(each for each in course.visits if each.state == state)
    at = datetime.fromtimestamp((visit.entered_at + 15) / 1000, UTC)
    asked_by = f"{course.execution.rpartition(':')[2]}/{state}"
    grounds = [{"decision": name, "rule": f"{name}_rule", "tested": {"medical": True}}]
    case = course.execution.rpartition(":")[2][:-33]
    order = f"{at.isoformat()}#{name}#{asked_by}"
    return KeptDecision(case, at, order, name, asked_by, "0123456789abcdef", value, grounds, None, None, "", "")


def facts_of(course: Course, limitation_id: str = "LIM-1") -> Dossier:
    """What our tables say of a restored customer's limitation: with ids, a name and an amount that nobody may see."""
    asked = next(each for each in course.visits if each.state == "OrderAtEnedis").entered_at + 5
    item = {
        "limitationId": limitation_id,
        "customerId": "CUS-1",
        "pointId": "30000000000001",
        "contractId": "CTR-1",
        "debt": "120.55",
        "status": "CLOSED",
        "registeredAt": "2026-11-20T08:00:00.000Z",
        "limitedSince": "2026-11-21T08:00:00.000Z",
        "closedAt": "2026-11-25T08:00:01.000Z",
    }
    order = {
        "reference": f"{limitation_id}/R/1",
        "intent": "REMOTE",
        "ordinal": "1",
        "status": "ACCEPTED",
        "caseId": "A0000007",
        "tokenEnteredAt": datetime.fromtimestamp(asked / 1000, UTC).isoformat(),
    }
    message = {
        "messageId": f"{limitation_id}#ORDER_PLACED#{limitation_id}/R/1",
        "limitationId": limitation_id,
        "state": "SENT",
        "channel": "SMS",
        "sentAt": "2026-11-25T08:00:00.700Z",
        "record": '{"contractId": "CTR-1"}',
    }
    decisions = [
        decision(course, "protection", "DecideProtection", {"measure": "RESTORE", "reason": "MEDICAL"}),
        decision(course, "paymentCertainty", "DecidePayment", {"certainAmount": "120.55"}),
        decision(course, "coverage", "DecideCoverage", {"outcome": "RESTORE", "reason": "PROTECTED"}),
        decision(course, "priority", "DecideAction", {"class": "URGENT", "reason": "MEDICAL"}),
        decision(course, "action", "DecideAction", {"action": "REMOTE"}),
    ]
    return Dossier(limitation_id, item, [], decisions, [order], [message])
