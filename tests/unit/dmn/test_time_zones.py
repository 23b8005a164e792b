"""The calendar beside that of Python, and durations over the hours when a zone changes its clocks."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from dmn import feel
from dmn.temporal.kinds import Date
from dmn.temporal.standard import from_python, to_python

SPRING = '@"2024-03-31T01:30:00@Europe/Berlin"'  # half an hour before 02:00 becomes 03:00
AUTUMN = '@"2024-10-27T01:30:00@Europe/Berlin"'  # an hour and a half before 03:00 becomes 02:00
BERLIN = ZoneInfo("Europe/Berlin")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f'string({SPRING} + @"PT1H")', "2024-03-31T03:30:00@Europe/Berlin"),
        (f'string({SPRING} + @"PT2H")', "2024-03-31T04:30:00@Europe/Berlin"),
        (f'string({SPRING} - @"PT1H")', "2024-03-31T00:30:00@Europe/Berlin"),
        (f'string(({SPRING} + @"PT2H") - {SPRING})', "PT2H"),
        (f'string(({SPRING} + @"P1D") - {SPRING})', "P1D"),
        (f'string({AUTUMN} + @"PT2H")', "2024-10-27T02:30:00@Europe/Berlin"),
        (f'string(({AUTUMN} + @"PT2H") - {AUTUMN})', "PT2H"),
        (f'string(({AUTUMN} + @"PT1H") - {AUTUMN})', "PT1H"),
        (f'string({AUTUMN} + @"PT3H")', "2024-10-27T03:30:00@Europe/Berlin"),
        ('string(@"2024-02-29T02:30:00@Europe/Berlin" + @"P1M")', "2024-03-29T02:30:00@Europe/Berlin"),
        ('string(@"2024-02-29T02:30:00@Europe/Berlin" + @"P1M" + @"P2D")', "2024-03-31T03:30:00@Europe/Berlin"),
        ('string(@"2023-03-31T02:30:00@Europe/Berlin" + @"P1Y")', "2024-03-31T03:30:00@Europe/Berlin"),
        ('string(@"2024-03-31T01:30:00+01:00" + @"PT1H")', "2024-03-31T02:30:00+01:00"),
        ('string(@"2024-03-31T01:30:00" + @"PT1H")', "2024-03-31T02:30:00"),
    ],
)
def test_time_passes_at_one_speed_whatever_the_clocks_show(text: str, expected: str) -> None:
    assert feel.evaluate(text).value == expected


def test_the_hour_that_is_shown_twice_is_the_second_one_in_python_too() -> None:
    first = feel.evaluate(f'{AUTUMN} + @"PT1H"').value
    second = feel.evaluate(f'{AUTUMN} + @"PT2H"').value
    assert (first.fold, second.fold) == (0, 1)
    assert (first.utcoffset(), second.utcoffset()) == (dt.timedelta(hours=2), dt.timedelta(hours=1))
    given = {
        "a": dt.datetime(2024, 10, 27, 2, 30, tzinfo=BERLIN),
        "b": dt.datetime(2024, 10, 27, 2, 30, tzinfo=BERLIN, fold=1),
    }
    assert feel.evaluate("b - a", given).value == dt.timedelta(hours=1)
    assert feel.evaluate("b", given).value.fold == 1


def test_an_instant_is_shown_in_another_zone_with_the_right_one_of_two_hours() -> None:
    moments = [f'date and time(@"2024-10-27T0{hour}:30:00Z", "Europe/Berlin")' for hour in (0, 1)]
    assert feel.evaluate(f"{moments[1]} - {moments[0]}").value == dt.timedelta(hours=1)


def test_calendar_is_that_of_python() -> None:
    for number in range(1, dt.date.max.toordinal(), 997):
        day = dt.date.fromordinal(number)
        date = Date(day.year, day.month, day.day)
        assert date.epoch_day == (day - dt.date(1970, 1, 1)).days
        assert Date.of_epoch_day(date.epoch_day) == date
        assert (date.weekday, str(date)) == (day.isoweekday(), day.isoformat())
        assert feel.evaluate("week of year(d)", {"d": day}).value == day.isocalendar().week
        assert feel.evaluate("day of year(d)", {"d": day}).value == day.timetuple().tm_yday
        assert to_python(from_python(day)) == day


@pytest.mark.parametrize(
    "given",
    [
        dt.datetime(2024, 7, 1, 10, 20, 30, 123456, tzinfo=BERLIN),
        dt.datetime(2024, 7, 1, 23, 59, 59, tzinfo=dt.timezone(dt.timedelta(hours=-3, minutes=-30))),
        dt.datetime(1, 1, 1, 0, 0, 1),  # noqa: DTZ001 - a local one is a value of FEEL
        dt.time(10, 20, 30, 5, tzinfo=dt.UTC),
        dt.time(0, 0, 59),
        dt.timedelta(days=-3, hours=5, microseconds=7),
        dt.timedelta(days=400),
    ],
    ids=str,
)
def test_a_value_of_python_comes_back_as_it_went_in(given: dt.datetime | dt.time | dt.timedelta) -> None:
    found = feel.evaluate("given", {"given": given}).value
    assert found == given
    assert getattr(found, "tzinfo", None) == getattr(given, "tzinfo", None)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('@"9999-12-31"', dt.date(9999, 12, 31)),
        ('@"10000-01-01"', "10000-01-01"),
        ('@"0001-01-01"', dt.date(1, 1, 1)),
        ('@"P999999998DT23H"', dt.timedelta(days=999_999_998, hours=23)),
        ('@"P999999999D"', "P999999999D"),
        ('@"0000-12-31"', "0000-12-31"),
        ('@"10:00:00.000000001"', "10:00:00.000000001"),
        ('@"PT0.000001S"', dt.timedelta(microseconds=1)),
        ('@"PT0.0000001S"', "PT0.0000001S"),
        ('@"P1Y2M"', "P1Y2M"),
    ],
)
def test_what_python_cannot_hold_stays_a_value_of_feel(text: str, expected: object) -> None:
    found = feel.evaluate(text).value
    assert (str(found) if isinstance(expected, str) else found) == expected
