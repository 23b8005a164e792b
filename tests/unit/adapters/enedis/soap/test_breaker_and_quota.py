"""The shared quota and the shared circuit breaker, over DynamoDB as moto keeps it."""

from collections.abc import Callable, Iterator
from contextlib import nullcontext, suppress
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import boto3
import pytest
from aws_lambda_powertools.utilities.circuit_breaker import CircuitTransition
from aws_lambda_powertools.utilities.circuit_breaker import base as powertools_breaker
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from moto import mock_aws

from restoration.adapters.enedis.soap.breaker import SharedBreaker
from restoration.adapters.enedis.soap.outage import OutageRecord
from restoration.adapters.enedis.soap.quota import SharedQuota
from restoration.errors import (
    EnedisCircuitOpen,
    EnedisOutcomeUnknown,
    EnedisQuotaExhausted,
    EnedisRejected,
    EnedisUnavailable,
    InvalidConfiguration,
)
from tests.fakes.tables import put_empty_tables

TABLE = "gate"
START = datetime(2026, 5, 4, 8, 0, tzinfo=UTC)


@pytest.fixture
def dynamodb(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-3")
    with mock_aws():
        put_empty_tables({TABLE: ["name"]})
        yield boto3.client("dynamodb")


class Worker:
    """One worker under the quota: its clock, its turns, nothing that really waits."""

    def __init__(self, dynamodb: Any, at: list[datetime], longest_wait: timedelta = timedelta(minutes=10)) -> None:
        self.turns: list[datetime] = []
        self._at = at
        self.quota = SharedQuota(dynamodb, TABLE, 5, longest_wait=longest_wait, clock=lambda: at[0], wait=self._wait)
        self._waited = timedelta()

    def call(self) -> None:
        self._waited = timedelta()
        self.quota.take_turn()
        self.turns.append(self._at[0] + self._waited)

    def _wait(self, seconds: float) -> None:
        self._waited = timedelta(seconds=seconds)


@pytest.mark.explored
def test_any_number_of_workers_stays_under_the_quota_and_uses_nine_tenths_of_it(dynamodb: Any) -> None:
    at = [START]
    workers = [Worker(dynamodb, at) for _ in range(8)]
    for number in range(500):
        workers[number % len(workers)].call()
    turns = sorted(turn for worker in workers for turn in worker.turns)
    # Six calls never fall into one second, even when the last of them is quick by 50 ms.
    assert all(later - earlier > timedelta(seconds=1.05) for earlier, later in zip(turns, turns[5:], strict=False))
    assert len(turns) / (turns[-1] - turns[0]).total_seconds() >= 0.9 * 5


def test_call_after_a_quiet_time_leaves_at_once_and_no_burst_is_saved_up(dynamodb: Any) -> None:
    at = [START]
    worker = Worker(dynamodb, at)
    worker.call()
    at[0] += timedelta(hours=1)
    for _ in range(3):
        worker.call()
    assert worker.turns[1] == at[0]
    assert all(later - earlier >= timedelta(milliseconds=200) for earlier, later in pairwise(worker.turns))


def test_turn_missed_while_booking_it_is_given_up(dynamodb: Any) -> None:
    at = [START]

    class SlowOnce:
        """DynamoDB whose first response takes a tenth of a second."""

        def __init__(self) -> None:
            self.booked = 0

        def update_item(self, **request: Any) -> Any:
            response = dynamodb.update_item(**request)
            self.booked += 1
            at[0] += timedelta(milliseconds=100) if self.booked == 1 else timedelta(0)
            return response

    slow = SlowOnce()
    worker = Worker(slow, at)
    worker.call()
    assert slow.booked == 2
    assert worker.turns == [START + timedelta(milliseconds=218)]


@pytest.mark.parametrize("slow_ms", [31, 100, 700, 2000])
def test_machine_on_which_each_booking_is_late_finds_its_turn_at_the_second_attempt(
    dynamodb: Any, slow_ms: int
) -> None:
    at = [START]

    class Slow:
        """DynamoDB that takes longer than the tolerance, each time."""

        def __init__(self) -> None:
            self.booked = 0

        def update_item(self, **request: Any) -> Any:
            at[0] += timedelta(milliseconds=slow_ms / 2)
            try:
                response = dynamodb.update_item(**request)
            finally:
                at[0] += timedelta(milliseconds=slow_ms / 2)
            self.booked += 1
            return response

    slow = Slow()
    worker = Worker(slow, at, longest_wait=timedelta(seconds=15))
    for _ in range(5):
        slow.booked = 0
        worker.call()
        assert slow.booked <= 2
        at[0] += timedelta(minutes=1)


@pytest.mark.parametrize("tolerance_ms", [30, 200, 500])
def test_calls_that_leave_as_late_as_is_tolerated_stay_under_the_quota(dynamodb: Any, tolerance_ms: int) -> None:
    tolerance = timedelta(milliseconds=tolerance_ms)
    waited: list[float] = []
    quota = SharedQuota(
        dynamodb,
        TABLE,
        5,
        longest_wait=timedelta(minutes=10),
        clock=lambda: START,
        wait=waited.append,
        tolerance=tolerance,
    )
    for _ in range(20):
        quota.take_turn()
    turns = [START, *(START + timedelta(seconds=each) for each in waited)]
    # The first of six leaves as late as it may, the sixth at once and travels faster.
    travels_faster = timedelta(milliseconds=50)
    for first, sixth in zip(turns, turns[5:], strict=False):
        assert sixth - travels_faster - (first + tolerance) > timedelta(seconds=1)


def test_each_call_without_a_turn_is_counted(dynamodb: Any) -> None:
    counted: list[int] = []
    quota = SharedQuota(
        dynamodb,
        TABLE,
        1,
        longest_wait=timedelta(milliseconds=100),
        clock=lambda: START,
        on_exhausted=lambda: counted.append(1),
    )
    quota.take_turn()
    for _ in range(3):
        with pytest.raises(EnedisQuotaExhausted):
            quota.take_turn()
    assert len(counted) == 3


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


def test_worker_whose_clock_is_behind_is_not_kept_out(dynamodb: Any) -> None:
    Worker(dynamodb, [START]).call()
    behind = Worker(dynamodb, [START - HOUR], longest_wait=timedelta(seconds=5))
    behind.call()
    assert behind.turns == [START - HOUR]


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


def test_turn_that_an_older_version_booked_is_overruled_when_it_is_beyond_any_wait(dynamodb: Any) -> None:
    for ahead, served in ((timedelta(seconds=50), False), (HOUR, True)):
        next_at = str(round((START + ahead).timestamp() * 1000))
        dynamodb.put_item(TableName=TABLE, Item={"name": {"S": "quota"}, "next_at": {"N": next_at}})
        worker = Worker(dynamodb, [START], longest_wait=timedelta(seconds=5))
        with nullcontext() if served else pytest.raises(EnedisQuotaExhausted):
            worker.call()
        assert bool(worker.turns) is served


def test_of_two_workers_that_overrule_a_turn_one_goes_first(dynamodb: Any) -> None:
    Worker(dynamodb, [START + HOUR]).call()
    at = [START]
    second = Worker(dynamodb, at, longest_wait=timedelta(seconds=5))

    class Overtaken:
        """DynamoDB that lets another worker in between a read and the write that follows."""

        def __getattr__(self, name: str) -> Any:
            return getattr(dynamodb, name)

        def get_item(self, **request: Any) -> Any:
            response = dynamodb.get_item(**request)
            if not second.turns:
                second.call()
            return response

    first = Worker(Overtaken(), at, longest_wait=timedelta(seconds=5))
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


@pytest.fixture
def breaker(dynamodb: Any) -> tuple[SharedBreaker, list[CircuitTransition]]:
    for counters in (
        powertools_breaker._LOCAL_FAILURES,
        powertools_breaker._LOCAL_SUCCESSES,
        powertools_breaker._LAST_OBSERVED_STATE,
    ):
        counters.clear()  # per process, kept by Powertools
    seen: list[CircuitTransition] = []
    return new_breaker(dynamodb, seen.append), seen


def new_breaker(dynamodb: Any, on_transition: Callable[[CircuitTransition], None] | None = None) -> SharedBreaker:
    return SharedBreaker(
        dynamodb,
        TABLE,
        failures=3,
        recovery=timedelta(minutes=1),
        state_cache=timedelta(0),
        on_transition=on_transition,
    )


def fails_with(error: Exception) -> Callable[[], None]:
    def work() -> None:
        raise error

    return work


def call_times(breaker: SharedBreaker, error: Exception, times: int) -> None:
    for _ in range(times):
        with pytest.raises(type(error)):
            breaker.call(fails_with(error))


def let_recovery_pass(dynamodb: Any) -> None:
    """As if it had opened an hour ago: Powertools reads the machine's own clock."""
    dynamodb.update_item(
        TableName=TABLE,
        Key={"name": {"S": "enedis"}},
        UpdateExpression="SET opened_at = opened_at - :hour",
        ExpressionAttributeValues={":hour": {"N": "3600"}},
    )


Guarded = tuple[SharedBreaker, list[CircuitTransition]]


@pytest.mark.parametrize("error", [EnedisUnavailable("down"), EnedisOutcomeUnknown("lost")], ids=str)
def test_failures_in_a_row_open_it_for_every_worker(dynamodb: Any, breaker: Guarded, error: Exception) -> None:
    call_times(breaker[0], error, 3)
    made: list[int] = []
    for worker in (breaker[0], new_breaker(dynamodb)):
        with pytest.raises(EnedisCircuitOpen, match="failing since 20"):
            worker.call(lambda: made.append(1))
    assert made == []
    assert [str(transition.to_state) for transition in breaker[1]] == ["OPEN"]


def test_refusal_is_proof_that_enedis_works(breaker: Guarded) -> None:
    for _ in range(3):
        call_times(breaker[0], EnedisUnavailable("down"), 2)
        call_times(breaker[0], EnedisRejected("SGT4B8", "…"), 1)
    assert breaker[0].call(lambda: "response") == "response"


def test_call_without_a_turn_proves_nothing(breaker: Guarded) -> None:
    call_times(breaker[0], EnedisQuotaExhausted("quota"), 10)
    call_times(breaker[0], EnedisUnavailable("down"), 2)
    call_times(breaker[0], EnedisQuotaExhausted("quota"), 1)
    call_times(breaker[0], EnedisUnavailable("down"), 1)
    with pytest.raises(EnedisCircuitOpen):
        breaker[0].call(lambda: None)


@pytest.mark.parametrize("probe", [lambda: None, fails_with(EnedisRejected("SGT401", "…"))], ids=["success", "refusal"])
def test_single_successful_probe_closes_it(dynamodb: Any, breaker: Guarded, probe: Callable[[], None]) -> None:
    call_times(breaker[0], EnedisUnavailable("down"), 3)
    let_recovery_pass(dynamodb)
    with suppress(EnedisRejected):
        breaker[0].call(probe)
    assert [str(transition.to_state) for transition in breaker[1]] == ["OPEN", "HALF_OPEN", "CLOSED"]
    assert new_breaker(dynamodb).call(lambda: 7) == 7


def test_only_one_worker_probes(dynamodb: Any, breaker: Guarded) -> None:
    call_times(breaker[0], EnedisUnavailable("down"), 3)
    let_recovery_pass(dynamodb)

    def probe() -> None:
        # While this one is under way, another worker (another owner of the lock) is refused.
        item = dynamodb.get_item(TableName=TABLE, Key={"name": {"S": "enedis"}})["Item"]
        assert item["state"]["S"] == "HALF_OPEN"
        dynamodb.update_item(
            TableName=TABLE,
            Key={"name": {"S": "enedis"}},
            UpdateExpression="SET half_open_owner = :other",
            ExpressionAttributeValues={":other": {"S": "other"}},
        )
        with pytest.raises(EnedisCircuitOpen):
            new_breaker(dynamodb).call(lambda: None)

    breaker[0].call(probe)


def test_failed_probe_opens_it_again(dynamodb: Any, breaker: Guarded) -> None:
    call_times(breaker[0], EnedisUnavailable("down"), 3)
    let_recovery_pass(dynamodb)
    call_times(breaker[0], EnedisUnavailable("still down"), 1)
    with pytest.raises(EnedisCircuitOpen):
        breaker[0].call(lambda: None)


def test_quota_of_nothing_is_a_mistake(dynamodb: Any) -> None:
    with pytest.raises(InvalidConfiguration, match="calls per second"):
        SharedQuota(dynamodb, TABLE, 0, longest_wait=timedelta(seconds=1), clock=lambda: START)


def test_without_its_shared_state_no_call_is_made(dynamodb: Any) -> None:
    quota = SharedQuota(dynamodb, "no-such-table", 5, longest_wait=timedelta(seconds=1), clock=lambda: START)
    with pytest.raises(EnedisQuotaExhausted, match="DynamoDB"):
        quota.take_turn()


def now() -> datetime:
    return datetime.now(UTC)


def test_outage_lasts_from_the_first_opening_to_the_successful_probe(dynamodb: Any, breaker: Guarded) -> None:
    del breaker  # only its counters, forgotten
    outage = OutageRecord(dynamodb, TABLE, clock=now)
    guard = SharedBreaker(
        dynamodb, TABLE, failures=3, recovery=timedelta(minutes=1), outages=outage, state_cache=timedelta(0)
    )
    assert outage.began_at() is None
    call_times(guard, EnedisUnavailable("down"), 3)
    began_at = outage.began_at()
    assert began_at is not None
    for _ in range(2):
        let_recovery_pass(dynamodb)
        call_times(guard, EnedisUnavailable("still down"), 1)
    assert outage.began_at() == began_at
    with pytest.raises(EnedisCircuitOpen) as caught:
        guard.call(lambda: None)
    assert caught.value.since == began_at
    let_recovery_pass(dynamodb)
    guard.call(lambda: None)
    assert outage.began_at() is None


def test_outage_that_no_probe_has_confirmed_for_an_hour_is_over(dynamodb: Any) -> None:
    at = [START]
    outage = OutageRecord(dynamodb, TABLE, clock=lambda: at[0])
    outage.note(START)
    at[0] = START + timedelta(minutes=50)
    outage.note(at[0])
    at[0] += timedelta(minutes=50)
    assert outage.began_at() == START
    at[0] += timedelta(minutes=11)
    assert outage.began_at() is None
    outage.note(at[0])
    assert outage.began_at() == at[0]


def test_breaker_without_a_record_of_outages_names_the_moment_when_it_opened(breaker: Guarded) -> None:
    call_times(breaker[0], EnedisUnavailable("down"), 3)
    with pytest.raises(EnedisCircuitOpen) as caught:
        breaker[0].call(lambda: None)
    assert caught.value.since is not None
