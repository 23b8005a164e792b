"""Step Functions: the executions that ended without success, found, looked at and redriven within the quotas."""

import json
from datetime import UTC, datetime
from itertools import takewhile
from typing import TYPE_CHECKING, Any

from record.adapters.stepfunctions.history import TO_A_REDRIVE, TO_A_STATE, read_history
from record.contracts.machine_events import course_of_history
from record.domain.course import Course
from record.domain.failure import UNSUCCESSFUL
from record.domain.redrive_choice import Described

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient

PAGE_SIZE = 100
"""Executions on a page of the list: each is described, and ten a second may be."""


class FailedExecutions:
    """The unsuccessful executions of one state machine."""

    def __init__(self, client: "SFNClient", state_machine_arn: str) -> None:
        self._client = client
        self._state_machine_arn = state_machine_arn

    def page(self, status: str, after: str | None) -> tuple[list[tuple[str, datetime]], str | None]:
        """One page of the executions with a status, and when each stopped; where the next page begins, if any does."""
        request: dict[str, Any] = {"stateMachineArn": self._state_machine_arn, "statusFilter": status}
        request |= {"maxResults": PAGE_SIZE, **({"nextToken": after} if after else {})}
        response = self._client.list_executions(**request)
        # One that is being redriven has no end: it is not listed as failed for long.
        stopped = [(it["executionArn"], it["stopDate"]) for it in response["executions"] if "stopDate" in it]
        return stopped, response.get("nextToken")

    def describe(self, execution: str) -> Described:
        """An execution (its ARN) as it is now; ``FORGOTTEN`` where Step Functions does not know it any more."""
        try:
            found = self._client.describe_execution(executionArn=execution)
        except self._client.exceptions.ExecutionDoesNotExist:
            return Described(execution, "", "FORGOTTEN", datetime.fromtimestamp(0, UTC))
        refused = found.get("redriveStatus") == "NOT_REDRIVABLE" and found["status"] in UNSUCCESSFUL
        return Described(
            execution=execution,
            limitation_id=str(json.loads(found.get("input") or "{}").get("limitationId", "")),
            status=found["status"],
            since=found.get("stopDate", found["startDate"]),
            redrive_count=found.get("redriveCount", 0),
            redriven_at=found.get("redriveDate"),
            error=found.get("error", "States.Timeout" if found["status"] == "TIMED_OUT" else ""),
            cause=found.get("cause", ""),
            not_redrivable=found.get("redriveStatusReason", "AWS does not redrive it") if refused else "",
        )

    def state_of(self, execution: str) -> str:
        """The state that an execution entered last; empty when it entered none.

        A redrive does not enter a task again, so the entry may be far back.
        """
        return course_of_history(execution, read_history(self._client, execution, TO_A_STATE)).state or ""

    def course(self, execution: str) -> Course:
        """What happened since the last redrive."""
        newest_first = reversed(read_history(self._client, execution, TO_A_REDRIVE))
        since = list(takewhile(lambda event: event["type"] != TO_A_REDRIVE, newest_first))
        return course_of_history(execution, since[::-1])

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
