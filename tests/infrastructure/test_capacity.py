"""The simulation of a day under Enedis' quota: its parts as the code has them, and what the defaults carry.

tests/commands types `make capacity`, with an outage and without.
"""

from dataclasses import replace
from datetime import timedelta

import pytest
from typer.testing import CliRunner, Result

from benchmarks.capacity import first
from benchmarks.capacity.__main__ import app, fits, percentile, told, used
from benchmarks.capacity.model import (
    DAY,
    HOUR,
    Enedis,
    First,
    FollowCurve,
    Load,
    Outage,
    Scenario,
    Spread,
    parameters,
    system_of,
)
from benchmarks.capacity.simulation import FLOW, ORDER, Simulation
from restoration.adapters.enedis.soap.quota import TOLERANCE

DAYS = 2
WARM_UP = 1


def scenario(cases: float, quota: float) -> Scenario:
    return Scenario(system_of({"EnedisCallsPerSecond": quota}), Load(cases, DAYS + WARM_UP))


def test_curve_that_was_reads_a_case_of_two_hours_fourteen_times_and_the_one_that_is_six_times() -> None:
    assert FollowCurve(60, 14400, 1.3).reads_within(2 * HOUR) == 14
    assert FollowCurve(60, 14400, 1.3).reads_within(DAY) == 24
    curve = system_of({}).curve
    assert (curve.first, curve.longest, curve.growth) == (600, 14400, 1.3)
    assert curve.reads_within(2 * HOUR) == 6


def test_ten_thousand_cases_a_day_leave_a_third_of_two_calls_a_second() -> None:
    given = scenario(10_000, 2)
    measures = Simulation(given, WARM_UP).run()
    assert fits(given, measures, DAYS)
    assert used(given, measures, DAYS) < 0.5
    assert percentile(measures.read_waits, 0.95) < 5
    assert measures.calls[ORDER] / DAYS == pytest.approx(10_000, rel=0.1)
    assert "It fits" in told(given, measures, DAYS)[-1]
    assert max(measures.waiting) > 0
    measures.waiting[4 * 60] = 11  # more than a thousandth of the cases, at four in the morning
    assert not fits(given, measures, DAYS)


def test_daily_flow_wakes_cases_that_are_closed_and_not_read() -> None:
    given = scenario(2_000, 2)
    given = replace(given, enedis=Enedis(Spread(2 * HOUR, 2 * HOUR, DAY)), load=replace(given.load, flow_age=0.0))
    assert Simulation(given, WARM_UP).run().calls[FLOW] > 0


def typed(*arguments: str) -> Result:
    return CliRunner().invoke(app, arguments)


def test_command_fails_where_it_does_not_fit_and_keeps_to_the_screen() -> None:
    ended = typed("--cases", "600", "--quota", "0.2", "--days", "1", "--set", "FollowFirstWaitSeconds=5")
    assert ended.exit_code == 1
    assert "does NOT fit" in ended.output
    assert max(len(line) for line in ended.output.splitlines()) <= 80


def test_each_parameter_that_is_set_counts() -> None:
    several = ["--set", "FollowFirstWaitSeconds=900", "--set", "EnedisCallsPerSecond=5"]
    ended = typed("--cases", "100", "--days", "1", *several)
    assert ended.exit_code == 0
    assert "5 calls a second" in ended.output
    assert "Follow curve: 900 s" in ended.output


@pytest.mark.parametrize("odd", ["--technicians=7", "--technicians=nan", "--cases=nan", "--set=AnswerTermDays=5"])
def test_share_is_a_share_and_only_what_is_read_can_be_set(odd: str) -> None:
    assert typed(odd).exit_code == 2


def test_others_wait_at_most_twice_as_long_however_many_are_urgent() -> None:
    outage = Outage(first.BEGINS, 60.0, 2_000, 1_400)
    found = first.compare(scenario(1, 2), outage)
    assert len(found[First.SECOND_QUEUE]) == outage.waiting
    assert first.times(found, First.SECOND_QUEUE) <= first.LONGER


def test_margin_is_that_of_the_template() -> None:
    assert parameters()["Enedis.turnToleranceSeconds"] == TOLERANCE / timedelta(seconds=1)
