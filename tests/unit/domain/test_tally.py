"""Counts of executions: percentiles right within a bucket."""

from math import ceil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from record.domain.tally import WIDTH, Count, bucket_of, lower_bound, total
from tests.fakes.courses import durations


@given(durations)
def test_each_duration_is_within_the_bounds_of_its_bucket(milliseconds: int) -> None:
    bucket = bucket_of(milliseconds)
    assert lower_bound(bucket) <= milliseconds
    assert milliseconds < (1 if milliseconds == 0 else lower_bound(bucket + 1))


@given(st.lists(durations, min_size=100, max_size=200), st.sampled_from([0.5, 0.9, 0.95, 0.99, 1.0]))
def test_percentile_is_within_one_bucket_of_the_exact_one(taken: list[int], share: float) -> None:
    exact = sorted(taken)[ceil(share * len(taken)) - 1]
    found = total(Count.once(each) for each in taken).percentile(share)
    assert found is not None
    assert exact / WIDTH <= found <= max(exact, 1) * WIDTH


@pytest.mark.parametrize(("share", "needed"), [(0.5, 1), (0.9, 10), (0.95, 20), (0.99, 100), (1, 1)])
def test_fewer_than_it_needs_have_no_percentile(share: float, needed: int) -> None:
    """Of few it would be the longest: a p95 of three calls to Enedis was shown as one."""
    assert Count(buckets={5: needed - 1} if needed > 1 else {}).percentile(share) is None
    assert Count(buckets={5: needed}).percentile(share)
