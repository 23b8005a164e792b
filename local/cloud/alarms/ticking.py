"""The end of each minute, for a cloud that nobody moves."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from local.cloud.clock import SECONDS_PER_MINUTE

if TYPE_CHECKING:
    from collections.abc import Callable

    from local.cloud.clock import Clock


class Ticking:
    """A thread that does something at the end of each minute of a clock that runs."""

    def __init__(self, clock: Clock, end_minute: Callable[[], None]) -> None:
        self._clock = clock
        self._end_minute = end_minute
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._run, name="ticking", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End; a minute that is being ended is waited for."""
        self._stopping.set()
        self._thread.join(5)

    def _run(self) -> None:
        while not self._stopping.wait(SECONDS_PER_MINUTE - self._clock.now().timestamp() % SECONDS_PER_MINUTE):
            self._end_minute()
