"""The shared quota and the shared circuit breaker, which may hold a call to Enedis back, as the client sees them."""

from collections.abc import Callable
from typing import Protocol


class Pacer(Protocol):
    """Shares one quota of calls among all workers."""

    def take_turn(self) -> None:
        """Return when a call may be made.

        Raises
        ------
        EnedisQuotaExhausted
            When no turn comes within the pacer's own bound; nothing was sent.
        """


class Breaker(Protocol):
    """Stops calls while Enedis is down."""

    def call[T](self, work: Callable[[], T]) -> T:
        """Make one call, and learn from how it ends.

        Raises
        ------
        EnedisCircuitOpen
            Without making the call, while the breaker is open.
        """


class AllOf:
    """Takes a turn of each of several pacers, one after the other; of none, none."""

    def __init__(self, *pacers: Pacer) -> None:
        self._pacers = pacers

    def take_turn(self) -> None:
        for pacer in self._pacers:
            pacer.take_turn()
