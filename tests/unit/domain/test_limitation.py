"""Names and inputs of executions, and limitations that news changes."""

import json
import re
from dataclasses import replace
from datetime import datetime, timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from restoration.domain.limitation import (
    Limitation,
    LimitationStatus,
    LimitedPoint,
    Trigger,
    execution_input,
    execution_name,
)
from tests.fakes.samples import NOON, POINT

LIMITATION_IDS = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9_-]{0,39}", fullmatch=True)


def limitation(status: LimitationStatus, at: datetime = NOON) -> Limitation:
    return Limitation("LIM-1", "CON-1", POINT, "CUS-1", status, at, Decimal("100.00"), Decimal(1), Decimal(6), at)


@given(LIMITATION_IDS, st.text(min_size=1, max_size=300))
def test_an_execution_name_is_one_that_step_functions_takes_and_begins_with_the_limitation(
    limitation_id: str, fact: str
) -> None:
    name = execution_name(limitation_id, fact)
    assert re.fullmatch(r"[A-Za-z0-9_-]{1,80}", name)
    assert name.startswith(f"{limitation_id}-"), "so that operators find it"


def test_an_execution_name_never_changes_between_releases() -> None:
    fact = Trigger("PaymentReceived", "PAY-1", NOON, "EVENT-1").fact
    assert execution_name("LIM-1", fact) == "LIM-1-f9375a3666e9d24b9d32e2d0a491d1b3"


def test_an_execution_s_input_holds_ids_only() -> None:
    input_ = execution_input(
        LimitedPoint("LIM-1", POINT, "CON-1"), Trigger("PaymentReceived", "PAY-1", NOON, "EVENT-1")
    )
    assert json.loads(json.dumps(input_)) == {
        "limitationId": "LIM-1",
        "pointId": POINT,
        "contractId": "CON-1",
        "trigger": {"type": "PaymentReceived", "id": "PAY-1", "at": "2026-05-04T12:00:00+00:00", "eventId": "EVENT-1"},
    }


def test_a_requested_limitation_becomes_limited_with_the_power_that_enedis_left_and_the_debt_of_then() -> None:
    report = replace(
        limitation(LimitationStatus.LIMITED, NOON + timedelta(days=1)), limited_power_kva=Decimal(2), debt=Decimal(1)
    )
    reported = limitation(LimitationStatus.REQUESTED).reported(report)
    assert (reported.status, reported.limited_power_kva) == (LimitationStatus.LIMITED, Decimal(2))
    late = limitation(LimitationStatus.REQUESTED)
    assert (reported.debt, reported.reported(late).debt) == (Decimal(1), Decimal(1)), "in whatever order they come"


def raised_to_3_kva(at: datetime | None) -> Limitation:
    return replace(limitation(LimitationStatus.FLOOR_RAISED), limited_power_kva=Decimal(3), floor_raised_at=at)


@pytest.mark.parametrize("hours", [-24, 0, 1, 1.9])
def test_a_raised_floor_is_not_lowered_by_a_report_from_before_the_raise(hours: float) -> None:
    raised = raised_to_3_kva(NOON + timedelta(hours=2))
    assert raised.reported(limitation(LimitationStatus.LIMITED, NOON + timedelta(hours=hours))) == raised


@pytest.mark.parametrize("raised_at", [NOON + timedelta(hours=2), None])
@pytest.mark.parametrize("news", [LimitationStatus.REQUESTED, LimitationStatus.LIMITED])
def test_a_new_limitation_after_a_raise_is_believed_and_checked(
    news: LimitationStatus, raised_at: datetime | None
) -> None:
    spring = limitation(news, NOON + timedelta(days=330))
    believed = raised_to_3_kva(raised_at).reported(spring)
    assert believed == spring, "1 kVA again, registered again: next winter's floor is not reached"
    assert believed.reported(spring) == believed, "the repeated event changes nothing"


def test_power_is_limited_since_the_first_report_that_it_was_carried_out() -> None:
    first, again = NOON + timedelta(hours=1), NOON + timedelta(hours=2)
    requested = limitation(LimitationStatus.REQUESTED)
    limited = requested.reported(replace(limitation(LimitationStatus.LIMITED, first), limited_since=first))
    assert limited.limited_since == first
    repeated = limited.reported(replace(limitation(LimitationStatus.LIMITED, again), limited_since=again))
    assert repeated.limited_since == first
    assert repeated.reported(limitation(LimitationStatus.REQUESTED, NOON + timedelta(days=1))).limited_since is None


@pytest.mark.parametrize(("minutes", "is_open"), [(-5, False), (-4, True), (1, True), (60, True)])
@pytest.mark.parametrize("news", [LimitationStatus.REQUESTED, LimitationStatus.LIMITED])
def test_limitation_that_is_reported_from_about_the_read_that_closed_it_is_open_again_and_checked(
    news: LimitationStatus, minutes: int, *, is_open: bool
) -> None:
    """A paid customer whom Enedis limits after all must not stay limited. Billing's clock may be behind ours."""
    closed = replace(limitation(LimitationStatus.CLOSED), closed_at=NOON + timedelta(hours=2))
    again = limitation(news, NOON + timedelta(hours=2, minutes=minutes))
    assert closed.reported(again) == (again if is_open else closed)


def test_limitation_of_an_ended_contract_is_not_opened_again() -> None:
    ended = limitation(LimitationStatus.ENDED)
    assert ended.reported(limitation(LimitationStatus.LIMITED, NOON + timedelta(days=9))) == ended
