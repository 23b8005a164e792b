"""The order in which the client is held back: first the breaker, then the quota, then the call, which is watched."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta

import pytest

from restoration.errors import EnedisCircuitOpen
from tests.unit.adapters.enedis.soap.canned import NOW, POINT, RESPONSES, client_answered


class Gate:
    """A breaker, a pacer and a watch that note each call; the first stops calls when a test wants it."""

    def __init__(self, *, is_open: bool = False) -> None:
        self.seen: list[str] = []
        self._open = is_open

    def take_turn(self) -> None:
        self.seen.append("turn")

    def call[T](self, work: Callable[[], T]) -> T:
        self.seen.append("breaker")
        if self._open:
            raise EnedisCircuitOpen("open")
        return work()

    @contextmanager
    def watch(self, operation: str) -> Iterator[None]:
        self.seen.append(operation)
        yield


def read_through(gate: Gate) -> int:
    content = (RESPONSES / "read_good_limited.xml").read_bytes()
    client, transport = client_answered(content, breaker=gate, pacer=gate, watch=gate.watch)
    try:
        client.read_point(POINT)
    finally:
        sent = len(transport.sent)
    return sent


def test_call_passes_breaker_and_quota() -> None:
    gate = Gate()
    assert read_through(gate) == 1
    assert gate.seen == ["breaker", "turn", "consulterDonneesPoint"]


def test_open_breaker_spares_the_quota() -> None:
    gate = Gate(is_open=True)
    with pytest.raises(EnedisCircuitOpen):
        read_through(gate)
    assert gate.seen == ["breaker"]


def test_read_is_dated_before_it_waits_for_its_turn() -> None:
    """What happens at Enedis from that moment on may be missing in it."""
    at = [NOW]

    class Slow(Gate):
        def take_turn(self) -> None:
            at[0] += timedelta(minutes=1)

    content = (RESPONSES / "read_good_limited.xml").read_bytes()
    client, _ = client_answered(content, clock=lambda: at[0], pacer=Slow())
    assert client.read_point(POINT).read_at == NOW
    assert at == [NOW + timedelta(minutes=1)]
