"""A claim knows the payments that events announced, each with its furthest status."""

import pytest

from restoration.domain.payment import PaymentStatus
from tests.fakes.claims import held


def test_furthest_announced_status_of_a_payment_is_expected() -> None:
    announced = {
        "PaymentReceived|PAY-1:AUTHORISED",
        "PaymentReceived|PAY-1:CAPTURED",
        "PaymentReceived|PAY-2:RECEIVED",
        "PaymentCleared|PAY-2:PaymentCleared",
        "PaymentRejected|PAY-3:PaymentRejected",
    }
    claim = held(triggers=frozenset(announced))
    assert claim.expected_payments == {
        "PAY-1": PaymentStatus.CAPTURED,
        "PAY-2": PaymentStatus.CLEARED,
        "PAY-3": PaymentStatus.REJECTED,
    }


def test_payment_whose_id_holds_a_colon_is_expected_by_its_whole_id() -> None:
    assert held(triggers=frozenset({"PaymentReceived|BANK:7:SETTLED"})).expected_payments == {
        "BANK:7": PaymentStatus.SETTLED
    }


@pytest.mark.parametrize("kept", ["AdvisorDecided|LIM-1:2026-05-04T14:00:00+02:00", "PaymentReceived|PAY-1:LATER"])
def test_trigger_that_names_no_known_payment_is_not_expected(kept: str) -> None:
    assert held(triggers=frozenset({kept})).expected_payments == {}
