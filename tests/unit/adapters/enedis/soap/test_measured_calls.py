"""Each call that leaves for Enedis is counted by what it asks for, and timed."""

from collections.abc import Iterator
from itertools import count
from types import SimpleNamespace

import pytest

from local.partners.enedis.soap import SPOKEN
from restoration.adapters.enedis.soap.codes import Services
from restoration.bootstrap.calls import KINDS, watched_call
from restoration.errors import EnedisOutcomeUnknown, EnedisUnavailable
from restoration.observability import metrics
from tests.unit.adapters.enedis.soap.canned import POINT, RESPONSES, cancellation, client_answered, order


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
    read, _ = client_answered((RESPONSES / "read_good_limited.xml").read_bytes(), watch=watched_call)
    read.read_point(POINT)
    read.read_point(POINT)
    wrote, _ = client_answered(b"no XML", watch=watched_call)
    with pytest.raises(EnedisOutcomeUnknown):
        wrote.place_order(order())
    with pytest.raises(EnedisOutcomeUnknown):
        wrote.cancel_limitation(cancellation())
    assert {name: sum(each) for name, each in values().items()} == {
        "EnedisCallsReads": 2, "EnedisCallsOrders": 1, "EnedisCallsCancellations": 1, "EnedisCallDuration": 4 * 250,
    }  # fmt: skip


def test_call_without_a_response_is_counted_as_such() -> None:
    with pytest.raises(EnedisUnavailable), watched_call("consulterDonneesPoint"):
        raise EnedisUnavailable("timeout")
    assert values()["EnedisCallsWithoutResponse"] == [1]
    assert values()["EnedisCallsReads"] == [1]


def test_each_operation_that_the_client_knows_has_its_counter() -> None:
    assert {each.operation for each in Services.of(SPOKEN)} == set(KINDS)
    assert KINDS["planifierIntervention"] == "Visits"
