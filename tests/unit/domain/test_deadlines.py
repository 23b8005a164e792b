"""The deadlines of restorations: elapsed hours for remote ones, French working days for technicians."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta, tzinfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from restoration.clock import PARIS
from restoration.domain.deadlines import add_working_days, due_at, is_public_holiday, is_working_day, notice_due_on
from restoration.domain.order import Intent

DAY = timedelta(hours=24)


def due(intent: Intent, accepted_at: datetime, days: int = 2) -> datetime:
    return due_at(intent, accepted_at, remote=DAY, technician_days=days)


@pytest.mark.parametrize(
    ("day", "departments", "is_holiday"),
    [
        (date(2026, 4, 6), (None, "67", "2A"), True),  # Easter Monday
        (date(2027, 3, 29), (None,), True),  # that of another year
        (date(2026, 5, 14), (None,), True),  # Ascension
        (date(2026, 4, 3), ("57", "67", "68"), True),  # Good Friday in Alsace-Moselle
        (date(2026, 12, 26), ("57", "67", "68"), True),
        (date(2026, 4, 3), (None, "54", "88", "90", "2A", "975"), False),
        (date(2026, 12, 26), (None, "54"), False),
        (date(2026, 7, 4), (None,), False),  # one elsewhere
        (date(2026, 4, 2), ("67",), False),
    ],
)
def test_public_holidays_are_those_of_the_department(
    day: date, departments: Sequence[str | None], *, is_holiday: bool
) -> None:
    assert {is_public_holiday(day, department) for department in departments} == {is_holiday}


def test_technician_in_alsace_moselle_has_the_days_that_are_worked_there() -> None:
    """Good Friday, a weekend and Easter Monday follow."""
    thursday = datetime(2026, 4, 2, 9, 0, tzinfo=UTC)
    last = due_at(Intent.RESTORE_BY_TECHNICIAN, thursday, "67", remote=DAY, technician_days=1)
    assert last == datetime(2026, 4, 7, 19, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("day", "count", "expected"),
    [
        (date(2026, 5, 8), 1, date(2026, 5, 11)),  # a holiday on a Friday
        (date(2026, 5, 9), 1, date(2026, 5, 11)),  # from a Saturday
        (date(2026, 12, 24), 2, date(2026, 12, 29)),
        (date(2026, 12, 31), 1, date(2027, 1, 4)),  # over the end of the year
        (date(2026, 5, 4), 0, date(2026, 5, 4)),
    ],
)
def test_working_days_are_counted_over_weekends_and_holidays(day: date, count: int, expected: date) -> None:
    assert add_working_days(day, count) == expected


@given(st.dates(date(2020, 1, 1), date(2035, 12, 31)), st.integers(1, 15))
def test_a_working_day_counted_is_a_working_day_with_just_so_many_up_to_it(day: date, count: int) -> None:
    last = add_working_days(day, count)
    between = [day + timedelta(days=step) for step in range(1, (last - day).days + 1)]
    assert is_working_day(last)
    assert sum(is_working_day(each) for each in between) == count


@pytest.mark.parametrize(
    ("accepted", "evening_utc"),
    [
        (datetime(2026, 4, 3, 16, 0, tzinfo=UTC), datetime(2026, 4, 7, 19, 0, tzinfo=UTC)),  # Easter Monday follows
        (datetime(2026, 5, 3, 22, 30, tzinfo=UTC), datetime(2026, 5, 5, 19, 0, tzinfo=UTC)),  # Monday 0:30 in Paris
        (datetime(2026, 3, 27, 9, 0, tzinfo=UTC), datetime(2026, 3, 30, 19, 0, tzinfo=UTC)),  # summer time begins
        (datetime(2026, 10, 23, 9, 0, tzinfo=UTC), datetime(2026, 10, 26, 20, 0, tzinfo=UTC)),  # and ends
    ],
)
def test_a_technician_comes_by_the_evening_of_the_last_working_day(accepted: datetime, evening_utc: datetime) -> None:
    assert due(Intent.RESTORE_BY_TECHNICIAN, accepted, 1) == evening_utc


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC)),  # noqa: DTZ001
    st.sampled_from([UTC, PARIS]),
    st.integers(1, 200),
)
@example(datetime(2026, 3, 28, 12, 0, tzinfo=UTC), PARIS, 24)
def test_elapsed_hours_pass_alike_on_any_day_of_the_year(accepted: datetime, told_in: tzinfo, hours: int) -> None:
    remote = timedelta(hours=hours)
    for intent in (Intent.RESTORE_REMOTELY, Intent.RAISE_FLOOR, Intent.CANCEL_LIMITATION):
        assert due_at(intent, accepted.astimezone(told_in), remote=remote, technician_days=1) == accepted + remote


@pytest.mark.parametrize(
    ("since", "due"),
    [
        (datetime(2026, 5, 4, 8, tzinfo=UTC), date(2026, 5, 11)),  # five days end on a Saturday
        (datetime(2026, 5, 6, 8, tzinfo=UTC), date(2026, 5, 12)),  # on a Monday
        (datetime(2026, 5, 3, 8, tzinfo=UTC), date(2026, 5, 11)),  # on a Friday, which is a holiday
        (datetime(2026, 5, 4, 22, 30, tzinfo=UTC), date(2026, 5, 11)),  # 5 May in Paris: five days end on Sunday
        (datetime(2026, 12, 19, 8, tzinfo=UTC), date(2026, 12, 28)),  # 24 December, then Christmas and a weekend
    ],
)
def test_social_services_are_told_on_the_first_working_day_after_five_days(since: datetime, due: date) -> None:
    assert notice_due_on(since) == due
