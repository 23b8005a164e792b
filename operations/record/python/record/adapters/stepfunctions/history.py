"""Step Functions: the executions of a machine, and the history of one, from its end back as far as one needs."""

from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from botocore.exceptions import ClientError

from record.pacing import Bucket, pages

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient

PAGE_SIZE = 1000
"""As many events, or executions, as a call may ask for: calls are what an account has few of."""
TO_A_STATE, TO_A_REDRIVE = "StateEntered", "ExecutionRedriven"
"""How the types of events end, back to which one may read. A state that is tried again and again is entered once."""


def listed(client: "SFNClient", machine: str, status: str = "", bucket: Bucket | None = None) -> Iterator[Any]:
    """The executions of a machine (its ARN) as a list has them, newest first; all, or those of one status."""
    asked = {"stateMachineArn": machine, "maxResults": PAGE_SIZE} | ({"statusFilter": status} if status else {})
    for page in pages(bucket, client.list_executions, **asked):
        yield from page["executions"]


def read_history(
    client: "SFNClient", execution: str, back_to: str = "", bucket: Bucket | None = None, *, with_data: bool = True
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
        for page in pages(bucket, client.get_execution_history, includeExecutionData=with_data, **asked):
            found += page["events"]
            if back_to and any(event["type"].endswith(back_to) for event in page["events"]):
                break
    except ClientError as error:
        # By its code: threads that ask a client for its exceptions at once may each get classes of their own.
        if error.response["Error"]["Code"] != "ExecutionDoesNotExist":
            raise
    return found[::-1]
