"""The bank calendar that payment.dmn computes in FEEL."""

from datetime import date, timedelta

import pytest

from tests.unit.decisions.deciding import model


@pytest.mark.parametrize(
    ("year", "easter"),
    [
        (2024, date(2024, 3, 31)),
        (2025, date(2025, 4, 20)),
        (2026, date(2026, 4, 5)),
        (2027, date(2027, 3, 28)),
        (2038, date(2038, 4, 25)),
        (2049, date(2049, 4, 18)),
        (2076, date(2076, 4, 19)),
    ],
)
def test_easter_falls_where_the_calendar_says(year: int, easter: date) -> None:
    assert model("paymentCertainty").evaluate("easterSunday", {"year": year}).value == easter


@pytest.mark.parametrize(
    ("start", "days", "expected"),
    [
        (date(2026, 5, 4), 0, date(2026, 5, 4)),
        (date(2026, 5, 4), 5, date(2026, 5, 11)),
        (date(2026, 5, 8), 1, date(2026, 5, 11)),  # 8 May is a French holiday, not one of banks; a Friday
        (date(2026, 4, 2), 1, date(2026, 4, 7)),  # Good Friday and Easter Monday
        (date(2026, 4, 30), 1, date(2026, 5, 4)),  # 1 May is a Friday
        (date(2026, 12, 24), 1, date(2026, 12, 28)),  # Christmas is a Friday, 26 December a Saturday
        (date(2025, 12, 24), 1, date(2025, 12, 29)),  # 25 and 26 December are closed, then a weekend
        (date(2026, 12, 31), 1, date(2027, 1, 4)),
        (date(2026, 12, 18), 10, date(2027, 1, 5)),
    ],
)
def test_bank_days_skip_weekends_and_bank_holidays(start: date, days: int, expected: date) -> None:
    found = model("paymentCertainty").evaluate("bankDayAfter", {"start": start, "bankDays": days}).value

    assert found == expected
    assert days == 0 or start + timedelta(days=days) <= found
