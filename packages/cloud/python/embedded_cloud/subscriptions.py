"""The listeners that hear what happens in the cloud, as it happens."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from embedded_cloud.execution import Execution


@dataclass(frozen=True)
class BusEvent:
    """An event that a bus has accepted.

    Attributes
    ----------
    bus
        The bus's name.
    content
        The event as a rule's target receives it.
    """

    bus: str
    content: Mapping[str, Any]


@dataclass
class Subscriptions:
    """Reports executions, and events on a bus, to subscribers.

    A subscriber is called in the thread in which the thing happens, so it must be quick and must not wait for the
    cloud: it notes what it was told, and `EmbeddedCloud.wait_until` is where a test or a demo waits.
    """

    _of_executions: list[Callable[[Execution], None]] = field(default_factory=list)
    _of_events: list[Callable[[BusEvent], None]] = field(default_factory=list)

    def on_execution(self, listener: Callable[[Execution], None]) -> None:
        """Call `listener` whenever an execution has begun, entered a state, ended or been redriven."""
        self._of_executions.append(listener)

    def on_event(self, listener: Callable[[BusEvent], None]) -> None:
        """Call `listener` with each event that any bus accepts from now on."""
        self._of_events.append(listener)

    def tell_execution(self, execution: Execution) -> None:
        """Say that something happened to an execution."""
        for listener in self._of_executions:
            listener(execution)

    def tell_event(self, event: BusEvent) -> None:
        """Say that a bus has accepted an event."""
        for listener in self._of_events:
            listener(event)
