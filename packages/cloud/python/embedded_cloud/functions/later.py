"""Asynchronous invocations: Lambda's own queue of events, from which each is tried again for some time.

https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
"""

from __future__ import annotations

import datetime as dt
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from embedded_cloud.errors import LambdaError, PayloadTooLargeError, RecursiveInvocationError, ThrottledError

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
        self._activity = activity
        self._timers = timers
        self._lock = threading.Lock()
        self._pool = ThreadPoolExecutor(max_workers, "async-invoke")
        self.pending = 0

    def invoke(
        self, name: str, payload: bytes, trace_header: str | None, on_end: Callable[[], None] = lambda: None
    ) -> None:
        """Take an event for a function, and tell when its last attempt has ended; without the function it is gone."""
        function = self._find(name)
        if function is None:
            on_end()
            return
        with self._lock:
            self.pending += 1
        self._begin(_Event(function, payload, trace_header, on_end, self._timers.now()))

    def stop(self) -> None:
        """Begin no more attempts."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def join(self) -> None:
        """Wait until the attempts under way have ended."""
        self._pool.shutdown()

    def _begin(self, event: _Event) -> None:
        with suppress(RuntimeError):  # the cloud has stopped meanwhile
            self._pool.submit(self._run, event)

    def _run(self, event: _Event) -> None:
        wait = self._attempt(event)
        if wait is None:
            self._end(event)
        else:
            self._timers.after(wait, partial(self._begin, event))

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
        except (PayloadTooLargeError, RecursiveInvocationError):
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
