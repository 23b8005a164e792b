from datetime import UTC, datetime, timedelta
from threading import Event

import pytest

from embedded_cloud.clock import Clock, minute_of, moment_of, ticking
from embedded_cloud.metrics import MetricStore, Series

NOON = datetime(2026, 11, 26, 12, tzinfo=UTC)
KEY = ("AWS/SQS", "Age", frozenset({("QueueName", "q")}))


def series(*values: float) -> Series:
    found = Series()
    for value in values:
        found.add(7, value)
    return found


@pytest.mark.parametrize(
    ("statistic", "expected"),
    [
        ("Sum", 100.0),
        ("Average", 25.0),
        ("Minimum", 10.0),
        ("Maximum", 40.0),
        ("SampleCount", 4.0),
        ("p0", 10.0),
        ("p50", 25.0),
        ("p90", 37.0),
        ("p100", 40.0),
    ],
)
def test_statistic_of_a_period(statistic: str, expected: float) -> None:
    assert series(20, 10, 40, 30).statistic(statistic, 7, 8) == pytest.approx(expected)


def test_values_are_dated_by_the_clock_and_told_apart_by_their_dimensions() -> None:
    clock = Clock(NOON)
    store = MetricStore(clock)
    store.put("AWS/SQS", {"Age": 3}, {"QueueName": "q"})
    clock.move(timedelta(minutes=2))
    store.put("AWS/SQS", {"Age": 5}, {"QueueName": "q"})
    store.put("AWS/SQS", {"Age": 9}, {"QueueName": "other"})
    noon = minute_of(NOON)
    assert [store.statistic(KEY, "Sum", noon + each, noon + each + 1) for each in range(3)] == [3, None, 5]
    assert store.statistic(("AWS/SQS", "Age", frozenset()), "Sum", noon, noon + 3) is None


def test_clock_stands_until_it_is_moved_and_never_goes_back() -> None:
    clock = Clock(NOON)
    assert clock.now() == NOON
    clock.move(timedelta(hours=27))
    assert clock.now() == NOON + timedelta(hours=27)
    assert moment_of(clock.minute) == clock.now()
    with pytest.raises(ValueError, match="does not go back"):
        clock.move(timedelta(seconds=-1))


def test_minute_of_a_clock_that_runs_ends_by_itself() -> None:
    clock, ended = Clock(), Event()
    clock.move(timedelta(seconds=59.95 - clock.now().timestamp() % 60) % timedelta(minutes=1))
    with ticking(clock, ended.set):
        assert ended.wait(90), "a busy machine may begin after the minute that was meant"
