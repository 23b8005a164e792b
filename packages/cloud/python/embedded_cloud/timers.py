"""What is to be done later, by the cloud's clock: a test that moves the clock waits for nothing."""

from __future__ import annotations

import datetime as dt
import heapq
import itertools
import threading
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from embedded_cloud.activity import Activity
    from embedded_cloud.clock import Clock


class Timers:
    """Does each thing in its own thread when its moment has come.

    Parameters
    ----------
    pace : float
        Waits are multiplied by it.
    """

    def __init__(self, clock: Clock, activity: Activity, pace: float) -> None:
        self._clock = clock
        self._activity = activity
        self._pace = pace
        self._numbers = itertools.count()
        self._due: list[tuple[dt.datetime, int, Callable[[], None]]] = []
        self._is_acting = False
        self._stopped = False
        self._thread = threading.Thread(target=self._run, name="timers", daemon=True)

    def now(self) -> dt.datetime:
        """Give the clock's moment."""
        return self._clock.now()

    def after(self, seconds: float, action: Callable[[], None]) -> None:
        """Do something after some seconds of the clock; it must be quick."""
        with self._clock.moved:
            moment = self._clock.now() + dt.timedelta(seconds=seconds * self._pace)
            heapq.heappush(self._due, (moment, next(self._numbers), action))
            self._clock.moved.notify_all()

    @property
    def waiting(self) -> int:
        """The number of things that are still to be done."""
        with self._clock.moved:
            return len(self._due)

    @property
    def is_settled(self) -> bool:
        """Whether all that is due is done: only then may the clock be moved on, if nothing is to come too late."""
        with self._clock.moved:
            return not self._is_acting and not self._is_due()

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End; what is not due yet is not done."""
        with self._clock.moved:
            self._stopped = True
            self._clock.moved.notify_all()
        self._thread.join(5)

    def _run(self) -> None:
        while (action := self._next()) is not None:
            action()
            self._is_acting = False
            self._activity.report()

    def _next(self) -> Callable[[], None] | None:
        """Wait for what is due next; None at the end."""
        with self._clock.moved:
            while not self._stopped:
                if self._is_due():
                    self._is_acting = True
                    return heapq.heappop(self._due)[2]
                # A clock that stands is moved, and one that runs comes to the moment by itself.
                left = (self._due[0][0] - self._clock.now()).total_seconds() if self._due else None
                self._clock.moved.wait(left)
        return None

    def _is_due(self) -> bool:
        return bool(self._due) and self._due[0][0] <= self._clock.now()
