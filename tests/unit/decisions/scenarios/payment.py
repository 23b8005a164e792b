from datetime import date
from typing import Any

from tests.unit.decisions.deciding import Scenario

RECEIVED_ON = date(2026, 5, 4)  # a Monday
USUAL: dict[str, Any] = {"payments": [], "paymentHistory": "AVERAGE", "businessDate": RECEIVED_ON}


def payment(means: str, status: str, amount: float = 50, on: date = RECEIVED_ON, name: str = "PAY-1") -> dict[str, Any]:
    return {"paymentId": name, "means": means, "status": status, "amount": amount, "receivedOn": on}


def _paid(means: str, status: str, history: str = "AVERAGE", today: date = RECEIVED_ON) -> dict[str, Any]:
    return {"payments": [payment(means, status)], "paymentHistory": history, "businessDate": today}


def _only(bucket: str, until: date | None = None) -> dict[str, Any]:
    amounts = dict.fromkeys(("certainAmount", "goodwillAmount", "pendingAmount", "rejectedAmount"), 0)
    return amounts | {bucket: 50, "pendingUntil": until}


CERTAIN, GOODWILL, REJECTED = _only("certainAmount"), _only("goodwillAmount"), _only("rejectedAmount")


def _pending(until: date | None) -> dict[str, Any]:
    return _only("pendingAmount", until)


SCENARIOS = (
    Scenario("no payment, no money", {}, {"certainAmount": 0, "pendingAmount": 0, "pendingUntil": None}),
    Scenario("a captured card is certain", _paid("CARD", "CAPTURED", "POOR"), CERTAIN),
    Scenario("a card authorised only waits for capture", _paid("CARD", "AUTHORISED"), _pending(date(2026, 5, 5))),
    Scenario(
        "a card never captured has no date any more",
        _paid("CARD", "AUTHORISED", today=date(2026, 5, 5)),
        _pending(None),
    ),
    Scenario("a settled instant transfer is certain", _paid("INSTANT_TRANSFER", "SETTLED"), CERTAIN),
    Scenario("an announced instant transfer waits", _paid("INSTANT_TRANSFER", "RECEIVED"), _pending(date(2026, 5, 5))),
    Scenario("a matched transfer is certain", _paid("TRANSFER", "MATCHED"), CERTAIN),
    Scenario("a transfer credited but not matched waits", _paid("TRANSFER", "SETTLED"), _pending(date(2026, 5, 6))),
    Scenario("a direct debit with good history is goodwill", _paid("DIRECT_DEBIT", "RECEIVED", "GOOD"), GOODWILL),
    Scenario("a direct debit waits five bank days", _paid("DIRECT_DEBIT", "SETTLED"), _pending(date(2026, 5, 11))),
    Scenario("a TIP waits like a direct debit", _paid("TIP_SEPA", "RECEIVED", "POOR"), _pending(date(2026, 5, 11))),
    Scenario(
        "a direct debit not returned within five bank days is certain",
        _paid("DIRECT_DEBIT", "SETTLED", today=date(2026, 5, 11)),
        CERTAIN,
    ),
    Scenario("a cheque with good history is goodwill", _paid("CHEQUE", "RECEIVED", "GOOD"), GOODWILL),
    Scenario("a cheque waits ten bank days", _paid("CHEQUE", "RECEIVED"), _pending(date(2026, 5, 18))),
    Scenario("a bounced cheque is no money, even with good history", _paid("CHEQUE", "REJECTED", "GOOD"), REJECTED),
    Scenario("a payment taken back is no money", _paid("CARD", "REVERSED"), REJECTED),
    Scenario("a cleared cheque is certain", _paid("CHEQUE", "CLEARED", "POOR"), CERTAIN),
    Scenario("cash is certain on the operator's notice", _paid("CASH", "RECEIVED", "POOR"), CERTAIN),
    Scenario("a Mandat Compte is certain on notice", _paid("MANDAT_COMPTE", "RECEIVED"), CERTAIN),
    Scenario("a validated energy voucher is certain", _paid("ENERGY_VOUCHER", "AUTHORISED"), CERTAIN),
    Scenario("an energy voucher received waits", _paid("ENERGY_VOUCHER", "RECEIVED"), _pending(date(2026, 5, 6))),
    Scenario("housing aid counts on decision", _paid("HOUSING_AID", "RECEIVED"), CERTAIN),
    Scenario("a third party counts on decision", _paid("THIRD_PARTY", "RECEIVED", "POOR"), CERTAIN),
    Scenario(
        "a means that no rule knows is neither certain nor dated", _paid("UNKNOWN", "CAPTURED", "GOOD"), _pending(None)
    ),
    Scenario("nor does time make it certain", _paid("UNKNOWN", "SETTLED", today=date(2027, 5, 4)), _pending(None)),
    Scenario("billing's word that it has cleared is enough", _paid("UNKNOWN", "CLEARED", "POOR"), CERTAIN),
    Scenario("a returned one is no money, by whatever means", _paid("UNKNOWN", "REVERSED"), REJECTED),
    Scenario("a status that no rule knows is neither certain nor dated", _paid("CASH", "UNKNOWN"), _pending(None)),
    Scenario("both unknown is as unknown as one", _paid("UNKNOWN", "UNKNOWN", "GOOD"), _pending(None)),
    Scenario(
        "payments add up by certainty and the earliest date counts",
        {
            "payments": [
                payment("CARD", "CAPTURED", 0.1, name="PAY-1"),
                payment("CASH", "RECEIVED", 0.2, name="PAY-2"),
                payment("CHEQUE", "RECEIVED", 30, name="PAY-3"),
                payment("DIRECT_DEBIT", "RECEIVED", 12.34, name="PAY-4"),
                payment("TRANSFER", "REJECTED", 7, name="PAY-5"),
            ]
        },
        {"pendingAmount": 42.34, "rejectedAmount": 7, "goodwillAmount": 0, "pendingUntil": date(2026, 5, 11)},
    ),
)
