"""A campaign's name, its pace, and what its report says."""

from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest

from restoration.domain.campaign import (
    CampaignReport,
    CampaignRun,
    Concerned,
    Result,
    pause_for,
    result_of,
)
from restoration.domain.claim import Claim
from restoration.domain.limitation import LimitationStatus
from tests.fakes.claims import free, settled

NIGHT = datetime(2026, 10, 24, 23, 30, tzinfo=UTC)
"""1:30 in the morning of 25 October in Paris."""

BELOW = Concerned("LIM-1", "CON-1", "RAISE_FLOOR", "WINTER_FLOOR", Decimal(3), is_started=True)
WITH_VOUCHER = Concerned("LIM-2", "CON-2", "RESTORE", "ENERGY_VOUCHER_IN_TRUCE", is_started=True)


def test_runs_of_a_year_are_one_campaign_and_a_dry_run_is_none_of_them() -> None:
    assert CampaignRun(NIGHT).campaign_id == CampaignRun(NIGHT.replace(hour=3)).campaign_id == "campaign-2026"
    assert CampaignRun(NIGHT, is_dry=True).campaign_id == "dry-run-2026-10-25"
    assert CampaignRun(NIGHT).truce_begins == date(2026, 11, 1)


def test_everything_should_be_done_by_31_october_in_paris() -> None:
    run = CampaignRun(NIGHT)
    assert not run.is_overdue(datetime(2026, 10, 30, 22, tzinfo=UTC))
    assert run.is_overdue(datetime(2026, 10, 30, 23, 30, tzinfo=UTC))
    begun = (datetime(2026, 10, day, hour, 59, tzinfo=UTC) for day, hour in ((30, 11), (31, 10), (31, 11)))
    assert [CampaignRun(at).should_have_begun for at in begun] == [False, False, True], "from noon on, in Paris"


@pytest.mark.parametrize(("started", "quota", "seconds"), [(0, 1, 1), (1, 1, 4), (100, 1, 400), (3, 5, 3), (1, 50, 1)])
def test_a_run_pauses_for_as_long_as_the_quota_needs(started: int, quota: int, seconds: int) -> None:
    assert pause_for(started, quota) == seconds


def seen(status: str, kva: int, **changes: Any) -> Claim:
    return free(status=LimitationStatus(status), limited_power_kva=Decimal(kva), **changes)


@pytest.mark.parametrize(
    ("standing", "dead", "result"),
    [
        (seen("FLOOR_RAISED", 3), False, Result.RAISED),
        (seen("FLOOR_RAISED", 3, holder="arn:1"), False, Result.RAISED),
        (seen("FLOOR_RAISED", 2), False, Result.OPEN),
        (seen("CLOSED", 1), False, Result.RESTORED),
        (seen("CANCELLED", 1), False, Result.GONE),
        (seen("ENDED", 1), False, Result.GONE),
        (seen("LIMITED", 1, holder="arn:1"), False, Result.RUNNING),
        (seen("LIMITED", 1, holder="arn:1"), True, Result.FAILED),
        (seen("LIMITED", 1), False, Result.OPEN),
        (None, False, Result.OPEN),
    ],
)
def test_a_limitation_on_the_list_stands_as_the_register_says(
    standing: Claim | None, result: Result, *, dead: bool
) -> None:
    assert result_of(BELOW, standing, is_holder_dead=dead) is result


def test_a_floor_is_not_enough_where_full_power_is_owed() -> None:
    assert result_of(WITH_VOUCHER, seen("FLOOR_RAISED", 3), is_holder_dead=False) is Result.OPEN


def test_a_report_counts_everybody_once_and_names_who_needs_somebody() -> None:
    report = CampaignReport("campaign-2026")
    report.add(BELOW, Result.RAISED, None)
    left = seen("LIMITED", 1, settlement=settled("LEFT_TO_ADVISOR", reason="NEGATIVE_DEBT"))
    report.add(WITH_VOUCHER, Result.OPEN, left)
    report.add(Concerned("LIM-3", "CON-3", "RESTORE", "PERSONAL", kept_back="SHADOW"), Result.OPEN, None)
    report.add(Concerned("LIM-4", "CON-4", "RESTORE", "PERSONAL", is_started=True), Result.FAILED, None)
    assert report.to_json(1) == {
        "campaignId": "campaign-2026",
        "concerned": 4,
        "reasons": {"ENERGY_VOUCHER_IN_TRUCE": 1, "PERSONAL": 2, "WINTER_FLOOR": 1},
        "touched": 3,
        "raised": 1,
        "restored": 0,
        "gone": 0,
        "running": 0,
        "failed": 1,
        "open": 2,
        "cases": [
            {"limitationId": "LIM-2", "result": "open", "why": "NEGATIVE_DEBT"},
            {"limitationId": "LIM-3", "result": "open", "why": "SHADOW"},
            {"limitationId": "LIM-4", "result": "failed", "why": "NOT_STARTED"},
        ],
        "hoursAtQuota": 0.0,
    }
    assert (report.unprotected, report.is_done) == (3, True)


def test_a_report_names_a_hundred_and_says_how_many_hours_all_take() -> None:
    report = CampaignReport("campaign-2026")
    for _ in range(1800):
        report.add(BELOW, Result.OPEN, None)
    shown = report.to_json(1)
    assert (len(shown["cases"]), shown["hoursAtQuota"]) == (100, 2.0)
