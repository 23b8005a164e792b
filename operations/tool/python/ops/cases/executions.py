"""Where cases stand: one list of Step Functions, then the record of executions, a hundred cases with one call.

A list gives names, statuses and redrives alone. Where the record knows less than the list, a history is read from its
end: state, error and cause in one call, 20 calls a second. DescribeExecution has no state, and half the quota
(docs/decisions/0077-one-tool-for-operations.md, 0091).
"""

from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

from ops.account import Account
from ops.cases.recorded import RecordedEnds, end_of_course
from ops.cases.standing import Found, Hold, Search, Standing, Status
from record.domain.course import Course
from record.domain.waiting import waits_for
from restoration.domain.limitation import limitation_of
from restoration.domain.register import RegisteredLimitation
from supervision.cases.histories import End, end_of
from supervision.cases.register import RegisterReader

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient
    from mypy_boto3_stepfunctions.type_defs import ExecutionListItemTypeDef

PAGES = 50
"""How many pages of 1,000 are listed of each status: what the bucket holds at once."""
AT_ONCE = 8
_FEW, _MANY = 30, 1000


class ExecutionStandings:
    """Finds where cases stand, in the executions of ``restoration``."""

    def __init__(self, account: Account) -> None:
        self._machine = account.machine()
        self._client: SFNClient = account.client("stepfunctions")
        self._register = RegisterReader(account)
        self._recorded = RecordedEnds(account)

    def find(self, search: Search) -> Found:
        """The standings that a search takes, newest first."""
        listed, is_whole = self._listed(search)
        chosen, unread = listed[: search.limit], max(0, len(listed) - search.limit)
        known = self._register.many({limitation_of(each["name"]) for each in chosen})
        courses = self._recorded.many([each["executionArn"] for each in chosen])
        with ThreadPoolExecutor(AT_ONCE) as pool:
            ends = pool.map(lambda each: self._end(each, courses.get(each["executionArn"])), chosen)
            standings = [
                _standing(each, end, known.get(limitation_of(each["name"])))
                for each, end in zip(chosen, ends, strict=True)
            ]
        return Found([each for each in standings if search.takes(each)], unread, is_whole)

    def count_running(self) -> int:
        """How many executions run now."""
        return sum(len(page) for page in self._pages(Status.RUNNING))

    def _listed(self, search: Search) -> "tuple[list[ExecutionListItemTypeDef], bool]":
        found: list[ExecutionListItemTypeDef] = []
        is_whole = True
        for status in search.statuses:
            for number, page in enumerate(self._pages(status)):
                if number == PAGES:
                    is_whole = False
                    break
                found += [each for each in page if _is_within(each, search)]
        return sorted(found, key=_since, reverse=True), is_whole

    def _pages(self, status: Status) -> "Iterator[Sequence[ExecutionListItemTypeDef]]":
        paginator = self._client.get_paginator("list_executions")
        for page in paginator.paginate(
            stateMachineArn=self._machine, statusFilter=status.value, PaginationConfig={"PageSize": 1000}
        ):
            yield page["executions"]

    def _end(self, item: "ExecutionListItemTypeDef", course: Course | None) -> End:
        """The end of an execution, as it is recorded; nothing where Step Functions has forgotten it meanwhile."""
        arn = item["executionArn"]
        recorded = end_of_course(course, item["status"], item.get("redriveCount", 0)) if course else None
        if recorded is not None:
            return recorded
        try:
            # Few events are enough, unless the last state was tried many times.
            for count in (_FEW, _MANY):
                events: Sequence[Mapping[str, Any]] = self._client.get_execution_history(
                    executionArn=arn, reverseOrder=True, maxResults=count
                )["events"]
                end = end_of(events)
                if end.state is not None or len(events) < count:
                    break
        except self._client.exceptions.ExecutionDoesNotExist:
            return End()
        return end


def _since(item: "ExecutionListItemTypeDef") -> Any:
    return item.get("stopDate") or item["startDate"]


def _is_within(item: "ExecutionListItemTypeDef", search: Search) -> bool:
    at = _since(item)
    return (search.since is None or at >= search.since) and (search.until is None or at <= search.until)


def _standing(item: "ExecutionListItemTypeDef", end: End, known: RegisteredLimitation | None) -> Standing:
    status = Status(item["status"]) if item["status"] != "PENDING_REDRIVE" else Status.RUNNING
    return Standing(
        execution=item["name"],
        limitation_id=limitation_of(item["name"]),
        contract_id=known.contract_id if known else "",
        point_id=known.point_id if known else "",
        status=status,
        state=end.state,
        started_at=item["startDate"],
        since=item.get("stopDate") or end.entered_at or item["startDate"],
        error=end.error,
        cause=end.cause,
        outcome=str((end.output or {}).get("outcome", "")),
        redrives=item.get("redriveCount", 0),
        waits_for=waits_for(status.value, end.state),
        hold=_hold(item["executionArn"], known),
    )


def _hold(arn: str, known: RegisteredLimitation | None) -> Hold:
    if known is None:
        return Hold.UNKNOWN
    if known.holder == arn:
        return Hold.HOLDS
    if not known.is_open:
        return Hold.CLOSED
    return Hold.TAKEN_OVER if known.holder or known.settled_by not in {None, arn} else Hold.LET_GO
