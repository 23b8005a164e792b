"""Step Functions: the executions of a machine, and the history of one, from its end back as far as one needs.

Their quotas are an account's: each caller has its share of them, to which its client keeps (:mod:`record.pacing`).
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from record.contracts.machine_events import course_of_history
from record.domain.course import Course

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient

PAGE_SIZE = 1000
"""As many events, or executions, as a call may ask for: calls are what an account has few of."""
TO_A_STATE, TO_A_REDRIVE = "StateEntered", "ExecutionRedriven"
"""How the types of events end, back to which one may read. A state that is tried again and again is entered once."""
FIRST_REVISION = "INITIAL"
"""The name of a machine's revision before its first update; an older machine has none."""


def _pages(call: Callable[..., Any], **request: Any) -> Iterator[Any]:
    """The responses of an API that gives a ``nextToken``."""
    while True:
        response = call(**request)
        yield response
        if not response.get("nextToken"):
            return
        request["nextToken"] = response["nextToken"]


def listed(client: "SFNClient", machine: str, status: str = "") -> Iterator[Any]:
    """The executions of a machine (its ARN) as a list has them, newest first; all, or those of one status."""
    asked = {"stateMachineArn": machine, "maxResults": PAGE_SIZE} | ({"statusFilter": status} if status else {})
    for page in _pages(client.list_executions, **asked):
        yield from page["executions"]


def read_history(
    client: "SFNClient", execution: str, back_to: str = "", *, with_data: bool = True
) -> Sequence[Mapping[str, Any]]:
    """The events of an execution (its ARN), oldest first; none where Step Functions has forgotten it.

    Parameters
    ----------
    back_to
        The page with the newest event of such a type is the last that is read; without it all are.
    with_data
        Whether inputs, outputs, errors and causes are read, too.
    """
    found: list[Mapping[str, Any]] = []
    asked = {"executionArn": execution, "reverseOrder": True, "maxResults": PAGE_SIZE}
    try:
        for page in _pages(client.get_execution_history, includeExecutionData=with_data, **asked):
            found += page["events"]
            if back_to and any(event["type"].endswith(back_to) for event in page["events"]):
                break
    except ClientError as error:
        # By its code: threads that ask a client for its exceptions at once may each get classes of their own.
        if error.response["Error"]["Code"] != "ExecutionDoesNotExist":
            raise
    return found[::-1]


def read_course(client: "SFNClient", execution: str, back_to: str = "", *, with_data: bool = True) -> Course | None:
    """What the events say that :func:`read_history` reads; None where Step Functions has forgotten the execution."""
    events = read_history(client, execution, back_to, with_data=with_data)
    return course_of_history(execution, events) if events else None


class ExecutionHistories:
    """The executions of one state machine."""

    def __init__(self, client: "SFNClient", state_machine_arn: str) -> None:
        self._client = client
        self._state_machine_arn = state_machine_arn

    def running(self) -> Mapping[str, int]:
        """The executions (their ARNs) that run, each with how often it was redriven."""
        running = listed(self._client, self._state_machine_arn, "RUNNING")
        return {item["executionArn"]: item.get("redriveCount", 0) for item in running}

    def started_since(self, moment: datetime) -> Iterator[str]:
        """The executions that were started since a moment, whatever became of them; a list has the newest first."""
        for item in listed(self._client, self._state_machine_arn):
            if item["startDate"] < moment:
                return
            yield item["executionArn"]

    def deployed_at(self) -> datetime | None:
        """When the machine as it is now was deployed; None as long as no execution has begun on it.

        Step Functions says when a machine was created, and of an execution when its machine was updated last.
        """
        machine = self._client.describe_state_machine(stateMachineArn=self._state_machine_arn)
        revision = machine.get("revisionId") or FIRST_REVISION
        if revision == FIRST_REVISION:
            return machine["creationDate"]
        newest = self._client.list_executions(stateMachineArn=self._state_machine_arn, maxResults=1)["executions"]
        for execution in newest:
            its = self._client.describe_state_machine_for_execution(executionArn=execution["executionArn"])
            if its.get("revisionId") == revision:
                return its["updateDate"]
        return None

    def course(self, execution: str) -> Course | None:
        """What the history of an execution (its ARN) says; None where Step Functions has forgotten it."""
        return read_course(self._client, execution)
