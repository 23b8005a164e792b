"""Ctrl-C ends what waits for it at every moment."""

import os
import signal
import sys
import threading
from collections.abc import Iterator

import pytest

from embedded_cloud.by_hand import set_by_hand


@pytest.fixture(autouse=True)
def handlers_of_before() -> Iterator[None]:
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    yield
    signal.set_wakeup_fd(-1)
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.timeout(20)
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_that_comes_while_the_event_is_locked_is_not_lost(number: signal.Signals) -> None:
    stop = set_by_hand()
    with stop._cond:  # type: ignore[attr-defined]
        os.kill(os.getpid(), number)
    assert stop.wait(10)


@pytest.mark.timeout(20)
def test_a_signal_that_does_not_wake_the_main_thread_ends_its_wait() -> None:
    main = threading.get_ident()
    stop = set_by_hand()

    def interrupt_this_thread() -> None:
        while sys._current_frames()[main].f_locals.get("self") is not stop._cond:  # type: ignore[attr-defined]
            pass
        signal.pthread_kill(threading.get_ident(), signal.SIGINT)

    threading.Thread(target=interrupt_this_thread, daemon=True).start()
    assert stop.wait(10)
