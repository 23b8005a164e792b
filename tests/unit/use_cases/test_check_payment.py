"""A check waits, within bounds, for the payments that billing's events announced; then the rules decide."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import pytest

from restoration.contracts.billing import BillingSituation
from restoration.domain.payment import PaymentStatus
from restoration.errors import PaymentNotShown
from restoration.use_cases.check_payment import PaymentCheck
from tests.fakes.samples import NOON
from tests.fakes.situations import SITUATION, situation

QUARTER_OF_AN_HOUR = timedelta(minutes=15)
CAPTURED = {"PAY-1": PaymentStatus.CAPTURED}


def shows(**payments: str) -> BillingSituation:
    """Billing's response, with payments and their statuses."""
    usual = SITUATION["payments"][0]
    listed = [{**usual, "paymentId": name.replace("_", "-"), "status": status} for name, status in payments.items()]
    return situation(payments=listed)


@dataclass
class World:
    """Billing's read side, which lags behind its events, and the kept facts."""

    situation_now: BillingSituation = field(default_factory=shows)
    now: datetime = NOON
    kept: dict[str, Mapping[str, Any]] = field(default_factory=dict)

    def situation(self, contract_id: str, limitation_id: str) -> BillingSituation:
        assert (contract_id, limitation_id) == ("CON-1", "LIM-1")
        return self.situation_now

    def keep(self, situation_id: str, facts: Mapping[str, Any]) -> None:
        self.kept[situation_id] = facts

    def check(self, expected: Mapping[str, PaymentStatus], **announced: str) -> BillingSituation:
        check = PaymentCheck(self, self.keep, lambda: self.now, QUARTER_OF_AN_HOUR)
        return check.check("LIM-1", "CON-1", expected, announced, NOON, "look-1")


def test_payment_that_billing_does_not_show_yet_is_waited_for_for_a_quarter_of_an_hour() -> None:
    world = World()
    while world.now < NOON + QUARTER_OF_AN_HOUR:
        with pytest.raises(PaymentNotShown, match="PAY-1 CAPTURED"):
            world.check(CAPTURED)
        assert world.kept == {}, "the look will be repeated"
        world.now += timedelta(minutes=1)
    world.check(CAPTURED)
    assert set(world.kept) == {"look-1"}, "after that the rules decide: a payment for another debt never shows"


@pytest.mark.parametrize(
    ("announced", "shown", "enough"),
    [
        ("CAPTURED", "CAPTURED", True),
        ("CAPTURED", "SETTLED", True),
        ("CAPTURED", "REJECTED", True),
        ("SETTLED", "CAPTURED", False),
        ("CLEARED", "SETTLED", False),
        ("CLEARED", "REJECTED", False),
        ("REJECTED", "SETTLED", False),
        ("CAPTURED", "ON_HOLD", True),
    ],
)
def test_payment_is_shown_when_it_has_come_as_far_as_its_event_said(
    announced: str, shown: str, *, enough: bool
) -> None:
    world = World(shows(PAY_1=shown))
    expected = {"PAY-1": PaymentStatus(announced)}
    if enough:
        world.check(expected)
    else:
        with pytest.raises(PaymentNotShown, match=announced):
            world.check(expected)


def test_one_payment_that_is_not_shown_is_waited_for_although_another_is() -> None:
    world = World(shows(PAY_1="CAPTURED"))
    with pytest.raises(PaymentNotShown) as caught:
        world.check({**CAPTURED, "PAY-2": PaymentStatus.RECEIVED})
    assert "PAY-2 RECEIVED" in str(caught.value)
    assert "PAY-1" not in str(caught.value)


@pytest.mark.parametrize(
    ("event", "of", "before", "after"),
    [
        ("PaymentPlanAgreed", "plan", {"state": "PROPOSED"}, {"state": "ACTIVE"}),
        ("PaymentPlanBroken", "plan", {"state": "ACTIVE"}, {"state": "BROKEN"}),
        ("HousingAidFiled", "housingAid", {"state": "NONE"}, {"state": "GRANTED"}),
        ("HousingAidGranted", "housingAid", {"state": "FILED"}, {"state": "GRANTED"}),
        ("HousingAidRefused", "housingAid", {"state": "GRANTED"}, {"state": "REFUSED"}),
        ("ProtectionGranted", "protections", {"medical": False}, {"medical": True}),
    ],
)
def test_plan_aid_or_protection_is_waited_for_as_a_payment_is(
    event: str, of: str, before: Mapping[str, Any], after: Mapping[str, Any]
) -> None:
    """Else a protected customer is told what they owe, and stays limited until the night."""
    lags, shows = (situation(**{of: SITUATION[of] | state}) for state in (before, after))
    with pytest.raises(PaymentNotShown, match=f"{of} {event}"):
        World(lags).check({}, **{of: event})
    World(shows).check({}, **{of: event})
    World(lags, NOON + QUARTER_OF_AN_HOUR).check({}, **{of: event})
