"""The simulated books: what follows from events, however they arrive."""

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from itertools import permutations

import pytest

from local.partners.billing.bookkeeping import Books
from local.partners.billing.ledger import situation_of
from restoration.clock import paris_date
from tests.fakes.samples import entry

NOON = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)


def at(minute: int) -> str:
    return datetime(2026, 5, 4, 9, minute, tzinfo=UTC).isoformat()


def limited(limitation: str = "LIM-1", debt: str = "100.00", minute: int = 0) -> dict[str, object]:
    return entry("PowerLimitationRequested", limitationId=limitation, at=at(minute), debt=debt)


def paid(payment: str, amount: str, minute: int, status: str = "RECEIVED", **changes: object) -> dict[str, object]:
    shares = [{"contractId": "CON-1", "amount": amount}]
    usual = {"paymentId": payment, "at": at(minute), "means": "CHEQUE", "status": status, "allocations": shares}
    return entry("PaymentReceived", **(usual | changes))


def booked(*events: dict[str, object]) -> Books:
    books = Books()
    for event in events:
        books.record(event)
    return books


def parts(books: Books, limitation: str) -> dict[str, Decimal]:
    return {pay.payment_id: part for pay, part in books.contracts["CON-1"].payments_towards(limitation)}


def test_events_in_any_order_end_in_the_same_books() -> None:
    events = [
        limited(),
        paid("PAY-1", "60.00", 1),
        entry("PaymentCleared", paymentId="PAY-1", contractIds=["CON-1"], at=at(5)),
        entry("PaymentRejected", paymentId="PAY-1", contractIds=["CON-1"], at=at(9)),
    ]
    for order in permutations(events):
        books = Books()
        for event in order:
            assert books.record(event)
        assert books.contracts["CON-1"].payments["PAY-1"].status == "REJECTED"


def test_payments_fill_the_oldest_debt_first_and_a_returned_one_fills_nothing() -> None:
    books = booked(
        limited("LIM-1", "100.00", 0),
        limited("LIM-2", "50.00", 30),
        paid("PAY-1", "80.00", 1, status="REJECTED"),
        paid("PAY-2", "120.00", 2),
        paid("PAY-3", "70.00", 3),
    )

    assert parts(books, "LIM-1") == {"PAY-1": Decimal("80.00"), "PAY-2": Decimal("100.00")}
    assert parts(books, "LIM-2") == {"PAY-2": Decimal("20.00"), "PAY-3": Decimal("70.00")}, "the excess stays visible"


def test_a_cancelled_limitation_takes_no_payment_from_the_next() -> None:
    books = booked(
        limited("LIM-1", "100.00", 0),
        entry("PowerLimitationCancelled", limitationId="LIM-1", contractId="CON-1", at=at(1)),
        limited("LIM-2", "100.00", 2),
        paid("PAY-1", "100.00", 3),
    )

    assert parts(books, "LIM-2") == {"PAY-1": Decimal("100.00")}


def test_the_debt_is_the_one_of_the_request_even_when_fees_were_added_by_the_time_of_execution() -> None:
    later = limited("LIM-1", "130.00", 10) | {"DetailType": "PowerLimited"}
    for order in ([limited(), later], [later, limited()]):
        books = booked(*order)
        assert books.contracts["CON-1"].limitations["LIM-1"].debt == Decimal("100.00")


@pytest.mark.parametrize(
    "bad",
    [
        {"Source": "billing", "DetailType": "PaymentReceived", "Detail": "{not json"},
        entry("ContractEnded") | {"DetailType": "SomethingElse"},
        entry("ContractEnded", contractId="CON-1", at=at(0)) | {"Source": "advisors"},
        limited() | {"Detail": json.dumps({"limitationId": "LIM-1", "pointId": "123"})},
    ],
)
def test_what_billing_would_never_send_is_not_booked(bad: dict[str, object]) -> None:
    books = Books()

    assert not books.record(bad)
    assert not books.contracts


def on(day: int) -> str:
    return datetime(2026, 5, day, 9, tzinfo=UTC).isoformat()


@pytest.mark.parametrize("means", ["CHEQUE", "DIRECT_DEBIT", "CHEQUE of a relative"])
def test_later_stages_of_a_payment_leave_its_dates_as_they_were(means: str) -> None:
    """Returns are counted from the first settlement, and an older payment is no instalment of a new plan."""
    said = {"means": "THIRD_PARTY", "thirdPartyMeans": "CHEQUE"} if "relative" in means else {"means": means}
    stages = [
        paid("PAY-1", "60.00", 0, "RECEIVED", **said, at=on(4)),
        paid("PAY-1", "60.00", 0, "SETTLED", **said, at=on(6)),
        paid("PAY-1", "60.00", 0, "MATCHED", **said, at=on(11)),
    ]
    for order in permutations(stages):
        books = booked(limited(), *order)
        payment = books.contracts["CON-1"].payments["PAY-1"]
        assert (paris_date(payment.received_at).day, payment.status) == (4, "MATCHED")
        assert payment.settled_on == date(2026, 5, 6)
        assert payment.presented_on == (None if means == "DIRECT_DEBIT" else date(2026, 5, 6))


@pytest.mark.parametrize(("set_by_hand", "stated"), [(0, 1), (2, 3), (None, None)])
def test_payment_that_came_back_is_a_return_of_the_last_twelve_months(
    set_by_hand: int | None, stated: int | None
) -> None:
    books = booked(
        limited(),
        paid("PAY-1", "60.00", 1),
        paid("PAY-2", "40.00", 2),
        entry("PaymentRejected", paymentId="PAY-1", contractIds=["CON-1"], at=at(9)),
    )
    contract = books.contracts["CON-1"]
    contract.returns_12m = set_by_hand
    assert situation_of(contract, contract.limitations["LIM-1"], date(2026, 5, 4), NOON)["returns12m"] == stated
