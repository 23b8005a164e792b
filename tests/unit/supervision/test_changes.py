"""What colours states, and what is called a difference: no raw numbers of ranges that differ, and no chance."""

import random
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from record.domain.record import Slice
from record.domain.tally import Count, Tally, total
from record.formats import change
from supervision.figures.branches import Flow
from supervision.figures.changes import (
    STEPS,
    Change,
    Measure,
    Scale,
    change_of_state,
    change_of_way,
    deployed_at,
    of_version,
    value_of,
)

WAY = ("MayPowerComeBack", "ReadPoint")


def flow(cases: int, way: int, **states: Count) -> Flow:
    return Flow(cases, states=states, ways={WAY: way})


def durations(milliseconds: float, number: int, seed: int) -> Count:
    """So many durations around one."""
    dice = random.Random(seed)  # noqa: S311 - no secret
    return total(Count.once(round(milliseconds * dice.lognormvariate(0, 0.5))) for _ in range(number))


@pytest.mark.parametrize("measure", Measure)
@given(values=st.lists(st.integers(0, 10**9), min_size=2, max_size=20))
def test_a_larger_value_never_has_a_lighter_colour(measure: Measure, values: list[int]) -> None:
    scale = Scale(min(values), max(values), measure)
    steps = [scale.step(value) for value in sorted(values)]
    assert steps == sorted(steps)
    assert 0 <= steps[0] <= steps[-1] < STEPS
    assert steps[-1] == STEPS - 1 or not max(values)


def test_state_in_which_all_cases_stopped_has_errors_though_nobody_left_it() -> None:
    stopped = Flow(3, stops={"ReadPoint": 3})
    assert value_of(stopped, "ReadPoint", Measure.ERRORS) == 3
    assert value_of(stopped, "ReadPoint", Measure.FREQUENCY) is None


@pytest.mark.parametrize(
    ("now", "before", "part", "is_clear"),
    [
        (flow(1000, 800), flow(100, 80), 0.0, False),
        (flow(1000, 400), flow(4000, 3200), -0.5, True),
        (flow(1000, 3), flow(1000, 2), 0.5, False),
        (flow(1000, 30), flow(1000, 20), 0.5, False),
        (flow(1000, 260), flow(1000, 200), 0.3, True),
    ],
)
def test_shares_of_cases_are_compared_and_what_may_be_chance_is_not_clear(
    now: Flow, before: Flow, part: float, *, is_clear: bool
) -> None:
    found = change_of_way(now, before, WAY)
    assert found is not None
    assert found.part == pytest.approx(part)
    assert found.is_clear is is_clear


def test_way_that_was_not_taken_before_is_new_and_one_that_is_gone_is_minus_all() -> None:
    assert change_of_way(flow(100, 30), flow(100, 0), WAY) == Change(None, is_clear=True)
    assert change_of_way(flow(100, 0), flow(100, 30), WAY) == Change(-1.0, is_clear=True)
    assert change_of_way(flow(100, 0), flow(100, 0), WAY) is None
    assert change_of_way(flow(100, 30), Flow(), WAY) is None, "a range without cases says nothing"


def test_durations_that_doubled_differ_clearly_and_those_of_the_same_kind_do_not() -> None:
    now, same, long = durations(1000, 400, 1), durations(1000, 400, 2), durations(2000, 400, 3)
    unchanged = change_of_state(flow(400, 0, S=now), flow(400, 0, S=same), "S", Measure.DURATION)
    doubled = change_of_state(flow(400, 0, S=long), flow(400, 0, S=now), "S", Measure.DURATION)
    assert unchanged is not None
    assert doubled is not None
    assert not unchanged.is_clear
    assert doubled.is_clear
    assert doubled.part is not None
    assert 0.6 < doubled.part < 1.5


def test_slices_of_a_version_are_found_however_its_moment_is_written() -> None:
    moment = datetime(2026, 11, 25, 7, tzinfo=UTC)
    versions = ["2026-11-25T07:00:00+00:00", "2026-11-25T07:00:00Z", "2026-11-25T08:00:00+01:00", "-", "2026-11-20"]
    slices = [Slice(moment, timedelta(hours=1), "RESTORED", version, Tally()) for version in versions]
    assert [each.version for each in of_version(slices, moment)] == versions[:3]
    assert deployed_at("-") is None


def test_difference_has_its_sign_and_is_said_in_times_from_ten_times_on() -> None:
    told = [change(part).replace("\N{NO-BREAK SPACE}", " ") for part in (0.12, -0.084, 0.001, -1.0, 2.5, 11.0)]
    assert told == ["+12 %", "\N{MINUS SIGN}8 %", "±0 %", "\N{MINUS SIGN}100 %", "+250 %", "\N{MULTIPLICATION SIGN}12"]
