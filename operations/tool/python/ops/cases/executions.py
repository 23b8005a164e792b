"""Where cases stand: one list of Step Functions, then the record of executions, a hundred cases with one call.

A list gives names, statuses and redrives alone. Where the record knows less than the list, a history is read from its
end: state, error and cause in one call. DescribeExecution has no state, and half the quota
(docs/decisions/0077-one-tool-for-operations.md, 0091).
"""

from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from itertools import islice
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from ops.account import Account
from record.adapters.dynamodb.courses import recorded_of
from record.adapters.dynamodb.plain import plain
from record.adapters.stepfunctions.history import TO_A_STATE, listed, read_history
from record.cases.register import RegisterReader
from record.contracts.machine_events import course_of_history
from record.domain.course import Course
from record.domain.failure import UNSUCCESSFUL, is_part_of_cause
from record.domain.states import Party, waits_for
from restoration.adapters.dynamodb.batch_reads import items_of
from restoration.clock import moment_of
from restoration.domain.claim import Claim
from restoration.domain.limitation import limitation_of

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient
    from mypy_boto3_stepfunctions.type_defs import ExecutionListItemTypeDef

MOST = 50_000
"""How many are listed of each status: what the bucket holds at once."""
AT_ONCE = 8
_NOT_THERE = frozenset({"ResourceNotFoundException", "AccessDeniedException"})
"""A stack, or a role, that is older than the record."""


class Hold(StrEnum):
    """What a case's execution is to its limitation now."""

    HOLDS = "holds"
    """It acts for the limitation; a failed one keeps it until it is redriven or taken over."""
    TAKEN_OVER = "another execution has taken over"
    LET_GO = "nobody holds the limitation now"
    CLOSED = "the limitation is closed"
    UNKNOWN = "the register does not know the limitation"


@dataclass(frozen=True, slots=True)
class FoundCase:
    """One execution with its case.

    Parameters
    ----------
    execution
        Its name, which begins with the limitation's id.
    status
        As Step Functions has it.
    state
        The state of the process that it is in, or that it ended in; None where the history is gone.
    since
        When it ended; when it entered its state, while it runs.
    cause
        The cause in one line; empty where there is none.
    outcome
        The business outcome of one that succeeded.
    waits_for
        None when it has ended well.
    """

    execution: str
    limitation_id: str
    contract_id: str
    point_id: str
    status: str
    state: str | None
    started_at: datetime
    since: datetime
    error: str
    cause: str
    outcome: str
    redrives: int
    waits_for: Party | None
    hold: Hold


@dataclass(frozen=True, slots=True)
class Search:
    """Which cases one asks for; what is not given does not matter.

    Parameters
    ----------
    error, outcome
        In whatever letters.
    cause
        A part of it, as ``ops redrive`` takes it.
    since
        When it ended; when it was started, while it runs.
    limit
        How many executions are looked into at most, the newest first.
    """

    statuses: Sequence[str] = UNSUCCESSFUL
    state: str | None = None
    error: str | None = None
    cause: str | None = None
    since: datetime | None = None
    waits_for: Party | None = None
    outcome: str | None = None
    limit: int = 1000

    def takes(self, case: FoundCase) -> bool:
        """Whether a case is one of those."""
        return (
            (self.state is None or case.state == self.state)
            and (self.error is None or case.error.casefold() == self.error.casefold())
            and (self.cause is None or is_part_of_cause(self.cause, case.cause))
            and (self.waits_for is None or case.waits_for is self.waits_for)
            and (self.outcome is None or case.outcome.casefold() == self.outcome.casefold())
        )


@dataclass(frozen=True, slots=True)
class Found:
    """The cases that were found, newest first.

    Parameters
    ----------
    unread
        How many executions were within the time and were not looked into, since the limit was reached.
    is_whole
        Whether the list of executions was read to its end.
    """

    cases: Sequence[FoundCase]
    unread: int = 0
    is_whole: bool = True


def find_cases(account: Account, search: Search) -> Found:
    """The cases that a search takes, newest first, by the executions of ``restoration``."""
    client = account.client("stepfunctions")
    executions, is_whole = _listed(client, account.machine(), search)
    chosen, unread = executions[: search.limit], max(0, len(executions) - search.limit)
    known = RegisterReader(account).many({limitation_of(each["name"]) for each in chosen})
    courses = _recorded_courses(account, [each["executionArn"] for each in chosen])
    with ThreadPoolExecutor(AT_ONCE) as pool:
        found = pool.map(lambda each: _course(client, each, courses.get(each["executionArn"])), chosen)
        cases = [
            _found_case(each, course, known.get(limitation_of(each["name"])))
            for each, course in zip(chosen, found, strict=True)
        ]
    return Found([each for each in cases if search.takes(each)], unread, is_whole)


def _listed(client: "SFNClient", machine: str, search: Search) -> "tuple[list[ExecutionListItemTypeDef], bool]":
    found: list[ExecutionListItemTypeDef] = []
    is_whole = True
    for status in search.statuses:
        known = listed(client, machine, status)
        found += (each for each in islice(known, MOST) if search.since is None or _since(each) >= search.since)
        is_whole &= next(known, None) is None
    return sorted(found, key=_since, reverse=True), is_whole


def _course(client: "SFNClient", item: "ExecutionListItemTypeDef", recorded: Course | None) -> Course:
    """Where an execution stands, as it is recorded; nowhere where Step Functions has forgotten it meanwhile."""
    arn = item["executionArn"]
    if recorded is not None and _knows_all(recorded, item["status"], item.get("redriveCount", 0)):
        return recorded
    return course_of_history(arn, read_history(client, arn, TO_A_STATE))


def _since(item: "ExecutionListItemTypeDef") -> Any:
    return item.get("stopDate") or item["startDate"]


def _found_case(item: "ExecutionListItemTypeDef", course: Course, known: Claim | None) -> FoundCase:
    status = item["status"] if item["status"] != "PENDING_REDRIVE" else "RUNNING"
    return FoundCase(
        execution=item["name"],
        limitation_id=limitation_of(item["name"]),
        contract_id=known.contract_id if known else "",
        point_id=known.point_id if known else "",
        status=status,
        state=course.state,
        started_at=item["startDate"],
        since=item.get("stopDate") or (moment_of(course.since) if course.visits else item["startDate"]),
        error=course.end.error,
        cause=course.end.cause,
        outcome=course.end.outcome,
        redrives=item.get("redriveCount", 0),
        waits_for=waits_for(status, course.state),
        hold=_hold(item["executionArn"], known),
    )


def _hold(arn: str, known: Claim | None) -> Hold:
    if known is None:
        return Hold.UNKNOWN
    if known.holder == arn:
        return Hold.HOLDS
    if not known.is_open:
        return Hold.CLOSED
    is_settled_by_another = known.settlement is not None and known.settlement.execution != arn
    return Hold.TAKEN_OVER if known.holder or is_settled_by_another else Hold.LET_GO


def _recorded_courses(account: Account, executions: Collection[str]) -> Mapping[str, Course]:
    """What is recorded of executions (their ARNs); those of which nothing is are left out."""
    keys = ({"execution": {"S": each}} for each in dict.fromkeys(executions))
    try:
        found = list(items_of(account.client("dynamodb"), account.name("courses"), keys))
    except ClientError as error:
        if error.response["Error"]["Code"] not in _NOT_THERE:
            raise
        return {}
    courses = (recorded_of(plain(item)).course for item in found)
    return {course.execution: course for course in courses}


def _knows_all(course: Course, status: str, redrives: int) -> bool:
    """Whether the record knows all of an execution, and not less than the list: its status and redrives."""
    is_known = course.is_complete or (not course.has_ended and not course.missing and course.rests)
    return is_known and (course.end.status, course.redrives) == (status, redrives)
