"""The waits of executions, each of which may be told that its time has passed."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class WaitRegistry:
    """The Wait states and callbacks in which executions of the running cloud are."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._waits: dict[str, list[tuple[float, Callable[[], None]]]] = {}

    @contextmanager
    def listed(self, execution_arn: str, end: Callable[[], None], seconds: float) -> Iterator[None]:
        """Let a wait of so many seconds be ended by `end` for the length of the block."""
        wait = (time.monotonic() + seconds, end)
        with self._lock:
            self._waits.setdefault(execution_arn, []).append(wait)
        try:
            yield
        finally:
            with self._lock:
                waits = self._waits[execution_arn]
                waits.remove(wait)
                if not waits:
                    del self._waits[execution_arn]

    def left(self, execution_arn: str) -> float | None:
        """Seconds until the first of an execution's waits ends by itself; None when it does not wait."""
        with self._lock:
            until = min((until for until, _ in self._waits.get(execution_arn, ())), default=None)
        return None if until is None else max(0.0, until - time.monotonic())

    def end(self, execution_arn: str) -> bool:
        """End what an execution waits for; False when it does not wait."""
        with self._lock:
            waits = list(self._waits.get(execution_arn, ()))
        for _, end in waits:
            end()
        return bool(waits)


WAITS = WaitRegistry()
"""The process's: moto's interpreter is the process's, too."""
