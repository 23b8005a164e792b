"""One execution of a state machine, as the cloud keeps it up to date."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from typing import Any, NamedTuple

RUNNING = "RUNNING"
BEGINNING = "its beginning"
"""Where an execution is before its first state."""


class Entry(NamedTuple):
    """A state that an execution entered, and when."""

    state: str
    at: dt.datetime


class Failure(NamedTuple):
    """A failed attempt at a task: its error and cause."""

    error: str
    cause: str


@dataclass(eq=False)
class Execution:
    """One execution of a state machine; the object changes as the execution goes on.

    Attributes
    ----------
    status : str
        As Step Functions has it; it is changed last, so that who sees an end sees all that belongs to it.
    output : Any
        The parsed output of a succeeded one, else None.
    entries : list[Entry]
        The states that it entered, in order, with the moments. A redrive does not enter a state a second time.
    failures : list[Failure]
        Its failed attempts, those that a Retry or a Catch took care of among them.
    redrives : int
        How often it was redriven.
    rests : bool
        Whether it does nothing but wait: in a Wait state, or for a task token.
    trace_header : str
        That of the trace in which it goes on.
    """

    arn: str
    name: str
    state_machine: str
    started_at: dt.datetime
    input: Any
    status: str = RUNNING
    output: Any = None
    error: str | None = None
    cause: str | None = None
    ended_at: dt.datetime | None = None
    entries: list[Entry] = field(default_factory=list)
    failures: list[Failure] = field(default_factory=list)
    redrives: int = 0
    rests: bool = False
    trace_header: str = ""
    _events: Any = None
    """moto's event manager; None until the execution's own thread has begun."""

    @property
    def is_running(self) -> bool:
        """Whether it has not ended."""
        return self.status == RUNNING

    @property
    def path(self) -> list[str]:
        """Names of the states it entered, in order."""
        return [entry.state for entry in self.entries]

    @property
    def state(self) -> str:
        """The state that it entered last."""
        return self.entries[-1].state if self.entries else BEGINNING

    @property
    def history(self) -> list[dict[str, Any]]:
        """Its events, oldest first, as GetExecutionHistory gives them but for the moments, which are texts."""
        return list(self._events._history_event_list) if self._events is not None else []  # noqa: SLF001 - no copy of each event

    def __str__(self) -> str:
        end = f" {self.error}: {(self.cause or '')[:300]}" if self.error else ""
        failures = [f"; last failed attempt: {it.error}: {it.cause[:300]}" for it in self.failures[-1:]]
        return f"{self.name}: {self.status}{end} by {' > '.join(self.path[-6:])}{''.join(failures)}"
