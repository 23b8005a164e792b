"""The one condition variable that everything in the embedded cloud reports to, and that waiters wait on."""

from __future__ import annotations

import threading
import time
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

COALESCE_SECONDS = 0.005
"""After a report, a waiter lets this much time pass before it looks: reports come in bursts of hundreds."""


class Activity:
    """Counts what happens (a record, an invocation, a state change) and wakes the threads that wait for one."""

    def __init__(self) -> None:
        self._condition = threading.Condition()
        self._version = 0

    @property
    def version(self) -> int:
        """How many things have been reported so far; take it before looking, then wait for it to change."""
        return self._version

    def report(self) -> None:
        """Say that something happened."""
        with self._condition:
            self._version += 1
            self._condition.notify_all()

    def wait(self, seen: int, timeout_seconds: float) -> bool:
        """Block until something newer than `seen` was reported, or the timeout has passed; tell which."""
        with self._condition:
            return self._condition.wait_for(lambda: self._version != seen, timeout_seconds)

    def wait_for_news(self, seen: int, timeout_seconds: float, burst_seconds: float = COALESCE_SECONDS) -> bool:
        """Wait as `wait` does, and then until the burst is over."""
        has_come = self.wait(seen, timeout_seconds)
        if has_come:
            time.sleep(min(burst_seconds, timeout_seconds))
        return has_come

    def wait_until[Found](self, look: Callable[[], Found], timeout_seconds: float) -> Found:
        """Wait until `look` finds something; it is called outside the lock, once per burst of reports.

        Returns
        -------
        Found
            What it found; when `timeout_seconds` passed first, what it gave last: something false.
        """
        deadline = time.monotonic() + timeout_seconds
        while True:
            seen = self._version
            found = look()
            if found:
                return found
            left = deadline - time.monotonic()
            if left <= 0 or not self.wait_for_news(seen, left):
                # The last burst may have come between the look and the deadline.
                return look()
