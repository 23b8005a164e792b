"""Buckets and turns wait as long as they have to, on a clock of the test's."""

from types import SimpleNamespace
from typing import Any

import pytest
from botocore.hooks import HierarchicalEmitter
from hypothesis import given
from hypothesis import strategies as st

from record.pacing import QUOTAS, Bucket, Pace, paced, pacer, paces
from tests.infrastructure.templates import template


class Clock:
    """Time that passes by sleeping alone."""

    def __init__(self) -> None:
        self.now = 100.0

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        assert seconds > 0
        self.now += seconds


@pytest.mark.parametrize(
    ("pace", "pauses", "expected"),
    [
        (Pace(3, 2), [0] * 7, [0, 0, 0, 0.5, 1, 1.5, 2]),
        (Pace(1, 4), [0, 0, 0, 5, 0], [0, 0.25, 0.5, 5.5, 5.75]),
    ],
    ids=["all that it holds, then by its refill", "turns of a redrive, of which none is made up for"],
)
def test_bucket_gives_what_it_holds_at_once_and_then_by_its_refill(
    pace: Pace, pauses: list[float], expected: list[float]
) -> None:
    clock = Clock()
    bucket = Bucket(pace, clock, clock.sleep)
    moments = []
    for pause in pauses:
        clock.now += pause
        bucket.take()
        moments.append(clock.now - 100)
    assert moments == pytest.approx(expected)


@given(st.lists(st.floats(0, 5), max_size=30), st.integers(1, 20), st.integers(1, 10))
def test_bucket_never_gives_more_than_aws_allows(pauses: list[float], size: int, refill: int) -> None:
    clock = Clock()
    bucket = Bucket(Pace(size, refill), clock, clock.sleep)
    taken: list[float] = []
    for pause in pauses:
        clock.now += pause
        bucket.take()
        taken.append(clock.now)
    for first in range(len(taken)):
        for last in range(first, len(taken)):
            assert last - first + 1 <= size + refill * (taken[last] - taken[first]) + 1e-6


@pytest.mark.parametrize("operation", QUOTAS)
def test_shares_of_a_quota_leave_a_tenth_to_those_that_nobody_paces(operation: str) -> None:
    _, shares = QUOTAS[operation]
    assert sum(shares) <= 0.9 + 1e-9


def test_redrive_describes_as_fast_as_the_template_says() -> None:
    describes = template().document["Parameters"]["BulkRedriveDescribesPerSecond"]["Default"]
    assert paces("redrive")["DescribeExecution"].refill == describes


@pytest.mark.parametrize(
    ("call", "raised", "seconds"),
    [
        ("states.GetExecutionHistory", {}, 146),
        ("states.GetExecutionHistory", {"raised": 2}, 63),
        ("dynamodb.GetItem", {}, 0),
    ],
)
def test_thousand_calls_of_a_client_take_as_long_as_their_quota_has_it(call: str, raised: Any, seconds: float) -> None:
    clock, (_, operation) = Clock(), call.split(".")
    client: Any = SimpleNamespace(meta=SimpleNamespace(events=HierarchicalEmitter()))
    assert paced(client, pacer("tool", **raised, clock=clock, sleep=clock.sleep)) is client
    for _ in range(1000):
        client.meta.events.emit(f"before-call.{call}", model=SimpleNamespace(name=operation), params={})
    assert clock.now - 100 == pytest.approx(seconds, abs=1)
