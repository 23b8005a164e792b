"""Task tokens: those that wait for an outcome, and those that did."""

from __future__ import annotations

import threading
from typing import Any

from moto.stepfunctions.parser.asl.eval.callback.callback import CallbackOutcomeFailure, CallbackOutcomeSuccess


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

    def answer(self, token: str, outcome: CallbackOutcomeSuccess | CallbackOutcomeFailure) -> bool:
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


TOKENS = TokenRegistry()
"""The process's: moto's interpreter is the process's, too."""
