"""What may hold a call to Enedis back: the shared quota and the shared circuit breaker, as the client sees them."""

from contextlib import AbstractContextManager
from typing import Protocol


class Pacer(Protocol):
    """Shares one quota of calls per second among all workers."""

    def take_turn(self) -> None:
        """Return when a call may be made.

        Raises
        ------
        EnedisUnavailable
            When no turn came within the pacer's own bound; nothing was sent.
        """


class Breaker(Protocol):
    """Stops calls while Enedis is down."""

    def guard(self) -> AbstractContextManager[None]:
        """Surround one call.

        Raises
        ------
        EnedisCircuitOpen
            On entering, while the breaker is open; nothing was sent.
        """


class NoPacer:
    """Lets every call through at once."""

    def take_turn(self) -> None:
        return
