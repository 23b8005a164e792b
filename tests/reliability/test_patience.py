"""Executions outlive an outage of three days: how long the Retry of the reads waits, computed from the machine."""

from collections.abc import Mapping
from datetime import timedelta
from math import exp
from typing import Any

import pytest

from tests.statemachine.deployed import DeployedMachine, deployed_machines

OUTAGE = timedelta(days=3)
EVENTS_PER_ATTEMPT = 3
"""TaskScheduled, TaskStarted, TaskFailed."""
HISTORY_LIMIT = 25_000
THREE_WEEKS = timedelta(weeks=3)
ROUND = ("WaitForEnedis", "ReadCase", "DecideProgress", "IsPowerBack")
"""One round of following an order without any news."""
EVENTS_OF = {"Wait": 2, "Choice": 2, "Pass": 2, "Succeed": 2, "Task": 5}
"""StateEntered and StateExited; of a task TaskScheduled, TaskStarted and TaskSucceeded besides."""
EVENTS_OF_A_WAIT_THAT_NEWS_CAN_WAKE = 6
"""A callback: TaskScheduled, TaskStarted, TaskSubmitted and TaskTimedOut between entering and leaving."""


def retriers_of(error: str) -> dict[str, Mapping[str, Any]]:
    return {
        state.name: retrier
        for deployed in deployed_machines()
        for state in deployed.machine.states()
        for retrier in state.retriers
        if error in retrier["ErrorEquals"]
    }


READS = retriers_of("EnedisUnavailable")


def longest_waits(retrier: Mapping[str, Any]) -> list[float]:
    """The upper bound of each wait, in seconds; full jitter waits anything from nothing to that."""
    interval, rate, longest = retrier["IntervalSeconds"], retrier["BackoffRate"], retrier["MaxDelaySeconds"]
    return [min(interval * rate**attempt, longest) for attempt in range(retrier["MaxAttempts"])]


def test_every_read_of_a_point_is_retried() -> None:
    assert {"ReadPoint", "ReadCase"} <= set(READS)


@pytest.mark.parametrize("state", READS)
def test_everything_that_an_outage_raises_is_retried_alike(state: str) -> None:
    named = {"EnedisUnavailable", "EnedisCircuitOpen", "EnedisQuotaExhausted", "States.Timeout", "Sandbox.Timedout"}
    assert named <= set(READS[state]["ErrorEquals"])


@pytest.mark.parametrize("state", READS)
def test_reads_outlive_an_outage_of_three_days(state: str) -> None:
    """The mean has a day to spare, and a single execution almost surely waits long enough.

    The waits are independent and uniform, so Hoeffding's inequality bounds the chance that their sum is short of its
    mean by as much. An attempt itself takes time too, which is left out.
    """
    waits = longest_waits(READS[state])
    mean = sum(waits) / 2
    short_by = mean - OUTAGE.total_seconds()
    assert short_by > timedelta(days=1).total_seconds()
    chance_of_failing = exp(-2 * short_by**2 / sum(wait**2 for wait in waits))
    assert chance_of_failing < 1e-9


@pytest.mark.parametrize("state", READS)
def test_reads_come_back_soon_after_the_outage(state: str) -> None:
    assert max(longest_waits(READS[state])) <= timedelta(minutes=15).total_seconds()


@pytest.mark.parametrize("state", READS)
def test_reads_come_back_within_less_than_the_length_of_a_short_outage(state: str) -> None:
    """The next wait is a part of what has passed in the mean; waits that double would be twice as long as that."""
    waits = longest_waits(READS[state])
    for attempt, wait in enumerate(waits):
        passed = sum(waits[:attempt]) / 2
        assert wait <= 0.7 * passed + 1


def test_checks_of_payments_outlive_a_day_without_billing() -> None:
    checking = retriers_of("BillingUnavailable")["CheckPayment"]
    assert sum(longest_waits(checking)) / 2 > timedelta(days=1).total_seconds()


@pytest.mark.parametrize("state", READS)
def test_history_of_an_outage_of_three_days_stays_under_a_tenth_of_the_limit(state: str) -> None:
    waits = longest_waits(READS[state])
    attempts = OUTAGE.total_seconds() / (waits[-1] / 2) + len([wait for wait in waits if wait < waits[-1]])
    assert attempts * EVENTS_PER_ATTEMPT < HISTORY_LIMIT / 10


def test_orders_outlive_an_outage_of_three_days() -> None:
    (deployed,) = (one for one in deployed_machines() if one.machine.name == "restoration")
    (sending,) = (state for state in deployed.machine.states() if state.name == "OrderAtEnedis")
    assert sending.body["TimeoutSeconds"] == "{% ${OrderTimeoutSeconds} %}"
    parameter = deployed.parameter("OrderTimeoutSeconds")
    assert parameter is not None
    assert timedelta(seconds=parameter["Default"]) > 3 * OUTAGE


def seconds_of(deployed: DeployedMachine, name: str) -> float:
    parameter = deployed.parameter(name)
    assert parameter is not None
    return float(parameter["Default"])


def test_history_of_a_case_that_takes_three_weeks_stays_under_an_eighth_of_the_limit() -> None:
    """All other states once, the round of following an order for three weeks, and a visit told three times."""
    (deployed,) = (one for one in deployed_machines() if one.machine.name == "restoration")
    states = {state.name: state for state in deployed.machine.states()}
    first, longest = (seconds_of(deployed, name) for name in ("FollowFirstWaitSeconds", "FollowMaxWaitSeconds"))
    assert "$power(1.3," in states["WaitForEnedis"].body["TimeoutSeconds"], "how the waits grow"
    passed, reads = 0.0, 0
    while passed < THREE_WEEKS.total_seconds():
        passed += min(longest, first * 1.3**reads)
        reads += 1
    one_round = EVENTS_OF_A_WAIT_THAT_NEWS_CAN_WAKE + sum(EVENTS_OF[states[name].type] for name in ROUND[1:])
    others = sum(EVENTS_OF.get(state.type, 0) for name, state in states.items() if name not in ROUND)
    assert reads * one_round + others + 3 * EVENTS_OF["Task"] < HISTORY_LIMIT / 8


@pytest.mark.parametrize("name", ROUND)
def test_round_of_following_is_as_the_machine_has_it(name: str) -> None:
    (deployed,) = (one for one in deployed_machines() if one.machine.name == "restoration")
    (state,) = (state for state in deployed.machine.states() if state.name == name)
    assert ROUND[(ROUND.index(name) + 1) % len(ROUND)] in state.successors
