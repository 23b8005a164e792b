"""The segments that Step Functions itself writes: one for each execution, with its states and their attempts.

They are made from the execution's record and history when somebody reads traces. On AWS they come as it goes on.
https://docs.aws.amazon.com/step-functions/latest/dg/concepts-xray-tracing.html
"""

from __future__ import annotations

import datetime as dt
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import FailureEventException

from embedded_cloud.observability.tracing import (
    child_header,
    complete_trace_header,
    is_sampled,
    new_id,
    parent_of,
    trace_id_of,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from embedded_cloud.execution import Execution


@dataclass
class Attempt:
    """One attempt at a task: a call to another service, until its result is there."""

    state: str
    service: str
    operation: str
    id: str = field(default_factory=new_id)
    started_at: float = field(default_factory=time.time)
    ended_at: float | None = None
    error: str | None = None

    def document(self) -> dict[str, Any]:
        """Give its subsegment."""
        return {
            "id": self.id,
            "name": self.service,
            "namespace": "aws",
            "start_time": self.started_at,
            **_end(self.ended_at),
            "aws": {"operation": self.operation},
            **_fault(self.error),
        }


@dataclass
class ExecutionTrace:
    """The trace of one execution: the header that it was started with, and its attempts so far."""

    header: str
    id: str = field(default_factory=new_id)
    attempts: list[Attempt] = field(default_factory=list)

    @contextmanager
    def attempting(self, state: Any, env: Any) -> Iterator[str]:
        """Note an attempt at a state of moto's; gives the trace header of the calls that it makes."""
        service, operation = _called_by(state)
        attempt = Attempt(state.name, service, operation)
        self.attempts.append(attempt)
        try:
            yield child_header(self.header, attempt.id)
        except Exception as error:
            attempt.error = _name_of(error, state, env)
            raise
        finally:
            attempt.ended_at = time.time()

    def document(self, execution: Execution) -> dict[str, Any]:
        """Give the execution's segment as it is now."""
        parent = parent_of(self.header)
        end = execution.ended_at.timestamp() if execution.ended_at else None
        return {
            "id": self.id,
            "name": execution.state_machine,
            "origin": "AWS::StepFunctions::StateMachine",
            "trace_id": trace_id_of(self.header),
            **({"parent_id": parent} if parent else {}),
            "start_time": execution.started_at.timestamp(),
            **_end(end),
            "aws": {"execution_arn": execution.arn},
            **_fault(execution.error if end else None),
            "subsegments": self._states(execution, end),
        }

    def _states(self, execution: Execution, end: float | None) -> list[dict[str, Any]]:
        states: list[dict[str, Any]] = []
        open_ones: dict[str, list[dict[str, Any]]] = {}
        for event in execution.history:
            at = dt.datetime.fromisoformat(event["timestamp"]).timestamp()
            if "stateEnteredEventDetails" in event:
                name = event["stateEnteredEventDetails"]["name"]
                state = {"id": new_id(), "name": name, "start_time": at, "subsegments": []}
                states.append(state)
                open_ones.setdefault(name, []).append(state)
            elif "stateExitedEventDetails" in event:
                name = event["stateExitedEventDetails"]["name"]
                if open_ones.get(name):
                    open_ones[name].pop(0)["end_time"] = at
        for left in open_ones.values():
            for state in left:
                state |= {**_end(end), **_fault(execution.error if end else None)}
        for attempt in self.attempts:
            entered = [each for each in states if each["name"] == attempt.state]
            # Entered before the attempt began: the last such entry. Moments of a history are whole milliseconds.
            before = [each for each in entered if each["start_time"] <= attempt.started_at + 0.001]
            if before:
                before[-1]["subsegments"].append(attempt.document())
        return states


TRACES: dict[str, ExecutionTrace] = {}
"""Traces by execution ARN; the process's, as moto's interpreter is."""


def trace_of(execution_arn: str, header: str | None = None) -> ExecutionTrace:
    """Give an execution's trace; it begins with `header`, or as one of its own, at the first call."""
    known = TRACES.get(execution_arn)
    return known or TRACES.setdefault(execution_arn, ExecutionTrace(complete_trace_header(header)))


def documents(executions: Iterable[Execution]) -> list[dict[str, Any]]:
    """Give the segments of all executions that are traced."""
    traced = ((TRACES.get(execution.arn), execution) for execution in executions)
    return [trace.document(execution) for trace, execution in traced if trace is not None and is_sampled(trace.header)]


def _end(at: float | None) -> dict[str, Any]:
    return {"in_progress": True} if at is None else {"end_time": at}


def _fault(error: str | None) -> dict[str, Any]:
    return {} if error is None else {"fault": True, "cause": {"exceptions": [{"id": new_id(), "type": error}]}}


SERVICES = {"lambda": "Lambda", "sqs": "SQS", "sns": "SNS", "dynamodb": "DynamoDB", "events": "EventBridge"}


def _called_by(state: Any) -> tuple[str, str]:
    """Give the service and the operation that a state calls; a state that calls none has its kind."""
    resource: Any = getattr(state, "resource", None)
    if hasattr(resource, "function_name"):
        return "Lambda", "Invoke"
    if hasattr(resource, "api_action"):
        return SERVICES.get(resource.api_name, str(resource.api_name)), str(resource.api_action)
    return type(state).__name__.removeprefix("State"), ""


def _name_of(error: Exception, state: Any, env: Any) -> str:
    """Give an error's name as the state's Retry and Catch know it."""
    if isinstance(error, FailureEventException):
        name = error.failure_event.error_name
    else:
        name = state._from_error(env=env, ex=error).error_name  # noqa: SLF001 - what names it for Retry, too
    return type(error).__name__ if name is None else str(name.error_name)
