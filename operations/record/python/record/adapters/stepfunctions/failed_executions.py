"""Step Functions: the executions that ended without success, found, looked at and redriven within the quotas."""

import json
from collections.abc import Iterator, Mapping
from itertools import takewhile
from typing import TYPE_CHECKING, Any

from record.contracts.machine_events import course_of_history
from record.domain.course import Course
from record.domain.failure import UNSUCCESSFUL, Described, Stopped
from record.pacing import Bucket, Pace, pages

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient
    from mypy_boto3_stepfunctions.type_defs import HistoryEventTypeDef

PAGE_SIZE = 100
"""Executions on a page of the list: each is described, and ten a second may be."""
EVENTS_AT_ONCE = 200
"""Events of a history that one call asks for, the newest first."""


def paces(describes_per_second: int) -> Mapping[str, Pace]:
    """The share of the account's quotas that a bulk redrive takes.

    Parameters
    ----------
    describes_per_second
        Calls of DescribeExecution a second; in eu-west-3 an account has 10, with a bucket of 250. Of histories it may
        read twice as many (20, with 400), of lists a fifth (2, with 100). Redrives have 150, which nobody comes near.
        https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
    """
    return {
        "describe": Pace(25 * describes_per_second, describes_per_second),
        "history": Pace(40 * describes_per_second, 2 * describes_per_second),
        "list": Pace(50, 1),
    }


class FailedExecutions:
    """The unsuccessful executions of one state machine.

    Parameters
    ----------
    describes_per_second
        As :func:`paces` has it.
    """

    def __init__(self, client: "SFNClient", state_machine_arn: str, describes_per_second: int) -> None:
        self._client = client
        self._state_machine_arn = state_machine_arn
        self._buckets = {name: Bucket(pace) for name, pace in paces(describes_per_second).items()}

    def page(self, status: str, after: str | None) -> tuple[list[Stopped], str | None]:
        """One page of the executions with a status, and where the next one begins; None after the last."""
        request: dict[str, Any] = {
            "stateMachineArn": self._state_machine_arn,
            "statusFilter": status,
            "maxResults": PAGE_SIZE,
        }
        if after:
            request["nextToken"] = after
        self._buckets["list"].take()
        response = self._client.list_executions(**request)
        # One that is being redriven has no end: it is not listed as failed for long.
        stopped = [Stopped(it["executionArn"], it["stopDate"]) for it in response["executions"] if "stopDate" in it]
        return stopped, response.get("nextToken")

    def describe(self, execution: str) -> Described:
        """An execution (its ARN) as it is now; ``FORGOTTEN`` where Step Functions does not know it any more."""
        self._buckets["describe"].take()
        try:
            found = self._client.describe_execution(executionArn=execution)
        except self._client.exceptions.ExecutionDoesNotExist:
            return Described("FORGOTTEN", "", 0)
        refused = found.get("redriveStatus") == "NOT_REDRIVABLE" and found["status"] in UNSUCCESSFUL
        return Described(
            status=found["status"],
            limitation_id=str(json.loads(found.get("input") or "{}").get("limitationId", "")),
            redrive_count=found.get("redriveCount", 0),
            stopped_at=found.get("stopDate"),
            redriven_at=found.get("redriveDate"),
            error=found.get("error", "States.Timeout" if found["status"] == "TIMED_OUT" else ""),
            cause=found.get("cause", ""),
            not_redrivable=found.get("redriveStatusReason", "AWS does not redrive it") if refused else "",
        )

    def state_of(self, execution: str) -> str:
        """The state that an execution entered last; empty when it entered none.

        A redrive does not enter a task again, so the entry may be far back.
        """
        for event in self._newest_first(execution):
            entered = event.get("stateEnteredEventDetails")
            if entered:
                return entered["name"]
        return ""

    def course(self, execution: str) -> Course:
        """What happened since the last redrive."""
        since = takewhile(lambda event: event["type"] != "ExecutionRedriven", self._newest_first(execution))
        return course_of_history(execution, reversed(list(since)))

    def _newest_first(self, execution: str) -> Iterator["HistoryEventTypeDef"]:
        asked = {"executionArn": execution, "reverseOrder": True, "maxResults": EVENTS_AT_ONCE}
        for page in pages(self._buckets["history"], self._client.get_execution_history, **asked):
            yield from page["events"]

    def redrive(self, execution: str, token: str) -> str:
        """Redrive an execution; the same token twice within 15 minutes is one redrive.

        Returns
        -------
        str
            Why AWS refused it; empty where it did not.
        """
        try:
            self._client.redrive_execution(executionArn=execution, clientToken=token)
        except (self._client.exceptions.ExecutionNotRedrivable, self._client.exceptions.ExecutionDoesNotExist) as error:
            return error.response["Error"].get("Message", "AWS refused it")
        return ""
