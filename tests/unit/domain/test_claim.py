"""A claim knows the payments that events announced, each with its furthest status."""

from dataclasses import replace
from datetime import timedelta
from itertools import permutations

import pytest

from restoration.domain.claim import AdvisorWord
from restoration.domain.payment import PaymentStatus
from tests.fakes.claims import held, numbered
from tests.fakes.samples import NOON


def test_furthest_announced_status_of_a_payment_is_expected() -> None:
    announced = {
        "PaymentReceived|PAY-1:AUTHORISED",
        "PaymentReceived|PAY-1:CAPTURED",
        "PaymentReceived|PAY-2:RECEIVED",
        "PaymentCleared|PAY-2@2026-05-04T10:00:00.000Z:PaymentCleared",
        "PaymentRejected|PAY-3@2026-05-04T10:00:00.000Z:PaymentRejected",
    }
    claim = held(facts=numbered(*announced))
    assert claim.expected_payments == {
        "PAY-1": PaymentStatus.CAPTURED,
        "PAY-2": PaymentStatus.CLEARED,
        "PAY-3": PaymentStatus.REJECTED,
    }


def bank(result: str, day: int) -> str:
    return f"Payment{result}|PAY-1@2026-05-{day:02}T08:00:00.000Z:Payment{result}"


@pytest.mark.parametrize("results", list(permutations([bank("Rejected", 5), bank("Cleared", 6)])))
def test_payment_that_cleared_when_it_was_presented_again_has_not_come_back(results: tuple[str, ...]) -> None:
    """In whatever order the two come. Billing shows no return any more, and a look would wait for it in vain."""
    claim = held(facts=numbered("PaymentReceived|PAY-1:SETTLED", *results))
    assert (claim.expected_payments, claim.returned_payments) == ({"PAY-1": PaymentStatus.CLEARED}, frozenset())


@pytest.mark.parametrize("results", list(permutations([bank("Rejected", 5), bank("Cleared", 6), bank("Rejected", 7)])))
def test_payment_that_came_back_once_more_has_come_back(results: tuple[str, ...]) -> None:
    claim = held(facts=numbered(*results))
    assert (claim.expected_payments, claim.returned_payments) == (
        {"PAY-1": PaymentStatus.REJECTED},
        frozenset({"PAY-1"}),
    )


def test_payment_that_billing_says_was_taken_back_stays_so_whatever_the_bank_said() -> None:
    claim = held(facts=numbered("PaymentReceived|PAY-1:REVERSED", bank("Cleared", 6)))
    assert claim.returned_payments == frozenset({"PAY-1"})


FACTS = {"PaymentReceived|PAY-1:CAPTURED": 1, "PaymentReceived|PAY-1:REVERSED": 2, "PaymentPlanBroken|P:x": 4}


@pytest.mark.parametrize(("seen", "lost"), [(1, True), (3, True), (4, False)])
def test_ground_is_lost_by_a_return_or_a_broken_plan_that_came_after_a_look(seen: int, *, lost: bool) -> None:
    assert held(facts=FACTS).has_lost_since(seen) is lost


@pytest.mark.parametrize(("decision", "forbids"), [("REFUSE", True), ("RESTORE", False), ("SEND_TECHNICIAN", False)])
def test_of_an_advisor_s_decisions_only_a_refusal_forbids_an_order(decision: str, *, forbids: bool) -> None:
    claim = held(word=AdvisorWord("LIM-1:first", decision, NOON, count=3))
    assert (claim.may_be_forbidden_since(2), claim.may_be_forbidden_since(3)) == (forbids, False)
    assert (claim.is_refused, held().is_refused) == (forbids, False)


def test_fact_was_seen_by_the_look_that_knew_as_many() -> None:
    claim = held(facts=FACTS, seen=1)
    assert [claim.has_seen(fact) for fact in (*FACTS, "PaymentReceived|PAY-9:CAPTURED")] == [True, False, False, False]


def test_payment_whose_id_holds_a_colon_is_expected_by_its_whole_id() -> None:
    assert held(facts=numbered("PaymentReceived|BANK:7:SETTLED")).expected_payments == {"BANK:7": PaymentStatus.SETTLED}


@pytest.mark.parametrize("kept", ["AdvisorDecided|LIM-1:2026-05-04T14:00:00+02:00", "PaymentReceived|PAY-1:LATER"])
def test_trigger_that_names_no_known_payment_is_not_expected(kept: str) -> None:
    assert held(facts=numbered(kept)).expected_payments == {}


def test_return_that_an_earlier_claim_knew_of_is_expected_as_long_as_billing_may_lag_behind() -> None:
    """A limitation that is opened again within that time would be restored on the payment that came back."""
    facts = ("PaymentReceived|PAY-1:CAPTURED", bank("Rejected", 6))
    claim = held(facts=numbered(*facts), seen=2, noted_at=dict.fromkeys(facts, NOON))
    assert claim.expected_payments == {}
    assert claim.stated_payments(NOON) == {"PAY-1": PaymentStatus.REJECTED}
    assert claim.stated_payments(NOON + timedelta(seconds=1)) == {}
    again = replace(claim, noted_at={**claim.noted_at, bank("Cleared", 7): NOON})
    assert again.stated_payments(NOON) == {}, "it was presented again"


def test_announcement_that_comes_after_its_payment_came_back_hides_no_return() -> None:
    """The earlier claim knew of the return, and a late report opened the limitation again."""
    returned, announced = bank("Rejected", 6), "PaymentReceived|PAY-1:CAPTURED"
    claim = held(facts={returned: 1, announced: 2}, seen=1, noted_at={returned: NOON, announced: NOON})
    assert claim.stated_payments(NOON) == {"PAY-1": PaymentStatus.REJECTED}
    much_later = NOON + timedelta(seconds=1)
    assert claim.stated_payments(much_later) == {"PAY-1": PaymentStatus.CAPTURED}, "billing shows the return by now"
