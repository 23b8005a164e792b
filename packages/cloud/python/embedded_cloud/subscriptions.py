"""Hooks, by which others hear what happens in the cloud, as it happens, or stand in its way."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from embedded_cloud.execution import Execution


class Hooks[Hook](list[Hook]):
    """What is called whenever something happens: from now on what is appended, or for a while what is `also` there."""

    @contextmanager
    def also(self, hook: Hook) -> Iterator[None]:
        """Let a hook be the last of them until the end of the block."""
        self.append(hook)
        try:
            yield
        finally:
            self.remove(hook)


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

    Attributes
    ----------
    executions
        Are called whenever an execution has begun, entered a state, ended or been redriven.
    events
        Are called with each event that any bus accepts.
    """

    executions: Hooks[Callable[[Execution], object]] = field(default_factory=Hooks)
    events: Hooks[Callable[[BusEvent], object]] = field(default_factory=Hooks)
