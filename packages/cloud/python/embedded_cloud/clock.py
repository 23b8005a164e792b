"""The cloud's own clock, by which metrics are dated and alarms are evaluated."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

SECONDS_PER_MINUTE = 60


class Clock:
    """Tells the time: the machine's, moved ahead by as much as somebody wanted; or one that stands until it is moved.

    Parameters
    ----------
    at : dt.datetime | None
        Aware. The clock stands at this moment until it is moved. None: it runs as the machine's does.
    """

    def __init__(self, at: dt.datetime | None = None) -> None:
        self._at = at
        self._ahead = dt.timedelta(0)
        self.moved = threading.Condition()
        """Is notified whenever the clock was moved."""

    def now(self) -> dt.datetime:
        """Give the moment, in UTC."""
        return (self._at or dt.datetime.now(tz=dt.UTC)).astimezone(dt.UTC) + self._ahead

    @property
    def minute(self) -> int:
        """The minute that has begun, counted from 1970."""
        return minute_of(self.now())

    def move(self, by: dt.timedelta) -> None:
        """Move the clock ahead.

        Raises
        ------
        ValueError
            When it would go back: what was measured would lie in the future.
        """
        if by < dt.timedelta(0):
            raise ValueError(f"the clock does not go back: {by}")
        with self.moved:
            self._ahead += by
            self.moved.notify_all()


def minute_of(moment: dt.datetime) -> int:
    """Count the whole minutes from 1970 to a moment."""
    return int(moment.timestamp()) // SECONDS_PER_MINUTE


def moment_of(minute: int) -> dt.datetime:
    """Give the moment at which a minute, counted from 1970, begins."""
    return dt.datetime.fromtimestamp(minute * SECONDS_PER_MINUTE, tz=dt.UTC)


@contextmanager
def ticking(clock: Clock, end_minute: Callable[[], None]) -> Iterator[None]:
    """Do something at the end of each minute of a clock that runs; what is being done at the end is waited for."""
    stopping = threading.Event()

    def run() -> None:
        while not stopping.wait(SECONDS_PER_MINUTE - clock.now().timestamp() % SECONDS_PER_MINUTE):
            end_minute()

    thread = threading.Thread(target=run, name="ticking", daemon=True)
    thread.start()
    yield
    stopping.set()
    thread.join(5)
