"""The waits of executions, each of which may be told that its time has passed."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


class WaitRegistry:
    """The Wait states and callbacks in which executions of the running cloud are."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._ends: dict[str, list[Callable[[], None]]] = {}

    @contextmanager
    def listed(self, execution_arn: str, end: Callable[[], None]) -> Iterator[None]:
        """Let a wait be ended by `end` for the length of the block."""
        with self._lock:
            self._ends.setdefault(execution_arn, []).append(end)
        try:
            yield
        finally:
            with self._lock:
                ends = self._ends[execution_arn]
                ends.remove(end)
                if not ends:
                    del self._ends[execution_arn]

    def end(self, execution_arn: str) -> bool:
        """End what an execution waits for; False when it does not wait."""
        with self._lock:
            ends = list(self._ends.get(execution_arn, ()))
        for end in ends:
            end()
        return bool(ends)


WAITS = WaitRegistry()
"""The process's: moto's interpreter is the process's, too."""
