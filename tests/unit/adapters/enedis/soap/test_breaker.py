"""The shared circuit breaker and its record of outages, over DynamoDB as moto keeps it."""

from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from aws_lambda_powertools.utilities.circuit_breaker import CircuitTransition
from aws_lambda_powertools.utilities.circuit_breaker import base as powertools_breaker

from restoration.adapters.enedis.soap.breaker import SharedBreaker
from restoration.adapters.enedis.soap.outage import OutageRecord
from restoration.errors import (
    EnedisCircuitOpen,
    EnedisOutcomeUnknown,
    EnedisQuotaExhausted,
    EnedisRejected,
    EnedisUnavailable,
)

TABLE = "gate"
START = datetime(2026, 5, 4, 8, 0, tzinfo=UTC)


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


def new_breaker(dynamodb: Any, on_transition: Callable[[CircuitTransition], None] = lambda _: None) -> SharedBreaker:
    return SharedBreaker(
        dynamodb,
        TABLE,
        failures=3,
        recovery=timedelta(minutes=1),
        outages=outage_of(dynamodb),
        on_transition=on_transition,
        state_cache=timedelta(0),
    )


def outage_of(dynamodb: Any) -> OutageRecord:
    return OutageRecord(dynamodb, TABLE, clock=lambda: datetime.now(UTC))


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
        with pytest.raises(EnedisCircuitOpen, match="failing since 20") as caught:
            worker.call(lambda: made.append(1))
        assert caught.value.since
        outage_of(dynamodb).end()  # as where its beginning could not be noted
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


def test_outage_lasts_from_the_first_opening_to_the_successful_probe(dynamodb: Any, breaker: Guarded) -> None:
    guard, outage = breaker[0], outage_of(dynamodb)
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
