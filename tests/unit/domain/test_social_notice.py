"""The day on which the social services have to hear about a reduction."""

from datetime import UTC, date, datetime

import pytest

from restoration.domain.social_notice import notice_due_on


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
