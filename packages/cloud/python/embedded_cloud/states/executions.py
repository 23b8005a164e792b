"""The record of all executions, kept as they happen: nobody has to list them or to read their histories again."""

from __future__ import annotations

import datetime as dt
import json
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from moto.stepfunctions.parser.asl.eval.event.event_manager import EventManager
from moto.stepfunctions.parser.backend.execution_worker import ExecutionWorker

from embedded_cloud.errors import CloudError
from embedded_cloud.execution import RUNNING, Entry, Execution, Failure
from embedded_cloud.patching import around

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from embedded_cloud.activity import Activity
    from embedded_cloud.patching import Mend
    from embedded_cloud.subscriptions import Subscriptions


class Executions:
    """All executions of the cloud, by ARN."""

    def __init__(self, activity: Activity, subscriptions: Subscriptions) -> None:
        self._activity = activity
        self._subscriptions = subscriptions
        self._lock = threading.Lock()
        self._known: dict[str, Execution] = {}
        self.ending: set[str] = set()
        """Whose end is perhaps not yet on the bus."""
        self.listener: Callable[[Execution, dict[str, Any]], None] = lambda *_: None
        """Is shown each event of a history, as moto's event manager has it."""

    def all(self, state_machine_arn: str | None = None) -> list[Execution]:
        """Give all of them, or those of one state machine, oldest first."""
        with self._lock:
            found = list(self._known.values())
        if state_machine_arn is not None:
            prefix = f"{state_machine_arn.replace(':stateMachine:', ':execution:')}:"
            found = [item for item in found if item.arn.startswith(prefix)]
        return sorted(found, key=lambda item: item.started_at)

    def of(self, arn: str) -> Execution:
        """Give one.

        Raises
        ------
        CloudError
            When no execution has this ARN.
        """
        if arn not in self._known:
            raise CloudError(f"there is no execution {arn}")
        return self._known[arn]

    def note_beginning(self, execution: Any) -> Execution:
        """Take note of an execution of moto's. Its starter and its own thread both call this; the first call counts."""
        with self._lock:
            known = self._known.get(execution.execution_arn)
            if known is not None:
                return known
            found = self._known[execution.execution_arn] = Execution(
                arn=execution.execution_arn,
                name=execution.name,
                state_machine=execution.state_machine_arn.rpartition(":")[2],
                started_at=execution.start_date,
                input=json.loads(execution.execution_input),
                trace_header=execution.trace_header,
            )
        self._tell(found)
        return found

    def note_end(self, execution: Any) -> None:
        """Take note of how an execution has ended."""
        known = self.note_beginning(execution)
        known.output = execution.output if execution.status == "SUCCEEDED" else None
        known.error, known.cause, known.ended_at = execution.error, execution.cause, execution.stop_date
        known.status = execution.status
        self._tell(known)

    @contextmanager
    def ends(self, arn: str) -> Iterator[None]:
        """Count an execution as ending for the length of the block."""
        self.ending.add(arn)
        try:
            yield
        finally:
            self.ending.discard(arn)
            self._activity.report()

    @property
    def mends(self) -> tuple[Mend, ...]:
        """By these it takes note of what moto's interpreter does."""
        return (
            (ExecutionWorker, "_get_evaluation_environment", around(self._begin)),
            (EventManager, "_publish_history_event", around(self._publish)),
            (EventManager, "add_event", around(self._add_event)),
        )

    def _begin(self, original: Any, worker: Any) -> Any:
        environment = original(worker)
        record = self.note_beginning(worker._execution_communication.execution)  # noqa: SLF001
        record._events = environment.event_manager  # noqa: SLF001
        environment.event_manager.__dict__["record"] = record
        return environment

    def _publish(self, original: Any, manager: Any, **event: Any) -> None:
        original(manager, **event)
        record = manager.__dict__["record"]
        _note(record, event)
        self.listener(record, event)

    def _add_event(self, original: Any, manager: Any, *args: Any, **named: Any) -> Any:
        """Announce an event once moto's lock is free, since a subscriber may read the history."""
        result = original(manager, *args, **named)
        self._tell(manager.__dict__["record"])
        return result

    def _tell(self, execution: Execution) -> None:
        for listener in self._subscriptions.executions:
            listener(execution)
        self._activity.report()


def _note(record: Execution, event: dict[str, Any]) -> None:
    """Bring a record up to date with one event of its history."""
    kind, details = event["event_type"], event["event_details"] or {}
    entered, submitted = details.get("stateEnteredEventDetails"), details.get("taskSubmittedEventDetails")
    if entered is not None:
        record.entries.append(Entry(entered["name"], dt.datetime.fromisoformat(event["timestamp"])))
    # An execution rests until its next event, whichever that is.
    record.rests = kind == "WaitStateEntered" or "waitForTaskToken" in (submitted or {}).get("resource", "")
    if kind.endswith(("Failed", "TimedOut")) and not kind.startswith("Execution"):
        failed: dict[str, Any] = next(iter(details.values()), {})
        record.failures.append(Failure(str(failed.get("error") or "States.Timeout"), str(failed.get("cause") or "")))
    elif kind == "ExecutionRedriven":
        record.status, record.output, record.error, record.cause, record.ended_at = RUNNING, None, None, None, None
        record.redrives += 1
