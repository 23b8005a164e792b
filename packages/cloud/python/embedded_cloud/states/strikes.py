"""Tasks that are struck: a test or a story lets a state's call fail, before it is made or once it was carried out.

The second is what a lost response, a result that is too large or a mistake in `Assign` leaves: the work is done, and
the state has failed all the same.
"""

from __future__ import annotations

import threading
from enum import StrEnum
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from moto.stepfunctions.parser.api import HistoryEventType, TaskFailedEventDetails
from moto.stepfunctions.parser.asl.component.common.error_name.custom_error_name import CustomErrorName
from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import FailureEvent, FailureEventException
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name import StatesErrorName
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name_type import StatesErrorNameType
from moto.stepfunctions.parser.asl.component.common.timeouts.timeout import EvalTimeoutError
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service import StateTaskService

from embedded_cloud.patching import around
from embedded_cloud.subscriptions import Hooks

if TYPE_CHECKING:
    from collections.abc import Callable

    from embedded_cloud.patching import Mend

TIMEOUT = "States.Timeout"


class Moment(StrEnum):
    """When a task is struck: before its call is made, or once the service has carried it out."""

    BEFORE = "BEFORE"
    AFTER = "AFTER"


class TaskCall(NamedTuple):
    """One attempt at a task's call, before or after."""

    execution: str
    """The execution's ARN."""
    state: str
    moment: Moment


type Strike = Callable[[TaskCall], str | None]
"""Gives the name of the error with which the attempt fails, or None. It may wait; the attempt waits with it."""


class Strikes(Hooks[Strike]):
    """All strikes of the running cloud, which are asked about each attempt at a task's call."""

    def __init__(self) -> None:
        super().__init__()
        self._attempt = threading.local()

    def begin_attempt(self, execution: str, state: str, frame: Any) -> None:
        """Say which attempt this thread makes from now on."""
        self._attempt.of = (execution, state, frame)

    @property
    def mends(self) -> tuple[Mend, ...]:
        """By these strikes meet the calls of tasks."""
        return (
            (StateTaskService, "_normalise_parameters", around(partial(self._meet, Moment.BEFORE))),
            (StateTaskService, "_normalise_response", around(partial(self._meet, Moment.AFTER))),
        )

    def _meet(self, moment: Moment, original: Any, task: Any, *args: Any, **named: Any) -> None:
        original(task, *args, **named)
        execution, state, frame = self._attempt.of
        for strike in list(self):
            error = strike(TaskCall(execution, state, moment))
            if error == TIMEOUT:
                raise EvalTimeoutError
            if error is not None:
                raise FailureEventException(_failure(task, frame, error))


def _failure(task: Any, frame: Any, error: str) -> FailureEvent:
    kind = StatesErrorNameType.from_name(error) if error.startswith("States.") else None
    details = TaskFailedEventDetails(
        error=error,
        cause="struck by a test",
        resource=task._get_sfn_resource(),  # noqa: SLF001 - moto's own names
        resourceType=task._get_sfn_resource_type(),  # noqa: SLF001
    )
    event: Any = {"taskFailedEventDetails": details}
    return FailureEvent(
        env=frame,
        error_name=CustomErrorName(error) if kind is None else StatesErrorName(typ=kind),
        event_type=HistoryEventType.TaskFailed,
        event_details=event,
    )
