"""A claim knows the payments that events announced, each with its furthest status."""

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import timedelta
from itertools import permutations

import pytest

from restoration.domain.claim import AdvisorWord
from restoration.domain.payment import PaymentStatus
from tests.cases import cases
from tests.fakes.claims import held, numbered
from tests.fakes.samples import NOON


def bank(result: str, day: int, payment_id: str = "PAY-1") -> str:
    return f"Payment{result}|{payment_id}@2026-05-{day:02}T08:00:00.000Z:Payment{result}"


def came(payment: str) -> str:
    return f"PaymentReceived|{payment}"


@cases(
    "facts, expected, returned",
    {
        "the furthest status of each": (
            [came("PAY-1:AUTHORISED"), came("PAY-1:CAPTURED"), came("PAY-2:RECEIVED"), bank("Cleared", 4, "PAY-2")],
            {"PAY-1": "CAPTURED", "PAY-2": "CLEARED"},
            set(),
        ),
        # Billing shows no return any more, and a look would wait for it in vain.
        "a payment that cleared when it was presented again": (
            [came("PAY-1:SETTLED"), bank("Rejected", 5), bank("Cleared", 6)], {"PAY-1": "CLEARED"}, set(),
        ),
        "one that came back once more": (
            [bank("Rejected", 5), bank("Cleared", 6), bank("Rejected", 7)], {"PAY-1": "REJECTED"}, {"PAY-1"},
        ),
        "one that billing took back, whatever the bank said": (
            [came("PAY-1:REVERSED"), bank("Cleared", 6)], {"PAY-1": "REVERSED"}, {"PAY-1"},
        ),
        "one whose id holds a colon, by its whole id": ([came("BANK:7:SETTLED")], {"BANK:7": "SETTLED"}, set()),
        "none of what names no known payment": (["AdvisorDecided|LIM-1:2026", came("PAY-1:LATER")], {}, set()),
    },
)  # fmt: skip
def test_payments_are_expected_in_whatever_order_their_news_come(
    facts: list[str], expected: Mapping[str, object], returned: Collection[str]
) -> None:
    for order in permutations(facts):
        claim = held(facts=numbered(*order))
        assert (claim.expected_payments, claim.returned_payments) == (expected, returned)


FACTS = {"PaymentReceived|PAY-1:CAPTURED": 1, "PaymentReceived|PAY-1:REVERSED": 2, "PaymentPlanBroken|P:x": 4}


@pytest.mark.parametrize(("seen", "lost"), [(1, True), (3, True), (4, False)])
def test_ground_is_lost_by_a_return_or_a_broken_plan_that_came_after_a_look(seen: int, *, lost: bool) -> None:
    assert held(facts=FACTS).has_lost_since(seen) is lost


@pytest.mark.parametrize(("decision", "forbids"), [("REFUSE", True), ("RESTORE", False), ("SEND_TECHNICIAN", False)])
def test_of_an_advisor_s_decisions_only_a_refusal_forbids_an_order(decision: str, *, forbids: bool) -> None:
    claim = held(word=AdvisorWord("LIM-1:first", decision, NOON, count=3))
    assert (claim.may_be_forbidden_since(2), claim.may_be_forbidden_since(3)) == (forbids, False)
    assert (claim.is_refused, held().is_refused) == (forbids, False)


def test_return_that_an_earlier_claim_knew_of_is_expected_as_long_as_billing_may_lag_behind() -> None:
    """A limitation that is opened again within that time would be restored on the payment that came back."""
    facts = ("PaymentReceived|PAY-1:CAPTURED", bank("Rejected", 6))
    claim = held(facts=numbered(*facts), seen=2, noted_at=dict.fromkeys(facts, NOON))
    assert claim.expected_payments == {}
    assert claim.stated_payments(NOON) == {"PAY-1": PaymentStatus.REJECTED}
    assert claim.stated_payments(NOON + timedelta(seconds=1)) == {}
    again = replace(claim, noted_at={**claim.noted_at, bank("Cleared", 7): NOON})
    assert again.stated_payments(NOON) == {}, "it was presented again"


def test_newest_fact_on_a_plan_aid_or_protection_is_expected_as_long_as_billing_may_lag_behind() -> None:
    facts = ("HousingAidFiled|A", "PaymentPlanAgreed|P", "PowerMissing|M", "PaymentPlanBroken|P", "ProtectionGranted|X")
    claim = held(facts=numbered(*facts), seen=1, noted_at=dict.fromkeys(facts, NOON))
    assert claim.announced_since(NOON) == {"plan": "PaymentPlanBroken", "protections": "ProtectionGranted"}
    assert claim.announced_since(NOON + timedelta(seconds=1)) == {}


def test_announcement_that_comes_after_its_payment_came_back_hides_no_return() -> None:
    """The earlier claim knew of the return, and a late report opened the limitation again."""
    returned, announced = bank("Rejected", 6), "PaymentReceived|PAY-1:CAPTURED"
    claim = held(facts={returned: 1, announced: 2}, seen=1, noted_at={returned: NOON, announced: NOON})
    assert claim.stated_payments(NOON) == {"PAY-1": PaymentStatus.REJECTED}
    much_later = NOON + timedelta(seconds=1)
    assert claim.stated_payments(much_later) == {"PAY-1": PaymentStatus.CAPTURED}, "billing shows the return by now"
