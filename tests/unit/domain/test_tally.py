"""Counts of executions: added up in any order, percentiles right within a bucket, each redrive counted apart."""

from datetime import UTC, datetime
from math import ceil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from restoration.domain.course import Course
from restoration.domain.course_event import End
from restoration.domain.tally import WIDTH, Count, Tally, bucket_of, hour_of, lower_bound, sum_of, tally_of
from tests.unit.domain.test_course import ARN, WHOLE

durations = st.integers(0, 30 * 86_400_000)
counts = st.builds(
    lambda taken, retries: sum((Count.once(each, retries=retries) for each in taken), Count()),
    st.lists(durations, max_size=5),
    st.integers(0, 3),
)
tallies = st.builds(Tally, st.dictionaries(st.sampled_from(["outcome#RESTORED", "state#ReadPoint"]), counts))


@given(tallies, tallies, tallies)
def test_adding_is_commutative_and_associative(one: Tally, two: Tally, three: Tally) -> None:
    assert one + two == two + one
    assert (one + two) + three == one + (two + three)
    assert sum_of([one, two, three]) == sum_of([three, one, two]) == one + two + three


@given(durations)
def test_each_duration_is_within_the_bounds_of_its_bucket(milliseconds: int) -> None:
    bucket = bucket_of(milliseconds)
    assert lower_bound(bucket) <= milliseconds
    assert milliseconds < (1 if milliseconds == 0 else lower_bound(bucket + 1))


@given(st.lists(durations, min_size=1, max_size=200), st.sampled_from([0.5, 0.9, 0.95, 0.99, 1.0]))
def test_percentile_is_within_one_bucket_of_the_exact_one(taken: list[int], share: float) -> None:
    exact = sorted(taken)[ceil(share * len(taken)) - 1]
    found = sum((Count.once(each) for each in taken), Count()).percentile(share)
    assert found is not None
    assert exact / WIDTH <= found <= max(exact, 1) * WIDTH


def test_nothing_has_no_percentile() -> None:
    assert Count().percentile(0.5) is None


def test_states_count_where_they_were_left_and_failures_where_they_stopped() -> None:
    failed, restored = tally_of(WHOLE, 0).counts, tally_of(WHOLE, 1).counts
    assert set(failed) == {
        "outcome#FAILED",
        "state#TakeCharge",
        "wait#us",
        "transitions",
        "failure#ReadPoint#EnedisUnavailable#Enedis could not be reached for point …",
    }
    assert failed["transitions"].sums == {"TakeCharge>ReadPoint": 1}
    assert set(restored) == {
        "outcome#RESTORED",
        "state#ReadPoint",
        "state#Restored",
        "wait#enedis",
        "wait#us",
        "transitions",
    }
    assert restored["state#ReadPoint"].sums == {"retries": 1, "failures": 2}
    assert restored["state#ReadPoint"].buckets == {bucket_of(120): 1}
    assert restored["outcome#RESTORED"].buckets == {bucket_of(250): 1}


def test_what_found_nothing_to_do_counts_as_an_outcome_alone() -> None:
    ended = Course.of(ARN, ends=[End(0, "SUCCEEDED", 100, 881, "JOINED")])
    assert tally_of(ended, 0).counts == {"outcome#JOINED": Count.once(781)}


@pytest.mark.parametrize(("redrives", "ended_at"), [(0, 170), (1, 250)])
def test_hour_is_that_of_the_end(redrives: int, ended_at: int) -> None:
    assert ended_at < 3_600_000
    assert hour_of(WHOLE, redrives) == datetime(1970, 1, 1, tzinfo=UTC)
