"""The waits of executions: for a moment, which may be told to have come, and for the outcome of a task's token."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from moto.stepfunctions.parser.asl.eval.callback.callback import CallbackOutcome


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


class TokenRegistry:
    """All tokens of the running cloud.

    moto looks for a token in every running execution, and meets one that has only just begun and has no
    environment yet (AttributeError). Here a token is found by itself.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._open: dict[str, Any] = {}
        self._known: set[str] = set()

    def open(self, token: str, endpoint: Any) -> None:
        """Let a token get an outcome."""
        with self._lock:
            self._known.add(token)
            self._open[token] = endpoint

    def withdraw(self, token: str) -> Any:
        """Take no more outcomes, and return what somebody still waits on; None when there was an outcome already."""
        with self._lock:
            return self._open.pop(token, None)

    def close(self, token: str | None) -> None:
        """Take no more outcomes: the attempt that waited has ended. A thread that still waits on it is let go."""
        endpoint = self.withdraw(token) if token else None
        if endpoint is not None:
            endpoint.interrupt_all()

    def answer(self, token: str, outcome: CallbackOutcome) -> bool:
        """Give the outcome to the task that waits, the first outcome only; False when no task waits (any more)."""
        endpoint = self.withdraw(token)
        if endpoint is None:
            return False
        endpoint.notify(outcome)
        return True

    def is_known(self, token: str) -> bool:
        """Whether there ever was such a token."""
        return token in self._known

    def clear(self) -> None:
        """Forget all of them, and let go of the threads that wait."""
        for token in list(self._open):
            self.close(token)
        self._known.clear()


WAITS, TOKENS = WaitRegistry(), TokenRegistry()
"""The process's: moto's interpreter is the process's, too."""
