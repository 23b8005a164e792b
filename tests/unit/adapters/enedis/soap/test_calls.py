"""The order in which the client is held back: breaker, quota, then the call, which is counted by what it asks for."""

from collections.abc import Iterator
from contextlib import nullcontext
from datetime import timedelta
from functools import partial
from itertools import count
from types import SimpleNamespace
from unittest.mock import ANY, Mock, call

import pytest

from local.partners.enedis.soap import SPOKEN
from restoration.bootstrap.calls import KINDS, watched_call
from restoration.errors import EnedisCircuitOpen, EnedisOutcomeUnknown, EnedisUnavailable
from restoration.observability import metrics
from tests.unit.adapters.enedis.soap.canned import NOW, POINT, RESPONSES, cancellation, client_answered, order

WATCHED = partial(watched_call, "https://sge.example")


@pytest.fixture
def gate() -> Mock:
    """A breaker, a pacer and a watch, which let each call pass."""
    return Mock(**{"call.side_effect": lambda work: work(), "watch.return_value": nullcontext(int)})


def read_through(gate: Mock) -> int:
    content = (RESPONSES / "read_good_limited.xml").read_bytes()
    client, transport = client_answered(content, breaker=gate, pacers=[gate], watch=gate.watch)
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
    client, _ = client_answered(content, clock=lambda: at[0], pacers=[gate])
    assert client.read_point(POINT).read_at == NOW
    assert at == [NOW + timedelta(minutes=1)]


# ── Each call is counted by what it asks for, and timed ──


@pytest.fixture(autouse=True)
def _nothing_measured() -> Iterator[None]:
    metrics.clear_metrics()
    yield
    metrics.clear_metrics()


def values() -> dict[str, list[float]]:
    return {name: each["Value"] for name, each in metrics.metric_set.items()}


def test_reads_orders_and_cancellations_are_counted_apart_and_timed(monkeypatch: pytest.MonkeyPatch) -> None:
    seconds = count(step=0.25)
    monkeypatch.setattr("restoration.bootstrap.calls.time", SimpleNamespace(perf_counter=lambda: next(seconds)))
    read, _ = client_answered((RESPONSES / "read_good_limited.xml").read_bytes(), watch=WATCHED)
    read.read_point(POINT)
    read.read_point(POINT)
    wrote, _ = client_answered(b"no XML", watch=WATCHED)
    with pytest.raises(EnedisOutcomeUnknown):
        wrote.place_order(order())
    with pytest.raises(EnedisOutcomeUnknown):
        wrote.place_order(cancellation())
    assert {name: sum(each) for name, each in values().items()} == {
        "EnedisCallsReads": 2, "EnedisCallsOrders": 1, "EnedisCallsCancellations": 1, "EnedisCallDuration": 4 * 250,
    }  # fmt: skip


def test_call_without_a_response_is_counted_as_such() -> None:
    with pytest.raises(EnedisUnavailable), WATCHED("consulterDonneesPoint"):
        raise EnedisUnavailable("timeout")
    assert values()["EnedisCallsWithoutResponse"] == [1]
    assert values()["EnedisCallsReads"] == [1]


def test_each_operation_that_the_client_knows_has_its_counter() -> None:
    assert {each.operation for each in SPOKEN} == set(KINDS)
    assert KINDS["planifierIntervention"] == "Visits"
