"""Executions outlive an outage of three days: how long the Retry of the reads waits, computed from the machine."""

from collections.abc import Mapping
from datetime import timedelta
from math import exp
from typing import Any

from benchmarks.capacity.model import system_of
from embedded_cloud.moto_mends.jsonata import evaluate
from tests.statemachine.deployed import deployed_machines
from tests.statemachine.retry_rules import profile_of

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


def longest_waits(retrier: Mapping[str, Any]) -> list[float]:
    """The upper bound of each wait, in seconds; full jitter waits anything from nothing to that."""
    interval, rate, longest = retrier["IntervalSeconds"], retrier["BackoffRate"], retrier["MaxDelaySeconds"]
    return [min(interval * rate**attempt, longest) for attempt in range(retrier["MaxAttempts"])]


(RESTORATION,) = (one for one in deployed_machines() if one.machine.name == "restoration")
STATES = {state.name: state for state in RESTORATION.machine.states()}
RETRIERS = [it for one in deployed_machines() for state in one.machine.states() for it in state.retriers]
WAITS = longest_waits(next(it for it in RETRIERS if profile_of(it) == "partner"))


def test_everything_that_an_outage_raises_is_tried_again_as_a_partner_s_by_every_call() -> None:
    """A check of payments outlives a day without billing so, too, and all its lag."""
    named = {"EnedisUnavailable", "EnedisCircuitOpen", "EnedisQuotaExhausted", "States.Timeout", "Sandbox.Timedout"}
    lags = {"BillingUnavailable", "PaymentNotShown"}
    found = [set(retrier["ErrorEquals"]) for retrier in RETRIERS if profile_of(retrier) == "partner"]
    reads = [errors for errors in found if "EnedisUnavailable" in errors]
    assert (len(reads) >= 2, [errors for errors in reads if not named <= errors]) == (True, [])
    assert any(lags <= errors for errors in found)


def test_reads_outlive_an_outage_of_three_days() -> None:
    """The mean has a day to spare, and a single execution almost surely waits long enough.

    The waits are independent and uniform, so Hoeffding's inequality bounds the chance that their sum is short of its
    mean by as much. An attempt itself takes time too, which is left out.
    """
    mean = sum(WAITS) / 2
    short_by = mean - OUTAGE.total_seconds()
    assert short_by > timedelta(days=1).total_seconds()
    assert exp(-2 * short_by**2 / sum(wait**2 for wait in WAITS)) < 1e-9


def test_reads_come_back_soon_after_an_outage_and_within_less_than_the_length_of_a_short_one() -> None:
    """The next wait is a part of what has passed in the mean; waits that double would be twice as long as that."""
    assert max(WAITS) <= timedelta(minutes=15).total_seconds()
    assert [n for n, wait in enumerate(WAITS) if wait > 0.7 * sum(WAITS[:n]) / 2 + 1] == []


def test_history_of_an_outage_of_three_days_stays_under_a_sixth_of_the_limit() -> None:
    attempts = OUTAGE.total_seconds() / (WAITS[-1] / 2) + len([wait for wait in WAITS if wait < WAITS[-1]])
    assert attempts * EVENTS_PER_ATTEMPT < HISTORY_LIMIT / 6


def seconds_of(name: str) -> float:
    parameter = RESTORATION.parameter(name)
    assert parameter is not None
    return float(parameter["Default"])


def test_orders_outlive_an_outage_of_three_days() -> None:
    assert STATES["OrderAtEnedis"].body["TimeoutSeconds"] == "{% ${OrderTimeoutSeconds} %}"
    assert timedelta(seconds=seconds_of("OrderTimeoutSeconds")) > 3 * OUTAGE


def test_point_is_read_again_a_minute_after_a_refusal_and_later_after_each_other() -> None:
    """A paid customer is ordered for within minutes; five refusals and a question take half an hour."""
    expression = STATES["WaitBeforeReading"].body["Seconds"].removeprefix("{%").removesuffix("%}")
    for name in ("FollowFirstWaitSeconds", "FollowMaxWaitSeconds"):
        expression = expression.replace(f"${{{name}}}", str(seconds_of(name)))
    waits = [evaluate(expression, {"refusals": refusals}) for refusals in (1, 2, 3, 4, 5, 30)]
    assert waits == [60, 120, 240, 480, 960, seconds_of("FollowMaxWaitSeconds")]


def test_history_of_a_case_that_takes_three_weeks_stays_under_an_eighth_of_the_limit() -> None:
    """All other states once, the round of following an order for three weeks, and a visit told three times."""
    assert [
        name for name, after in zip(ROUND, ROUND[1:] + ROUND[:1], strict=False) if after not in STATES[name].successors
    ] == []
    reads = system_of({}).curve.reads_within(THREE_WEEKS.total_seconds())
    one_round = EVENTS_OF_A_WAIT_THAT_NEWS_CAN_WAKE + sum(EVENTS_OF[STATES[name].type] for name in ROUND[1:])
    others = sum(EVENTS_OF.get(state.type, 0) for name, state in STATES.items() if name not in ROUND)
    assert reads * one_round + others + 3 * EVENTS_OF["Task"] < HISTORY_LIMIT / 8
