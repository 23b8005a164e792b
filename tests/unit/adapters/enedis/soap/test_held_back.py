"""The order in which the client is held back: first the breaker, then the quota, then the call, which is watched."""

from contextlib import nullcontext
from datetime import timedelta
from unittest.mock import ANY, Mock, call

import pytest

from restoration.errors import EnedisCircuitOpen
from tests.unit.adapters.enedis.soap.canned import NOW, POINT, RESPONSES, client_answered


@pytest.fixture
def gate() -> Mock:
    """A breaker, a pacer and a watch, which let each call pass."""
    return Mock(**{"call.side_effect": lambda work: work(), "watch.return_value": nullcontext()})


def read_through(gate: Mock) -> int:
    content = (RESPONSES / "read_good_limited.xml").read_bytes()
    client, transport = client_answered(content, breaker=gate, pacer=gate, watch=gate.watch)
    try:
        client.read_point(POINT)
    finally:
        sent = len(transport.sent)
    return sent


def test_call_passes_breaker_and_quota(gate: Mock) -> None:
    assert read_through(gate) == 1
    assert gate.mock_calls == [call.call(ANY), call.take_turn(), call.watch("consulterDonneesPoint")]


def test_open_breaker_spares_the_quota(gate: Mock) -> None:
    gate.call.side_effect = EnedisCircuitOpen("open")
    with pytest.raises(EnedisCircuitOpen):
        read_through(gate)
    gate.take_turn.assert_not_called()


def test_read_is_dated_before_it_waits_for_its_turn(gate: Mock) -> None:
    """What happens at Enedis from that moment on may be missing in it."""
    at = [NOW]

    def wait() -> None:
        at[0] += timedelta(minutes=1)

    gate.take_turn.side_effect = wait
    content = (RESPONSES / "read_good_limited.xml").read_bytes()
    client, _ = client_answered(content, clock=lambda: at[0], pacer=gate)
    assert client.read_point(POINT).read_at == NOW
    assert at == [NOW + timedelta(minutes=1)]
