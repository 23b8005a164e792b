"""Intake decides cheaply: hardly one payment in a thousand concerns a limited customer (design, section 2)."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, Self

from restoration.errors import ConflictingEvent, InvalidEvent
from restoration.events import PAYMENT_EVENTS, parse_event
from restoration.limitation import Started, Trigger


class Register(Protocol):
    """What intake needs of the register."""

    def open_limitations(self, contract_ids: Iterable[str]) -> dict[str, dict[str, str]]: ...
    def note_on_incident(self, limitation_id: str, trigger_id: str) -> None: ...


class Executions(Protocol):
    """What intake needs of Step Functions."""

    def start(
        self, limitation_id: str, point_id: str, contract_id: str, trigger: Trigger, trace_header: str | None = None
    ) -> Started: ...


@dataclass(frozen=True, slots=True)
class Received:
    """What one event led to: for each limitation it concerns, what became of the start."""

    trigger: Trigger
    started: Mapping[str, Started]


@dataclass(frozen=True, slots=True)
class Intake:
    """One batch, with the limitations of all its contracts read at once."""

    limited: Mapping[str, Mapping[str, str]]
    register: Register
    executions: Executions
    now: datetime

    @classmethod
    def of_batch(cls, bodies: Iterable[str], register: Register, executions: Executions, now: datetime) -> Self:
        """Look up the contracts of a whole batch. Bad bodies are met again, and reported, by :meth:`receive`."""
        contract_ids: list[str] = []
        for body in bodies:
            try:
                contract_ids += parse_event(body, PAYMENT_EVENTS, now).contract_ids
            except InvalidEvent:
                continue
        return cls(register.open_limitations(contract_ids), register, executions, now)

    def receive(self, body: str, trace_header: str | None) -> Received:
        """Start a restoration for each open limitation of the contracts that an event names.

        Raises
        ------
        InvalidEvent
            When the body breaks its contract.
        ConflictingEvent
            When an event before told of the same fact, and said something else of it.
        """
        event = parse_event(body, PAYMENT_EVENTS, self.now)
        trigger = Trigger(event.detail_type, event.trigger_id, event.detail.at, event.event_id, event.digest)
        started: dict[str, Started] = {}
        for contract_id in event.contract_ids:
            for limitation_id, point_id in self.limited.get(contract_id, {}).items():
                outcome = self.executions.start(limitation_id, point_id, contract_id, trigger, trace_header)
                if outcome is Started.INCIDENT:
                    self.register.note_on_incident(limitation_id, trigger.id)
                started[limitation_id] = outcome
        conflicts = sorted(each for each, outcome in started.items() if outcome is Started.CONFLICT)
        if conflicts:
            raise ConflictingEvent(
                f"CONFLICT: {trigger.type} {trigger.id} was told before with other content (limitation"
                f" {', '.join(conflicts)}): ask billing which is right; the limitation goes by what billing's API says"
            )
        return Received(trigger, started)
