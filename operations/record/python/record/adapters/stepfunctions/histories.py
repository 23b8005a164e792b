"""Step Functions: which executions there are, and their whole histories, within the quotas."""

from collections.abc import Iterator, Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any

from record.adapters.stepfunctions.history import listed, read_history
from record.contracts.machine_events import course_of_history
from record.domain.course import Course, Revision
from record.pacing import Bucket, paces

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient

FIRST_REVISION = "INITIAL"
"""The name of a machine's revision before its first update; an older machine has none."""


class ExecutionHistories:
    """The executions of one state machine."""

    def __init__(self, client: "SFNClient", state_machine_arn: str) -> None:
        self._client = client
        self._state_machine_arn = state_machine_arn
        self._buckets = {name: Bucket(pace) for name, pace in paces("reconciler").items()}

    def running(self) -> Mapping[str, int]:
        """The executions (their ARNs) that run, each with how often it was redriven."""
        return {item["executionArn"]: item.get("redriveCount", 0) for item in self._listed("RUNNING")}

    def started_since(self, moment: datetime) -> Iterator[str]:
        """The executions that were started since a moment, whatever became of them; a list has the newest first."""
        for item in self._listed():
            if item["startDate"] < moment:
                return
            yield item["executionArn"]

    def revision(self) -> Revision | None:
        """The machine's revision as it is now; None as long as no execution has begun on it.

        Step Functions says when a machine was created, and of an execution when its machine was updated last.
        """
        machine = self._client.describe_state_machine(stateMachineArn=self._state_machine_arn)
        revision = machine.get("revisionId") or FIRST_REVISION
        if revision == FIRST_REVISION:
            return Revision(revision, machine["creationDate"])
        self._buckets["ListExecutions"].take()
        newest = self._client.list_executions(stateMachineArn=self._state_machine_arn, maxResults=1)["executions"]
        for execution in newest:
            its = self._client.describe_state_machine_for_execution(executionArn=execution["executionArn"])
            if its.get("revisionId") == revision:
                return Revision(revision, its["updateDate"])
        return None

    def _listed(self, status: str = "") -> Iterator[Any]:
        return listed(self._client, self._state_machine_arn, status, self._buckets["ListExecutions"])

    def course(self, execution: str) -> Course | None:
        """What the history of an execution (its ARN) says; None where Step Functions has forgotten it."""
        events = read_history(self._client, execution, bucket=self._buckets["GetExecutionHistory"])
        return course_of_history(execution, events) if events else None
