"""Step Functions' API where moto's differs from AWS's: start, stop, describe, and the outcomes of tokens."""

from __future__ import annotations

import datetime as dt
import json
import threading
import uuid
from typing import TYPE_CHECKING, Any

from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.core.utils import utcnow
from moto.stepfunctions.parser.asl.eval.callback.callback import CallbackOutcomeFailure, CallbackOutcomeSuccess
from moto.stepfunctions.parser.models import stepfunctions_parser_backends

from embedded_cloud.backends.protocol import Operation, RefusedError
from embedded_cloud.observability.tracing import complete_trace_header, current_trace_header
from embedded_cloud.states import redrive
from embedded_cloud.states.lifecycle import END_LOCK, publish_status
from embedded_cloud.states.pages import item_of, page_of_events, page_of_executions
from embedded_cloud.states.waits import TOKENS

if TYPE_CHECKING:
    from collections.abc import Callable

    from embedded_cloud.activity import Activity
    from embedded_cloud.states.executions import Executions

MAX_DATA_BYTES = 256 * 1024
"""Limit of an execution's input, a task's result and every state's output."""


class StatesApi:
    """The operations that differ from moto's."""

    def __init__(self, region: str, activity: Activity, executions: Executions) -> None:
        self._region = region
        self._activity = activity
        self._executions = executions
        self._start_lock = threading.Lock()
        operations: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
            "StartExecution": self._start,
            "StopExecution": self._stop,
            "DescribeExecution": self._describe,
            "DescribeStateMachine": self._describe_machine,
            "DescribeStateMachineForExecution": self._describe_machine_of,
            "GetExecutionHistory": self._history,
            "ListExecutions": self._list,
            "SendTaskSuccess": self._send_success,
            "SendTaskFailure": self._send_failure,
            "RedriveExecution": self._redrive,
            "DeleteStateMachine": self._delete_machine,
        }
        self.operations: dict[str, Operation] = {
            f"states:{name}": lambda request, serve=serve: serve(request.parameters)  # type: ignore[misc]
            for name, serve in operations.items()
        }

    @property
    def backend(self) -> Any:
        """Moto's backend of the region."""
        return stepfunctions_parser_backends[DEFAULT_ACCOUNT_ID][self._region]

    def stop_all(self, machine_arn: str | None = None) -> None:
        """Stop the executions that still run, and wait until they have ended: their threads need the cloud."""
        machines = [item for item in self.backend.state_machines if machine_arn in {None, item.arn}]
        raw: list[Any] = [item for machine in machines for item in list(machine.executions)]
        for execution in raw:
            if execution.status == "RUNNING" and execution.exec_worker.env is not None:
                execution.stop(stop_date=None, error="Stopped", cause="The machine was deleted, or the cloud stopped")
        known = self._executions
        self._activity.wait_until(
            lambda: not (known.ending or any(item.is_running for item in known.all(machine_arn))), 5
        )

    def _delete_machine(self, parameters: dict[str, Any]) -> dict[str, Any]:
        """Delete a machine; its executions end, as on AWS."""
        self.stop_all(parameters["stateMachineArn"])
        self.backend.delete_state_machine(parameters["stateMachineArn"])
        return {}

    def _start(self, parameters: dict[str, Any]) -> dict[str, Any]:
        text = parameters.get("input", "{}")
        if len(text.encode()) > MAX_DATA_BYTES:
            raise RefusedError("ValidationException", f"input is longer than {MAX_DATA_BYTES} bytes")
        # moto names an unnamed execution None, and the second one collides with the first.
        name = parameters.get("name") or str(uuid.uuid4())
        self.backend._validate_name(name)  # noqa: SLF001 - StartExecution of moto's interpreter leaves it out
        machine_arn = parameters["stateMachineArn"]
        # "If both sources are provided, Step Functions will use the header value (preferred)":
        # https://docs.aws.amazon.com/step-functions/latest/apireference/API_StartExecution.html
        header = complete_trace_header(current_trace_header() or parameters.get("traceHeader"))
        # One at a time: looking for the name and taking it is one step on AWS.
        with self._start_lock:
            before = self._count(machine_arn)
            execution = self.backend.start_execution(machine_arn, name, text, trace_header=header)
            is_new = self._count(machine_arn) > before
            # Before the call returns: who has started an execution finds it.
            self._executions.note_beginning(execution)
        if is_new:
            publish_status(execution)
        return {"executionArn": execution.execution_arn, "startDate": execution.start_date.timestamp()}

    def _count(self, machine_arn: str) -> int:
        return len(self.backend.describe_state_machine(machine_arn).executions)

    def _stop(self, parameters: dict[str, Any]) -> dict[str, Any]:
        execution = self.backend.describe_execution(parameters["executionArn"])
        error, cause = parameters.get("error"), parameters.get("cause")
        if execution.status == "RUNNING" and execution.exec_worker.env is not None:
            # moto drops both, and the execution waits on for its task.
            execution.error, execution.cause = error, cause
            execution.stop(stop_date=utcnow(), error=error, cause=cause)
        return {"stopDate": (execution.stop_date or utcnow()).timestamp()}

    def time_out(self, execution_arn: str) -> None:
        """Let an execution end as `TIMED_OUT`, at the state where it is."""
        execution = self.backend.describe_execution(execution_arn)
        if execution.status == "RUNNING" and execution.exec_worker.env is not None:
            execution.exec_worker.env.set_timed_out()

    def _redrive(self, parameters: dict[str, Any]) -> dict[str, Any]:
        execution = self.backend.describe_execution(parameters["executionArn"])
        token = parameters.get("clientToken") or str(uuid.uuid4())
        with self._start_lock, END_LOCK:
            # A client token that is known repeats its response; the SDK makes one where the caller gives none.
            tokens: dict[str, dt.datetime] = execution.__dict__.setdefault("redrive_tokens", {})
            if token in tokens:
                return {"redriveDate": tokens[token].timestamp()}
            reason = redrive.reason_against(execution)
            if reason is not None:
                raise RefusedError("ExecutionNotRedrivable", f"{reason}: '{execution.execution_arn}'")
            at = tokens[token] = redrive.redrive(execution)
        publish_status(execution)
        return {"redriveDate": at.timestamp()}

    def _list(self, parameters: dict[str, Any]) -> dict[str, Any]:
        machine = self.backend.describe_state_machine(parameters["stateMachineArn"])
        with END_LOCK:
            return page_of_executions(list(machine.executions), parameters)

    def _history(self, parameters: dict[str, Any]) -> dict[str, Any]:
        environment = self.backend.describe_execution(parameters["executionArn"]).exec_worker.env
        # Before its thread has begun, an execution has no events.
        events = [] if environment is None else list(environment.event_manager._history_event_list)  # noqa: SLF001 - no copy of each event
        return page_of_events(events, parameters)

    def _describe_machine(self, parameters: dict[str, Any]) -> dict[str, Any]:
        return _machine(self.backend.describe_state_machine(parameters["stateMachineArn"]))

    def _describe_machine_of(self, parameters: dict[str, Any]) -> dict[str, Any]:
        """Describe the machine as it was when the execution started: a later definition does not change it."""
        return _machine(self.backend.describe_execution(parameters["executionArn"]).state_machine)

    def _describe(self, parameters: dict[str, Any]) -> dict[str, Any]:
        execution = self.backend.describe_execution(parameters["executionArn"])
        with END_LOCK:
            result = {
                **item_of(execution),
                "input": execution.execution_input,
                "inputDetails": {"included": True},
                "redriveStatus": "REDRIVABLE",
            }
            reason = redrive.reason_against(execution)
            if reason is not None:
                result |= {"redriveStatus": "NOT_REDRIVABLE", "redriveStatusReason": reason}
            if execution.trace_header:
                result["traceHeader"] = execution.trace_header
            if execution.status == "SUCCEEDED":
                result["output"] = json.dumps(execution.output, default=str)
                result["outputDetails"] = {"included": True}
            if execution.status != "RUNNING":
                for key in ("error", "cause"):
                    value = getattr(execution, key)
                    if value is not None:
                        result[key] = value
        return result

    def _send_success(self, parameters: dict[str, Any]) -> dict[str, Any]:
        output = parameters["output"]
        try:
            json.loads(output)
        except ValueError as error:
            raise RefusedError("InvalidOutput", f"Invalid Output: not JSON: {error}") from error
        if len(output.encode()) > MAX_DATA_BYTES:
            raise RefusedError("ValidationException", f"output is longer than {MAX_DATA_BYTES} bytes")
        token = parameters["taskToken"]
        self._require(token, answered=TOKENS.answer(token, CallbackOutcomeSuccess(token, output)))
        return {}

    def _send_failure(self, parameters: dict[str, Any]) -> dict[str, Any]:
        token = parameters["taskToken"]
        outcome = CallbackOutcomeFailure(token, parameters.get("error"), parameters.get("cause"))
        self._require(token, answered=TOKENS.answer(token, outcome))
        return {}

    @staticmethod
    def _require(token: str, *, answered: bool) -> None:
        if answered:
            return
        if TOKENS.is_known(token):
            raise RefusedError("TaskTimedOut", "Task Timed Out: 'Provided task does not exist anymore'")
        raise RefusedError("InvalidToken", "Invalid Token: 'Invalid token'")


def _machine(machine: Any) -> dict[str, Any]:
    """Describe a machine, or an execution's: clients read of it what the operation has. An update is a revision."""
    is_first = machine.update_date == machine.creation_date
    return {
        "stateMachineArn": machine.arn,
        "name": machine.name,
        "definition": machine.definition,
        "roleArn": machine.roleArn,
        "status": "ACTIVE",
        "type": machine.type,
        "creationDate": machine.creation_date.replace(tzinfo=dt.UTC).timestamp(),
        "updateDate": machine.update_date.replace(tzinfo=dt.UTC).timestamp(),
        "revisionId": "INITIAL"
        if is_first
        else str(uuid.uuid5(uuid.NAMESPACE_OID, f"{machine.arn} {machine.update_date}")),
    }
