"""Durées: populations, percentiles, trend and what slow cases have in common, recounted; and the screen."""

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from record.domain.tally import WIDTH, Count, Tally, bucket_of, sum_of, total
from supervision.figures.durations import beyond
from supervision.figures.outliers import Kind, outliers
from supervision.kit.columns import columns
from supervision.kit.durations import LogAxis, grouped
from supervision.question import Question, Range
from supervision.screens.reading import HOUR, slices_of
from tests.unit.supervision.samples import ended_case
from tests.unit.supervision.synthetic import NOW, synthetic

MILLISECOND = timedelta(milliseconds=1)
durations_in_ms = st.integers(0, 30 * 86_400_000)
CASE = ended_case(means=frozenset({"CARD"}), codes=frozenset({"SGT200"}))


def test_single_cases_are_counted_as_the_record_counts() -> None:
    cases = synthetic(900, days=2).kept_ended
    found = slices_of(cases)
    assert len({(each.start, each.outcome, each.version) for each in found}) == len(found)
    for each in found:
        key = (each.outcome, each.version)
        of_hour = (case for case in cases if each.start <= case.ended_at < each.start + HOUR)
        those = [case for case in of_hour if (case.outcome, case.version) == key]
        exact = total(Count.once(case.took // MILLISECOND) for case in those)
        failures = [Tally({f"failure#{case.signature}": Count.once()}) for case in those if case.signature]
        sums = [dict.fromkeys(case.codes, 1) | ({"accepted": 1} if "SGT200" in case.codes else {}) for case in those]
        codes = [Tally({"enedis#cases": Count(1, sums=each)}) for each in sums if each]
        assert each.tally == sum_of([Tally({"ended": exact}), *failures, *codes])
    assert sum(each.tally.counts["ended"].number for each in found) == len(cases)


@given(st.lists(durations_in_ms, max_size=50), st.integers(1, 40))
def test_groups_of_buckets_lose_nothing(taken: list[int], width: int) -> None:
    count = total(Count.once(each) for each in taken)
    found = grouped(count, width)
    assert sum(found.values()) == len(taken)
    for place, number in found.items():
        assert number == len([each for each in taken if max(0, bucket_of(each)) // width == place])


@given(st.lists(durations_in_ms, max_size=50), st.integers(1, 86_400_000))
def test_number_beyond_a_bound_is_exact_but_for_the_bound_s_own_bucket(taken: list[int], bound: int) -> None:
    count = total(Count.once(each) for each in taken)
    found = beyond(count, timedelta(milliseconds=bound))
    assert len([each for each in taken if each >= bound * WIDTH]) <= found
    assert found <= len([each for each in taken if each >= bound])


@pytest.mark.parametrize(
    ("number", "slow", "slow_with", "all_with", "is_named"),
    [
        (1000, 20, 5, 20, True),
        (1000, 20, 4, 20, False),
        (1000, 20, 6, 19, False),
        (1000, 50, 5, 20, False),
        (4000, 200, 150, 2000, True),
        (4000, 200, 149, 2000, False),
    ],
    ids=["many enough", "few slow ones", "few of all", "perhaps by chance", "half as many again", "less than that"],
)
def test_what_slow_cases_share_is_named_from_its_bounds_on(
    number: int, slow: int, slow_with: int, all_with: int, *, is_named: bool
) -> None:
    cases = [replace(CASE, execution=f"arn:{place}", means=frozenset()) for place in range(number)]
    for place in range(slow):
        cases[place] = replace(cases[place], started_at=CASE.started_at - timedelta(hours=9))
    for place in (*range(slow_with), *range(slow, slow + all_with - slow_with)):
        cases[place] = replace(cases[place], means=frozenset({"CHEQUE"}))
    found = [each.kind for each in outliers(cases).common]
    assert found == [Kind.HOUR, *([Kind.MEANS] if is_named else [])], "the greatest lift first"


def test_too_few_restored_cases_are_listed_and_not_compared() -> None:
    cases = [
        replace(CASE, execution=f"arn:{place}", started_at=CASE.ended_at - timedelta(minutes=place))
        for place in range(99)
    ]
    found = outliers(cases)
    assert found.bound is None
    assert found.common == ()
    assert [case.execution for case in found.slow][:2] == ["arn:98", "arn:97"]
    assert outliers([*cases, CASE]).bound == timedelta(minutes=93)


@given(st.lists(st.floats(0.001, 1e11), min_size=1))
def test_axis_holds_all_durations_in_their_order(found: list[float]) -> None:
    axis = LogAxis.over(found, 500)
    assert axis.least < axis.most
    places = [axis.at(each) for each in sorted(found)]
    assert places == sorted(places)
    assert 0 <= min(places) <= max(places) <= 500 + 1e-9


@given(st.lists(st.floats(1, 1e9), min_size=1), st.floats(20, 200))
def test_labels_of_the_axis_have_room(found: list[float], room: float) -> None:
    labelled = [place for _, place, has_room in LogAxis.over(found, 300).marks(room) if has_room]
    assert labelled
    assert all(after - before >= room for before, after in pairwise(labelled))


def test_column_outside_of_its_range_is_not_drawn() -> None:
    found = [(NOW + hours * HOUR, 5.0) for hours in (-1, 0, 1)]
    asked = Question("overview", Range(NOW, NOW + HOUR), width=188)
    shown = str(columns(asked, found, HOUR, "", before=(dict(found), "")))
    assert (shown.count("<rect"), shown.count('stroke-width="2"')) == (1, 1)
    assert ">3</text>" in shown, "half of 5 was named 2"
