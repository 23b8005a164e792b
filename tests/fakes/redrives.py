"""Failed executions that are redriven, and what is kept of it, in memory."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from record.adapters.s3.operations_bucket import OperationsBucket
from record.adapters.s3.redrives import RedriveStore
from record.domain.course import Course
from record.domain.course_event import End, Event, Kind
from record.domain.redrive_choice import Described
from restoration.domain.claim import Claim
from tests.fakes.claims import free

BEGIN = datetime(2026, 11, 26, 1, 0, tzinfo=UTC)
PREFIX = "arn:aws:states:eu-west-3:123456789012:execution:restoration-restoration:"


class Died(Exception):
    """Raised where the function dies: what was written before stays."""


def since_redrive(*told: tuple[Kind, str], status: str = "", **end: str) -> Course:
    """What a history says since a redrive: states entered or left, and the end, if it has ended."""
    events = [Event(number, kind, number, name) for number, (kind, name) in enumerate(told, 1)]
    if not status:
        return Course.of("execution", events)
    last = Event(len(events) + 1, Kind.ENDED, len(events) + 1, status)
    return Course.of("execution", [*events, last], [End(0, status, 0, last.at, **end)])


@dataclass
class FakeExecution:
    """An execution, and what a redrive does to it.

    Parameters
    ----------
    then
        What happens after a redrive; without an end it runs on.
    """

    failure: Described
    then: Course = field(default_factory=since_redrive)
    status: str = ""
    redrive_count: int = 0
    redriven_at: datetime | None = None
    tokens: list[str] = field(default_factory=list)
    refused: str = ""

    def __post_init__(self) -> None:
        self.status = self.status or self.failure.status
        self.redrive_count = self.failure.redrive_count

    def redrive(self, at: datetime) -> None:
        self.redrive_count += 1
        self.redriven_at = at
        self.status = self.then.end.status


WENT_ON = (Kind.EXITED, "CheckPayment"), (Kind.ENTERED, "DecidePayment")
STAYS = since_redrive()
PASSES = since_redrive(*WENT_ON)
RESTORES = since_redrive(*WENT_ON, (Kind.ENTERED, "Restored"), status="SUCCEEDED", outcome="RESTORED")
FAILS_AGAIN = since_redrive(status="FAILED", error="InvalidResponse")
FAILS_ELSEWHERE = since_redrive(*WENT_ON, status="FAILED", error="DecisionFailed")
FINDS_NOTHING = since_redrive(*WENT_ON, status="SUCCEEDED", outcome="SUPERSEDED")


def failure(number: int = 1, **changes: object) -> Described:
    """A case whose check of billing failed, one minute after the one before."""
    known: dict[str, object] = {
        "execution": f"{PREFIX}LIM-{number:05}-0f",
        "limitation_id": f"LIM-{number:05}",
        "status": "FAILED",
        "since": BEGIN + timedelta(minutes=number),
        "state": "CheckPayment",
        "error": "InvalidResponse",
        "cause": f"billing's response about CTR-{number} has no debt",
    }
    return Described(**(known | changes))  # type: ignore[arg-type]


def holding(of: Described) -> Claim:
    """The claim of a failed execution that holds its limitation."""
    return free(limitation_id=of.limitation_id, holder=of.execution, generation=1)


class FakeExecutions:
    """Step Functions: executions by ARN. ``before`` is called before each call, and may raise or change something."""

    def __init__(self, executions: Iterable[FakeExecution], page_size: int = 3) -> None:
        self.by_arn = {each.failure.execution: each for each in executions}
        self.page_size = page_size
        self.now = BEGIN + timedelta(hours=1)
        self.before: Callable[[str, str], None] = lambda _call, _execution: None
        self.histories = 0

    def page(self, status: str, after: str | None) -> tuple[list[tuple[str, datetime]], str | None]:
        found = [each for each in self.by_arn.values() if each.status == status]
        first = int(after or 0)
        page = found[first : first + self.page_size]
        following = first + self.page_size
        listed = [(each.failure.execution, each.failure.since) for each in page]
        return listed, str(following) if following < len(found) else None

    def describe(self, execution: str) -> Described:
        self.before("describe", execution)
        each = self.by_arn[execution]
        now = replace(
            each.failure, status=each.status, redrive_count=each.redrive_count, redriven_at=each.redriven_at, state=""
        )
        return now if now.has_stopped else replace(now, error="", cause="", not_redrivable="")

    def state_of(self, execution: str) -> str:
        self.histories += 1
        return self.by_arn[execution].failure.state

    def course(self, execution: str) -> Course:
        self.before("course", execution)
        return self.by_arn[execution].then

    def redrive(self, execution: str, token: str) -> str:
        self.before("redrive", execution)
        each = self.by_arn[execution]
        if each.refused:
            return each.refused
        if token not in each.tokens:
            each.tokens.append(token)
            each.redrive(self.now)
        self.before("redriven", execution)
        return ""


class InMemoryRedrives(RedriveStore, OperationsBucket):
    """The real store, whose objects are in memory. ``before`` is called before each write of a run, and may raise."""

    def __init__(self) -> None:
        self._objects: Any = self
        self._kept: dict[str, bytes] = {}
        self.before: Callable[[str], None] = lambda _key: None

    def put(self, key: str, content: bytes, **_how: Any) -> None:
        if not key.endswith("control.json"):
            self.before(key)
        self._kept[key] = content

    def read(self, key: str) -> bytes:
        return self._kept[key]

    def keys(self, beginning: str) -> Iterator[str]:
        return iter(sorted(key for key in self._kept if key.startswith(beginning)))

    @property
    def step_sizes(self) -> list[int]:
        return [content.count(b"\n") for key, content in sorted(self._kept.items()) if "/step-" in key]
