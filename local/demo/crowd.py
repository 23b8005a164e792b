"""The crowd: payments of customers who are not limited, and events that break their contract among them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from random import Random

from local.customers import Customer, Entry, entry, fields_of, payment_fields

SEED = 20260504
BEGIN = datetime(2026, 5, 4, 6, 0, tzinfo=UTC)

_MEANS = (("DIRECT_DEBIT", "SETTLED"), ("CARD", "CAPTURED"), ("TRANSFER", "MATCHED"), ("CHEQUE", "RECEIVED"))
_SHARES = (70, 18, 9, 3)  # per cent: most payments are direct debits


@dataclass(frozen=True, slots=True)
class BadEvent:
    """An event that is to be put aside: in which queue, and what the reason says (nothing for an unknown type)."""

    title: str
    entry: Entry
    queue: str
    reason: str


def crowd(size: int) -> Iterator[Entry]:
    """That many payments of customers who are not limited, always the same ones."""
    chance = Random(SEED)  # noqa: S311 - repeatable chance is wanted here, not secrecy
    for number in range(1, size + 1):
        means, status = chance.choices(_MEANS, _SHARES)[0]
        amount = round(chance.uniform(15, 280), 2)
        yield entry("PaymentReceived", payment(number, means, status, amount))


def payment(number: int, means: str, status: str, amount: float) -> dict[str, object]:
    """The detail of a payment of one of the crowd, in euro."""
    name = f"9{number:05}"
    payer = Customer(f"LIM-{name}", f"CTR-{name}", "", f"CUS-{name}", debt=amount)
    made = fields_of("PaymentReceived", (payer,), BEGIN + timedelta(seconds=7 * number), "")
    return made | {"means": means, "status": status} | payment_fields((payer,), None)


def bad_events() -> tuple[BadEvent, ...]:
    """One event for each way to break a contract that the demo shows."""
    customer = Customer("LIM-999999", "CTR-999999", "3000000000000", "CUS-999999", debt=80.0)
    limited = fields_of("PowerLimited", (customer,), BEGIN, "")
    incomplete = {"paymentId": "PAY-990001", "status": "CAPTURED"}
    return (
        BadEvent(
            "a payment without amount, means and contract",
            entry("PaymentReceived", incomplete),
            "PaymentsDeadLetters",
            "allocations",
        ),
        BadEvent(
            "a negative amount",
            entry("PaymentReceived", payment(90002, "CARD", "CAPTURED", 20.0) | {"amount": -20.0}),
            "PaymentsDeadLetters",
            "amount",
        ),
        BadEvent(
            "a foreign currency",
            entry("PaymentReceived", payment(90003, "CARD", "CAPTURED", 20.0) | {"currency": "USD"}),
            "PaymentsDeadLetters",
            "currency",
        ),
        BadEvent("a point (PRM) of 13 digits", entry("PowerLimited", limited), "LimitationsDeadLetters", "pointId"),
        BadEvent("an unknown type", entry("PaymentRecieved", incomplete), "UnrecognisedEventsQueue", ""),
    )
