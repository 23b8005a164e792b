"""Durations over the hours when a zone changes its clocks."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from dmn import feel

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
