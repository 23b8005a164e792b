"""Executions as the cloud's users see them."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from local.cloud.states.api import describe


@dataclass(frozen=True)
class Execution:
    """One execution of a state machine, as it is now.

    Attributes
    ----------
    output : Any
        The parsed output of a succeeded one, else None.
    history : list[dict[str, Any]]
        Its events, as GetExecutionHistory gives them.
    """

    arn: str
    name: str
    state_machine: str
    status: str
    input: Any
    output: Any
    error: str | None
    cause: str | None
    history: list[dict[str, Any]]

    @property
    def path(self) -> list[str]:
        """Names of the states it entered, in order."""
        return [
            event["stateEnteredEventDetails"]["name"] for event in self.history if "stateEnteredEventDetails" in event
        ]


def snapshot(execution: Any) -> Execution:
    description = describe(execution)
    environment = execution.exec_worker.env if execution.exec_worker else None
    output = description.get("output")
    return Execution(
        arn=execution.execution_arn,
        name=execution.name,
        state_machine=execution.state_machine_arn.rpartition(":")[2],
        status=execution.status,
        input=json.loads(execution.execution_input),
        output=None if output is None else json.loads(output),
        error=description.get("error"),
        cause=description.get("cause"),
        history=environment.event_manager.get_event_history() if environment is not None else [],
    )


def position(execution: Any) -> tuple[str, bool]:
    """Give the state an execution is in, and whether it does nothing there but wait."""
    environment = execution.exec_worker.env if execution.exec_worker else None
    if environment is None:
        return "its beginning", False
    events = list(environment.event_manager._history_event_list)  # noqa: SLF001 - a copy of the whole is too dear here
    state, resting = "its beginning", False
    for event in reversed(events):
        details = event.get("stateEnteredEventDetails")
        if details is not None:
            state = details["name"]
            resting = resting or event["type"] == "WaitStateEntered"
            break
        if event["type"] == "TaskSubmitted" and event is events[-1]:
            resting = "waitForTaskToken" in event["taskSubmittedEventDetails"].get("resource", "")
    return state, resting
