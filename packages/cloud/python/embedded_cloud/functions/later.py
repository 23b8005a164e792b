"""Asynchronous invocations: Lambda's own queue of events, from which each is tried again for some time.

https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
"""

from __future__ import annotations

import datetime as dt
import queue
import threading
from dataclasses import dataclass
from typing import TYPE_CHECKING

from embedded_cloud.errors import LambdaError, RecursiveInvocationError, ThrottledError

if TYPE_CHECKING:
    from collections.abc import Callable

    from embedded_cloud.activity import Activity
    from embedded_cloud.functions.function import Function
    from embedded_cloud.timers import Timers

WAITS = (60.0, 120.0)
"""Seconds before the second and the third attempt of a function that failed."""
MAX_AGE = 6 * 3600.0
LONGEST_WAIT = 300.0
"""Of an event for which the function had no room: the wait doubles from a second up to this."""


@dataclass
class _Event:
    """An asynchronous invocation, from its beginning to its end."""

    function: Function
    payload: bytes
    trace_header: str | None
    on_end: Callable[[], None]
    began_at: dt.datetime
    failures: int = 0
    throttles: int = 0


class Later:
    """Carries out asynchronous invocations, and lets them wait between their attempts."""

    def __init__(
        self,
        find: Callable[[str], Function | None],
        max_workers: int,
        activity: Activity,
        timers: Timers,
    ) -> None:
        self._find = find
        self._max_workers = max_workers
        self._activity = activity
        self._timers = timers
        self._queue: queue.SimpleQueue[_Event | None] = queue.SimpleQueue()
        self._lock = threading.Lock()
        self._threads: list[threading.Thread] = []
        self.pending = 0

    def invoke(self, name: str, payload: bytes, trace_header: str | None, on_end: Callable[[], None]) -> None:
        """Take an event for a function; one for a function that is not there is gone."""
        function = self._find(name)
        if function is None:
            on_end()
            return
        with self._lock:
            self.pending += 1
            if not self._threads:
                for number in range(self._max_workers):
                    thread = threading.Thread(target=self._run, name=f"async-invoke-{number}", daemon=True)
                    self._threads.append(thread)
                    thread.start()
        self._queue.put(_Event(function, payload, trace_header, on_end, self._timers.now()))

    def stop(self) -> None:
        """Begin no more attempts."""
        for _ in self._threads:
            self._queue.put(None)

    def join(self) -> None:
        """Wait until the attempts under way have ended."""
        for thread in self._threads:
            thread.join(5)

    def _run(self) -> None:
        while (event := self._queue.get()) is not None:
            wait = self._attempt(event)
            if wait is None:
                self._end(event)
            else:
                self._timers.after(wait, lambda event=event: self._queue.put(event))  # type: ignore[misc]

    def _attempt(self, event: _Event) -> float | None:
        """Invoke the function; the seconds until the next attempt, None when there is none."""
        age = (self._timers.now() - event.began_at).total_seconds()
        if age > MAX_AGE:
            return None
        try:
            event.function.invoke(event.payload, event.trace_header)
        except LambdaError:
            event.failures += 1
            return None if event.failures > len(WAITS) else WAITS[event.failures - 1]
        except RecursiveInvocationError:
            return None
        except ThrottledError:
            event.throttles += 1
            return min(2.0 ** (event.throttles - 1), LONGEST_WAIT)
        return None

    def _end(self, event: _Event) -> None:
        event.on_end()
        with self._lock:
            self.pending -= 1
        self._activity.report()
