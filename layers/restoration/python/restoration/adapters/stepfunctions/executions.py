"""Step Functions: starting ``restoration``, looking at an execution, completing a waiting one."""

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any

from restoration.domain.claim import HolderStatus
from restoration.domain.limitation import LimitedPoint, Started, Trigger, execution_input, execution_name
from restoration.errors import in_one_sentence
from restoration.tracing import trace_of_execution

if TYPE_CHECKING:
    from mypy_boto3_stepfunctions import SFNClient
    from mypy_boto3_stepfunctions.type_defs import ExecutionListItemTypeDef


@dataclass(frozen=True, slots=True)
class Running:
    """The executions that run now; the oldest's name is its limitation id and a hash."""

    count: int
    oldest_started_at: datetime | None
    oldest_name: str | None


class Executions:
    """The executions of one state machine."""

    def __init__(self, client: "SFNClient", state_machine_arn: str) -> None:
        self._client = client
        self._state_machine_arn = state_machine_arn
        self._execution_prefix = state_machine_arn.replace(":stateMachine:", ":execution:") + ":"

    def start(self, limited: LimitedPoint, trigger: Trigger) -> Started:
        """Start ``restoration`` for a limitation; for a duplicate trigger, ask for the status of its execution."""
        name = execution_name(limited.limitation_id, trigger.fact)
        try:
            self._client.start_execution(
                stateMachineArn=self._state_machine_arn,
                name=name,
                input=json.dumps(execution_input(limited, trigger)),
                traceHeader=trace_of_execution(trigger.trace),
            )
        except self._client.exceptions.ExecutionAlreadyExists:
            status = self._client.describe_execution(executionArn=self._execution_prefix + name)["status"]
            return Started.ABSORBED if status in {"RUNNING", "SUCCEEDED", "PENDING_REDRIVE"} else Started.INCIDENT
        return Started.STARTED

    def as_they_run(self) -> "RunningExecutions":
        """The executions that run at the first question: for who asks about many."""
        return RunningExecutions(self)

    def at_work(self) -> "list[ExecutionListItemTypeDef]":
        pages = self._client.get_paginator("list_executions").paginate(
            stateMachineArn=self._state_machine_arn, statusFilter="RUNNING", PaginationConfig={"PageSize": 1000}
        )
        return [execution for page in pages for execution in page["executions"]]

    def running(self) -> Running:
        """Count the running executions and find the oldest."""
        found = self.at_work()
        oldest = min(found, key=lambda execution: execution["startDate"], default=None)
        return Running(len(found), oldest["startDate"] if oldest else None, oldest["name"] if oldest else None)

    def status_of(self, execution: str) -> HolderStatus:
        """Whether an execution (its ARN) is still at work; one that is about to be redriven is."""
        try:
            status = self._client.describe_execution(executionArn=execution)["status"]
        except self._client.exceptions.ExecutionDoesNotExist:
            return HolderStatus.UNKNOWN
        return HolderStatus.ALIVE if status in {"RUNNING", "PENDING_REDRIVE"} else HolderStatus.ENDED

    def wake(self, token: str, trigger_type: str, trigger_id: str) -> bool:
        """Wake an execution that waits, with the trigger's type and id alone. ``False`` when it waits no more."""
        return self.complete(token, {"type": trigger_type, "id": trigger_id})

    def complete(self, token: str, output: Mapping[str, Any]) -> bool:
        """Complete a waiting state. ``False`` when no state waits with this token any more."""
        return self._send(self._client.send_task_success, taskToken=token, output=json.dumps(output))

    def fail(self, token: str, error: Exception) -> bool:
        """Fail a waiting state with the error's class and sentence. ``False`` when no state waits with this token."""
        name, cause = type(error).__name__, in_one_sentence(error)
        return self._send(self._client.send_task_failure, taskToken=token, error=name, cause=cause)

    def _send(self, call: Callable[..., object], **arguments: str) -> bool:
        known = self._client.exceptions
        try:
            call(**arguments)
        except (known.TaskTimedOut, known.TaskDoesNotExist, known.InvalidToken):
            return False
        return True


class RunningExecutions:
    """The statuses of many executions: one list instead of a question for each.

    An execution that is not on the list is asked about: it may have been started since, or be about to be redriven.
    """

    def __init__(self, executions: Executions) -> None:
        self._executions = executions

    @cached_property
    def _running(self) -> frozenset[str]:
        return frozenset(each["executionArn"] for each in self._executions.at_work())

    def status_of(self, execution: str) -> HolderStatus:
        """As :meth:`Executions.status_of`."""
        return HolderStatus.ALIVE if execution in self._running else self._executions.status_of(execution)
