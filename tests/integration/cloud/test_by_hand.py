"""Ctrl-C ends what waits for it at every moment."""

import os
import signal
from collections.abc import Iterator

import pytest

from embedded_cloud.by_hand import set_by_hand


@pytest.fixture(autouse=True)
def handlers_of_before() -> Iterator[None]:
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.mark.timeout(20)
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_that_comes_while_the_event_is_locked_is_not_lost(number: signal.Signals) -> None:
    stop = set_by_hand()
    with stop._cond:  # type: ignore[attr-defined]
        os.kill(os.getpid(), number)
    assert stop.wait(10)
