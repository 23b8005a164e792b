"""Stored times are UTC text that sorts as the moments do."""

from datetime import UTC, date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from restoration.clock import from_text, is_plausible, paris_date, to_text

ZONES = st.sampled_from([UTC, timezone(timedelta(hours=2)), timezone(timedelta(hours=-11, minutes=-30))])
MOMENTS = st.datetimes(datetime(1000, 1, 2), datetime(9999, 12, 30), timezones=ZONES)  # noqa: DTZ001 - a zone is added


@given(MOMENTS, MOMENTS)
def test_texts_sort_as_the_moments_do_to_the_millisecond(one: datetime, other: datetime) -> None:
    if abs(one - other) >= timedelta(milliseconds=1):
        assert (to_text(one) < to_text(other)) == (one < other)


@given(MOMENTS)
def test_a_moment_survives_its_text_to_the_millisecond(moment: datetime) -> None:
    read = from_text(to_text(moment))
    assert timedelta() <= moment - read < timedelta(milliseconds=1)
    assert to_text(read) == to_text(moment)


@pytest.mark.parametrize(
    ("moment", "day"),
    [
        (datetime(2026, 1, 15, 22, 59, tzinfo=UTC), date(2026, 1, 15)),
        (datetime(2026, 1, 15, 23, 0, tzinfo=UTC), date(2026, 1, 16)),
        (datetime(2026, 7, 15, 22, 0, tzinfo=UTC), date(2026, 7, 16)),
    ],
)
def test_a_day_begins_at_midnight_in_paris(moment: datetime, day: date) -> None:
    assert paris_date(moment) == day


def test_day_of_the_years_2000_to_2199_is_plausible() -> None:
    days = [date(1999, 12, 31), date(2000, 1, 1), date(2199, 12, 31), date(2200, 1, 1)]
    assert [is_plausible(day) for day in days] == [False, True, True, False]
