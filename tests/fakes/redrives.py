"""Failed executions that are redriven, as Step Functions has them, and what is kept of it, in memory."""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from botocore.exceptions import ClientError

from record.adapters.s3.redrives import RedriveStore
from record.adapters.stepfunctions.failed_executions import PAGE_SIZE, FailedExecutions
from record.contracts.machine_events import course_of_history
from record.domain.course import Course
from record.domain.redrive_choice import Described
from restoration.domain.claim import Claim
from tests.fakes.claims import free

BEGIN = datetime(2026, 11, 26, 1, 0, tzinfo=UTC)
PREFIX = "arn:aws:states:eu-west-3:123456789012:execution:restoration-restoration:"


class Died(Exception):
    """Raised where the function dies: what was written before stays."""


class ForgottenError(ClientError):
    """Raised for an execution that Step Functions does not know."""

    def __init__(self) -> None:
        super().__init__({"Error": {"Code": "ExecutionDoesNotExist"}}, "GetExecutionHistory")


class NotRedrivableError(ClientError):
    """Raised for an execution that AWS does not redrive."""

    def __init__(self, why: str = "it is older than 14 days") -> None:
        super().__init__({"Error": {"Code": "ExecutionNotRedrivable", "Message": why}}, "RedriveExecution")


class Errors:
    ExecutionDoesNotExist = ForgottenError
    ExecutionNotRedrivable = NotRedrivableError


type History = Sequence[Mapping[str, Any]]
"""Events as a history has them, oldest first, without their numbers and moments."""


def told(*states: tuple[str, str], status: str = "", outcome: str = "", error: str = "") -> History:
    """What a history says since a redrive: states ``Entered`` or ``Exited``, and the end, if it has ended."""
    events = [{"type": f"TaskState{how}", f"state{how}EventDetails": {"name": name}} for how, name in states]
    if status:
        kind = f"Execution{status.title().replace('_', '')}"
        said = {"output": json.dumps({"outcome": outcome})} if outcome else {"error": error} if error else {}
        events.append({"type": kind, f"e{kind[1:]}EventDetails": said})
    return events


def course_of(events: History) -> Course:
    numbered = [{**each, "id": number, "timestamp": BEGIN} for number, each in enumerate(events, 1)]
    return course_of_history("execution", numbered)


def since_redrive(*states: tuple[str, str], **end: str) -> Course:
    """The same as a course."""
    return course_of(told(*states, **end))


@dataclass
class FakeExecution:
    """An execution, and what a redrive does to it.

    Parameters
    ----------
    then
        What happens after a redrive; without an end it runs on.
    """

    failure: Described
    then: History = ()
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
        self.status = course_of(self.then).end.status

    @property
    def events(self) -> History:
        """It failed after some attempts; what came since the last redrive stands at its end."""
        states = told(("Entered", "TakeCharge"), ("Exited", "TakeCharge"), ("Entered", self.failure.state))
        attempts = [{"type": "LambdaFunctionFailed"}] * 3
        ended = told(status=self.failure.status, error=self.failure.error)
        since = [{"type": "ExecutionRedriven"}, *self.then] if self.redriven_at else []
        return [*states, *attempts, *ended, *since]


WENT_ON = ("Exited", "CheckPayment"), ("Entered", "DecidePayment")
STAYS = told()
PASSES = told(*WENT_ON)
RESTORES = told(*WENT_ON, ("Entered", "Restored"), status="SUCCEEDED", outcome="RESTORED")
FAILS_AGAIN = told(status="FAILED", error="InvalidResponse")
FAILS_ELSEWHERE = told(*WENT_ON, status="FAILED", error="DecisionFailed")
FINDS_NOTHING = told(*WENT_ON, status="SUCCEEDED", outcome="SUPERSEDED")


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


class FakeStates:
    """Step Functions: executions by ARN. ``before`` is called before a call about one, and may raise or change it."""

    exceptions = Errors

    def __init__(self, executions: Iterable[FakeExecution]) -> None:
        self.by_arn = {each.failure.execution: each for each in executions}
        self.now = BEGIN + timedelta(hours=1)
        self.before: Callable[[str, str], None] = lambda _call, _execution: None
        self.histories: list[str] = []

    @property
    def failed(self) -> FailedExecutions:
        states: Any = self
        return FailedExecutions(states, "arn:machine")

    def list_executions(self, *, statusFilter: str, nextToken: str = "0", **how: Any) -> dict[str, Any]:  # noqa: N803 - boto3's
        assert how["maxResults"] == PAGE_SIZE
        found = [each.failure for each in self.by_arn.values() if each.status == statusFilter]
        first, following = int(nextToken), int(nextToken) + 3
        listed = [{"executionArn": each.execution, "stopDate": each.since} for each in found[first:following]]
        more = {"nextToken": str(following)} if following < len(found) else {}
        return {"executions": [{"executionArn": "arn:is-redriven-now"}, *listed], **more}

    def describe_execution(self, *, executionArn: str) -> dict[str, Any]:  # noqa: N803 - boto3's
        self.before("describe", executionArn)
        each = self._find(executionArn)
        given = {"status": each.status, "startDate": BEGIN, "redriveCount": each.redrive_count}
        given["input"] = json.dumps({"limitationId": each.failure.limitation_id})
        given |= {"redriveDate": each.redriven_at} if each.redriven_at else {}
        if each.status == "RUNNING":
            return {**given, "redriveStatus": "NOT_REDRIVABLE", "redriveStatusReason": "Execution is RUNNING"}
        given |= {"stopDate": each.failure.since, "redriveStatus": "REDRIVABLE"}
        if each.status != "TIMED_OUT":
            given |= {"error": each.failure.error, "cause": each.failure.cause}
        if why := each.failure.not_redrivable:
            given |= {"redriveStatus": "NOT_REDRIVABLE", "redriveStatusReason": why}
        return given

    def get_execution_history(self, *, executionArn: str, nextToken: str = "0", **how: Any) -> dict[str, Any]:  # noqa: N803 - boto3's
        self.before("history", executionArn)
        self.histories.append(executionArn)
        events = [{**each, "id": at, "timestamp": BEGIN} for at, each in enumerate(self._find(executionArn).events, 1)]
        assert (how["reverseOrder"], how["includeExecutionData"]) == (True, True)
        first, following = int(nextToken), int(nextToken) + 4
        more = {"nextToken": str(following)} if following < len(events) else {}
        return {"events": events[::-1][first:following], **more}

    def redrive_execution(self, *, executionArn: str, clientToken: str) -> None:  # noqa: N803 - boto3's
        self.before("redrive", executionArn)
        each = self._find(executionArn)
        if each.refused:
            raise NotRedrivableError(each.refused)
        if clientToken not in each.tokens:
            each.tokens.append(clientToken)
            each.redrive(self.now)
        self.before("redriven", executionArn)

    def _find(self, execution: str) -> FakeExecution:
        if execution not in self.by_arn:
            raise ForgottenError
        return self.by_arn[execution]


class InMemoryRedrives(RedriveStore):
    """The real store, whose objects are in memory. ``before`` is called before each write of a run, and may raise."""

    def __init__(self) -> None:
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
