"""The end of each minute, for a cloud that nobody moves."""

from __future__ import annotations

import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from embedded_cloud.clock import SECONDS_PER_MINUTE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from embedded_cloud.clock import Clock


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
