"""Moments as one types them."""

from datetime import UTC, datetime, timedelta

import pytest

from ops.failures import WrongRequest
from ops.moments import age, moment_before
from restoration.clock import PARIS

NOW = datetime(2026, 11, 26, 8, 0, tzinfo=UTC)  # 9 o'clock in Paris


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("90m", NOW - timedelta(minutes=90)),
        ("3d", NOW - timedelta(days=3)),
        ("08:30", datetime(2026, 11, 26, 8, 30, tzinfo=PARIS)),
        ("09:00", datetime(2026, 11, 26, 9, 0, tzinfo=PARIS)),
        ("09:30", datetime(2026, 11, 25, 9, 30, tzinfo=PARIS)),
        ("2026-11-26T08:30", datetime(2026, 11, 26, 8, 30, tzinfo=PARIS)),
        ("2026-11-26T07:30:00Z", datetime(2026, 11, 26, 7, 30, tzinfo=UTC)),
        ("2026-11-27", NOW),
    ],
)
def test_moment_is_before_now(text: str, expected: datetime) -> None:
    assert moment_before(text, NOW) == expected


@pytest.mark.parametrize("text", ["yesterday", "25:00", "-2h", "", "999999d", "2026-11-27T09:01"])
def test_other_words_and_moments_to_come_are_refused_with_what_to_write(text: str) -> None:
    with pytest.raises(WrongRequest, match=r"write (90m|a moment that has been)"):
        moment_before(text, NOW)


def test_moment_of_a_clock_that_is_ahead_is_of_now() -> None:
    assert age(NOW + timedelta(seconds=2), NOW).startswith("0")
