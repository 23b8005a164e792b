"""What is known of every limitation: the embedded cloud reports executions as they happen, nobody lists them."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from threading import Lock
from typing import Any

from embedded_cloud import EmbeddedCloud, Execution
from embedded_cloud.subscriptions import BusEvent

INTAKE = ("payments", "limitations", "resumptions")
"""How the names of the queues end through which events come in."""

SUCCEEDED = "SUCCEEDED"


@dataclass(frozen=True)
class Situation:
    """One limitation: its executions, oldest first, and what reads its item in the register."""

    executions: list[Execution] = field(default_factory=list)
    read_item: Callable[[], Mapping[str, Any]] = dict
    """Its item as it is when this is called, the attributes as plain values; empty where there is none."""

    @property
    def running(self) -> list[Execution]:
        return [execution for execution in self.executions if execution.is_running]

    @property
    def settled(self) -> list[Execution]:
        return [execution for execution in self.executions if not execution.is_running]

    @property
    def outcomes(self) -> list[str]:
        """Outcome of each execution; FAILED and ABORTED for those that ended without, RUNNING for the others."""
        return [outcome_of(execution) for execution in self.executions]


def outcome_of(execution: Execution) -> str:
    """The outcome of an execution that succeeded; the status of any other."""
    status = execution.status
    return str((execution.output or {}).get("outcome", status)) if status == SUCCEEDED else status


class Watch:
    """The situation of every limitation, and what was published; kept up to date by the cloud's subscriptions."""

    def __init__(self, cloud: EmbeddedCloud, machine_arn: str, bus: str, read_item: Callable[[str], Any]) -> None:
        self._cloud = cloud
        self._machine = machine_arn.rpartition(":")[2]
        self._bus = bus
        self._read_item = read_item
        self._lock = Lock()
        self._of_limitation: dict[str, dict[str, Execution]] = {}
        self._published: list[Mapping[str, Any]] = []
        cloud.subscriptions.executions.append(self._note_execution)
        cloud.subscriptions.events.append(self._note_event)

    def of(self, limitation_id: str) -> Situation:
        """What is known of a limitation; nothing when no execution was started for it."""
        with self._lock:
            executions = list(self._of_limitation.get(limitation_id, {}).values())
        return Situation(executions, lambda: self._read_item(limitation_id))

    def limitations(self) -> list[str]:
        """The limitations that an execution was started for."""
        with self._lock:
            return sorted(self._of_limitation)

    def executions(self) -> list[Execution]:
        """All executions, oldest first."""
        with self._lock:
            found = [execution for executions in self._of_limitation.values() for execution in executions.values()]
        return sorted(found, key=lambda execution: execution.started_at)

    def published(self, detail_type: str | None = None) -> list[Mapping[str, Any]]:
        """The events that the product has put on its bus, or those of a type, in order."""
        with self._lock:
            return [event for event in self._published if detail_type in {None, event["detail-type"]}]

    def intake_is_empty(self) -> bool:
        """Whether no event waits in a queue or is being received."""
        return not any(depth.going_on for depth in self._cloud.queue_depths(*INTAKE).values())

    def messages_are_out(self) -> bool:
        """Whether every event has reached its customer."""
        return not any(depth.going_on for depth in self._cloud.queue_depths("-notifications").values())

    def is_being_told(self, limitation_id: str) -> bool:
        """Whether an event about a limitation has still to reach its customer."""
        return any(limitation_id in body for body in self._cloud.queued("NotificationsQueue"))

    def _note_execution(self, execution: Execution) -> None:
        if execution.state_machine == self._machine:
            with self._lock:
                own = self._of_limitation.setdefault(execution.input["limitationId"], {})
                own.setdefault(execution.arn, execution)

    def _note_event(self, event: BusEvent) -> None:
        if event.bus == self._bus and event.content["source"] == "restoration":
            with self._lock:
                self._published.append(event.content)


def in_words(executions: Iterable[Execution]) -> str:
    """How executions stand: what a wait that was given up has seen."""
    return "; ".join(f"{outcome_of(execution)} by {execution}" for execution in executions) or "no execution"
