"""The shared quota, over DynamoDB as moto keeps it."""

from contextlib import nullcontext, suppress
from datetime import UTC, datetime, timedelta
from itertools import count, pairwise
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from restoration.adapters.enedis.soap.quota import SharedQuota
from restoration.errors import EnedisQuotaExhausted, InvalidConfiguration
from tests.integration.adapters.recording import Front

TABLE = "gate"
START = datetime(2026, 5, 4, 8, 0, tzinfo=UTC)


class Worker:
    """One worker under the quota: its clock, its turns, nothing that really waits."""

    def __init__(
        self, dynamodb: Any, at: list[datetime], longest_wait: timedelta = timedelta(minutes=10), **options: Any
    ) -> None:
        self.turns: list[datetime] = []
        self._at = at
        known = {"longest_wait": longest_wait, "clock": lambda: at[0], "wait": self._wait, **options}
        self.quota = SharedQuota(dynamodb, TABLE, 5, **known)
        self._waited = timedelta()

    def call(self) -> None:
        self._waited = timedelta()
        self.quota.take_turn()
        self.turns.append(self._at[0] + self._waited)

    def _wait(self, seconds: float) -> None:
        self._waited = timedelta(seconds=seconds)


def test_call_after_a_quiet_time_leaves_at_once_and_no_burst_is_saved_up(dynamodb: Any) -> None:
    at = [START]
    worker = Worker(dynamodb, at)
    worker.call()
    at[0] += timedelta(hours=1)
    for _ in range(3):
        worker.call()
    assert worker.turns[1] == at[0]
    assert all(later - earlier >= timedelta(milliseconds=200) for earlier, later in pairwise(worker.turns))


@pytest.mark.parametrize("pause", [timedelta(), timedelta(minutes=1)], ids=["in line", "in quiet times"])
def test_turn_is_one_write_as_a_rule(dynamodb: Any, pause: timedelta) -> None:
    at, writes = [START], []
    dynamodb.meta.events.register("before-call.dynamodb.UpdateItem", lambda **_: writes.append(at[0]))
    worker = Worker(dynamodb, at)
    for _ in range(6):
        worker.call()
        at[0] += pause
    assert len(writes) == 6


@pytest.mark.parametrize(("slow_ms", "booked"), [(30, 1), (31, 2), (100, 2), (700, 2), (2000, 2)])
def test_machine_on_which_each_booking_is_late_finds_its_turn_at_the_second_attempt(
    dynamodb: Any, slow_ms: int, booked: int
) -> None:
    at, made, half = [START], list[datetime](), timedelta(milliseconds=slow_ms / 2)

    def update_item(**request: Any) -> Any:
        """It takes longer than the tolerance, each time."""
        at[0] += half
        try:
            response = dynamodb.update_item(**request)
        finally:
            at[0] += half
        made.append(at[0])
        return response

    worker = Worker(Front(dynamodb, update_item=update_item), at, longest_wait=timedelta(seconds=15))
    for _ in range(5):
        made.clear()
        worker.call()
        assert len(made) == booked
        at[0] += timedelta(minutes=1)


@pytest.mark.parametrize("tolerance_ms", [30, 200, 500])
def test_calls_that_leave_as_late_as_is_tolerated_stay_under_the_quota(dynamodb: Any, tolerance_ms: int) -> None:
    tolerance = timedelta(milliseconds=tolerance_ms)
    worker = Worker(dynamodb, [START], tolerance=tolerance)
    for _ in range(20):
        worker.call()
    # The first of six leaves as late as it may, the sixth at once and travels faster.
    travels_faster = timedelta(milliseconds=50)
    for first, sixth in zip(worker.turns, worker.turns[5:], strict=False):
        assert sixth - travels_faster - (first + tolerance) > timedelta(seconds=1)


def test_each_call_without_a_turn_is_counted(dynamodb: Any) -> None:
    counted: list[int] = []
    worker = Worker(dynamodb, [START], timedelta(milliseconds=100), on_exhausted=lambda: counted.append(1))
    worker.call()
    for _ in range(3):
        with pytest.raises(EnedisQuotaExhausted):
            worker.call()
    assert len(counted) == 3


def test_urgent_calls_are_ahead_of_half_of_the_turns_by_some_minutes_at_most(dynamodb: Any) -> None:
    at, calls = [START], list[int]()
    share = SharedQuota(
        dynamodb, TABLE, 1, longest_wait=timedelta(minutes=1), clock=lambda: at[0], wait=lambda _: None, name="urgent"
    )
    pacers = share, Worker(dynamodb, at).quota
    for _ in range(2):
        with suppress(EnedisQuotaExhausted):
            for number in count(1):
                for pacer in pacers:
                    pacer.take_turn()
                calls.append(number)
        at[0] += timedelta(minutes=1)
    assert len(calls) == 1 + 2 * 55, "a minute's share at once, and each minute as many again"


def test_turn_too_far_away_is_refused_and_not_booked(dynamodb: Any) -> None:
    at = [START]
    worker = Worker(dynamodb, at, longest_wait=timedelta(seconds=1))
    for _ in range(5):
        worker.call()
    for _ in range(100):
        with pytest.raises(EnedisQuotaExhausted, match="no turn within"):
            worker.call()
    at[0] += timedelta(milliseconds=500)
    worker.call()


HOUR = timedelta(hours=1)


@pytest.mark.parametrize("ahead", [timedelta(seconds=30), HOUR, timedelta(days=365)])
def test_worker_whose_clock_is_ahead_keeps_no_other_out(dynamodb: Any, ahead: timedelta) -> None:
    at = [START]
    Worker(dynamodb, [START + ahead], longest_wait=timedelta(seconds=15)).call()
    worker = Worker(dynamodb, at, longest_wait=timedelta(seconds=5))
    for _ in range(5):
        worker.call()
    assert worker.turns[0] == START
    assert all(later - earlier >= timedelta(milliseconds=200) for earlier, later in pairwise(worker.turns))


@pytest.mark.parametrize(("further_ms", "served"), [(0, False), (1, True)])
def test_turn_is_a_wrong_clock_s_when_it_is_five_seconds_beyond_the_longest_wait(
    dynamodb: Any, further_ms: int, *, served: bool
) -> None:
    """After a booking the next turn is 218 ms later; the reach is the wait and as much."""
    Worker(
        dynamodb, [START + timedelta(seconds=20, milliseconds=further_ms)], longest_wait=timedelta(seconds=15)
    ).call()
    worker = Worker(dynamodb, [START], longest_wait=timedelta(seconds=5))
    with nullcontext() if served else pytest.raises(EnedisQuotaExhausted, match="no turn within"):
        worker.call()


def test_turns_that_others_wait_longer_for_are_not_overruled(dynamodb: Any) -> None:
    """Orders wait longer than reads: their turns are far ahead for a read, and right."""
    at = [START]
    order = Worker(dynamodb, at, longest_wait=timedelta(minutes=1))
    for _ in range(200):
        order.call()
    read = Worker(dynamodb, at, longest_wait=timedelta(seconds=5))
    with pytest.raises(EnedisQuotaExhausted, match="no turn within"):
        read.call()
    order.call()
    assert order.turns[-1] > order.turns[-2] > START + timedelta(seconds=40)


def test_of_two_workers_that_overrule_a_turn_one_goes_first(dynamodb: Any) -> None:
    Worker(dynamodb, [START + HOUR]).call()
    at = [START]
    second = Worker(dynamodb, at, longest_wait=timedelta(seconds=5))

    def get_item(**request: Any) -> Any:
        """It lets another worker in between a read and the write that follows."""
        response = dynamodb.get_item(**request)
        if not second.turns:
            second.call()
        return response

    first = Worker(Front(dynamodb, get_item=get_item), at, longest_wait=timedelta(seconds=5))
    first.call()
    assert first.turns[0] - second.turns[0] == timedelta(milliseconds=218)


WAITS = st.sampled_from([timedelta(seconds=5), timedelta(seconds=15)])
PAUSES = st.integers(0, 3000).map(lambda it: timedelta(milliseconds=it))
SKEWS = st.sampled_from([0, 0, 1, 4, 8, 20, 60, 600, 3600, -3, -30, -3600]).map(lambda it: timedelta(seconds=it))
days = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)


def play_day(dynamodb: Any, calls: list[tuple[timedelta, timedelta, timedelta]]) -> tuple[list[datetime], datetime]:
    """Let workers call one after the other, each after a pause, with a skewed clock and its own patience.

    Returns the turns as a right clock sees them, and the moment of the last call.
    """
    dynamodb.delete_item(TableName=TABLE, Key={"name": {"S": "quota"}})
    now, turns = START, []
    for pause, skew, wait in calls:
        now += pause
        worker = Worker(dynamodb, [now + skew], wait)
        with suppress(EnedisQuotaExhausted):
            worker.call()
        turns += [turn - skew for turn in worker.turns]
    return sorted(turns), now


@pytest.mark.explored
@days
@given(st.lists(st.tuples(PAUSES.map(lambda it: it / 30), st.just(timedelta()), WAITS), min_size=20, max_size=120))
def test_right_clocks_never_call_more_often_than_the_quota_however_long_each_waits(
    dynamodb: Any, calls: list[tuple[timedelta, timedelta, timedelta]]
) -> None:
    turns, _ = play_day(dynamodb, calls)
    assert all(later - earlier > timedelta(seconds=1.05) for earlier, later in zip(turns, turns[5:], strict=False))


@pytest.mark.explored
@days
@given(st.lists(st.tuples(PAUSES, SKEWS, WAITS), max_size=25), WAITS)
def test_wrong_clocks_keep_no_worker_out_for_longer_than_a_wait(
    dynamodb: Any, calls: list[tuple[timedelta, timedelta, timedelta]], wait: timedelta
) -> None:
    _, now = play_day(dynamodb, calls)
    longest_wait, spacing, clocks_differ = timedelta(seconds=15), timedelta(seconds=0.218), timedelta(seconds=5)
    late = Worker(dynamodb, [now + longest_wait + spacing + clocks_differ], wait)
    late.call()
    assert len(late.turns) == 1


def test_quota_of_nothing_is_a_mistake(dynamodb: Any) -> None:
    with pytest.raises(InvalidConfiguration, match="calls per second"):
        SharedQuota(dynamodb, TABLE, 0, longest_wait=timedelta(seconds=1), clock=lambda: START)


def test_without_its_shared_state_no_call_is_made(dynamodb: Any) -> None:
    quota = SharedQuota(dynamodb, "no-such-table", 5, longest_wait=timedelta(seconds=1), clock=lambda: START)
    with pytest.raises(EnedisQuotaExhausted, match="DynamoDB"):
        quota.take_turn()
