"""The segments that Step Functions itself writes: one for each execution, with its states and their attempts.

They are made from the execution's history when somebody reads traces. On AWS they come as it goes on.
https://docs.aws.amazon.com/step-functions/latest/dg/concepts-xray-tracing.html
"""

from __future__ import annotations

import datetime as dt
import zlib
from typing import TYPE_CHECKING, Any

from embedded_cloud.observability.tracing import is_sampled, new_id, parent_of, trace_id_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from embedded_cloud.execution import Execution

ENDS = ("Succeeded", "Failed", "TimedOut", "Aborted")
SERVICES = {"lambda": "Lambda", "sqs": "SQS", "sns": "SNS", "dynamodb": "DynamoDB", "events": "EventBridge"}


def documents(executions: Iterable[Execution]) -> list[dict[str, Any]]:
    """Give the segments of all executions that are traced."""
    return [segment_of(execution) for execution in executions if is_sampled(execution.trace_header)]


def id_at(execution: Execution, event: int) -> str:
    """Give the id of what an event of an execution begins: a state, or an attempt at a task's call."""
    return f"{zlib.crc32(execution.arn.encode()):08x}{event:08x}"


def segment_of(execution: Execution) -> dict[str, Any]:
    """Give an execution's segment as it is now."""
    parent = parent_of(execution.trace_header)
    end = execution.ended_at
    so_far = {"in_progress": True} if end is None else {"end_time": end.timestamp(), **_fault(execution.error)}
    states = _states(execution)
    for part in (part for state in states for part in (state, *state["subsegments"]) if "end_time" not in part):
        part.update(so_far)
    return {
        "id": id_at(execution, 0),
        "name": execution.state_machine,
        "origin": "AWS::StepFunctions::StateMachine",
        "trace_id": trace_id_of(execution.trace_header),
        **({"parent_id": parent} if parent else {}),
        "start_time": execution.started_at.timestamp(),
        **so_far,
        "aws": {"execution_arn": execution.arn},
        "subsegments": states,
    }


def _states(execution: Execution) -> list[dict[str, Any]]:
    """Give its states, each with the attempts at its call: a call is of the state that was entered last."""
    states: list[dict[str, Any]] = []
    for event in execution.history:
        kind, at = event["type"], dt.datetime.fromisoformat(event["timestamp"]).timestamp()
        details: Any = next((value for key, value in event.items() if key.endswith("EventDetails")), {})
        begun = {"id": id_at(execution, event["id"]), "start_time": at}
        if kind.endswith("StateEntered"):
            states.append({**begun, "name": details["name"], "subsegments": []})
        elif kind.endswith("StateExited"):
            left = [each for each in states if each["name"] == details["name"] and "end_time" not in each]
            left[-1]["end_time"] = at
        elif kind == "TaskStarted":
            service, operation = details["resourceType"].rpartition(":")[2], details["resource"].partition(".")[0]
            call = {"name": SERVICES.get(service, service), "namespace": "aws", "aws": {"operation": operation}}
            states[-1]["subsegments"].append({**begun, **call})
        elif kind.endswith(ENDS):
            for attempt in (each for state in states[-1:] for each in state["subsegments"] if "end_time" not in each):
                attempt.update({"end_time": at, **_fault(details.get("error"))})
    return states


def _fault(error: str | None) -> dict[str, Any]:
    return {} if error is None else {"fault": True, "cause": {"exceptions": [{"id": new_id(), "type": error}]}}
