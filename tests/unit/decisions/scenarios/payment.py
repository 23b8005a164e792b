from datetime import date
from typing import Any

from tests.unit.decisions.deciding import Scenario

RECEIVED_ON = date(2026, 5, 4)  # a Monday
USUAL: dict[str, Any] = {
    "payments": [],
    "paymentHistory": "AVERAGE",
    "businessDate": RECEIVED_ON,
    "returns12m": 0,
    "goodwillUsed12m": 0,
    "planAgreedOn": None,
}
SETTLED: dict[str, Any] = {"settledOn": RECEIVED_ON}
PRESENTED: dict[str, Any] = {"presentedOn": RECEIVED_ON}


def payment(
    means: str, status: str, amount: float = 50, on: date = RECEIVED_ON, name: str = "PAY-1", **more: Any
) -> dict[str, Any]:
    """``more`` may hold ``settledOn``, ``presentedOn`` and ``payer``."""
    known = {"settledOn": None, "presentedOn": None, "payer": None} | more
    return {"paymentId": name, "means": means, "status": status, "amount": amount, "receivedOn": on} | known


def _paid(means: str, status: str, history: str = "AVERAGE", today: date = RECEIVED_ON, **more: Any) -> dict[str, Any]:
    return {"payments": [payment(means, status, **more)], "paymentHistory": history, "businessDate": today}


def _only(bucket: str, until: date | None = None, trusted: date | None = None) -> dict[str, Any]:
    amounts = dict.fromkeys(("certainAmount", "goodwillAmount", "pendingAmount", "rejectedAmount"), 0)
    return amounts | {bucket: 50, "pendingUntil": until, "goodwillUntil": trusted}


CERTAIN, REJECTED = _only("certainAmount"), _only("rejectedAmount")


def _pending(until: date | None) -> dict[str, Any]:
    return _only("pendingAmount", until)


def _goodwill(until: date) -> dict[str, Any]:
    return _only("goodwillAmount", trusted=until)


_AT_ONCE = (
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
    Scenario("cash is certain on the operator's notice", _paid("CASH", "RECEIVED", "POOR"), CERTAIN),
    Scenario("a Mandat Compte is certain on notice", _paid("MANDAT_COMPTE", "RECEIVED"), CERTAIN),
    Scenario("a validated energy voucher is certain", _paid("ENERGY_VOUCHER", "AUTHORISED"), CERTAIN),
    Scenario("an energy voucher received waits", _paid("ENERGY_VOUCHER", "RECEIVED"), _pending(date(2026, 5, 6))),
    Scenario("a cleared cheque is certain", _paid("CHEQUE", "CLEARED", "POOR"), CERTAIN),
    Scenario("a bounced cheque is no money, even with good history", _paid("CHEQUE", "REJECTED", "GOOD"), REJECTED),
    Scenario("a payment taken back is no money", _paid("CARD", "REVERSED"), REJECTED),
)
_UNKNOWN = (
    Scenario(
        "a means that no rule knows is neither certain nor dated", _paid("UNKNOWN", "CAPTURED", "GOOD"), _pending(None)
    ),
    Scenario("nor does time make it certain", _paid("UNKNOWN", "SETTLED", today=date(2027, 5, 4)), _pending(None)),
    Scenario("billing's word that it has cleared is enough", _paid("UNKNOWN", "CLEARED", "POOR"), CERTAIN),
    Scenario("a returned one is no money, by whatever means", _paid("UNKNOWN", "REVERSED"), REJECTED),
    Scenario("a status that no rule knows is neither certain nor dated", _paid("CASH", "UNKNOWN"), _pending(None)),
    Scenario("both unknown is as unknown as one", _paid("UNKNOWN", "UNKNOWN", "GOOD"), _pending(None)),
)
_RETURNABLE = (
    Scenario(
        "a direct debit only received is looked at again after five bank days",
        _paid("DIRECT_DEBIT", "RECEIVED"),
        _pending(date(2026, 5, 11)),
    ),
    Scenario(
        "time alone makes no received direct debit certain",
        _paid("DIRECT_DEBIT", "RECEIVED", today=date(2026, 8, 4)),
        _pending(None),
    ),
    Scenario(
        "a captured direct debit is not settled either",
        _paid("DIRECT_DEBIT", "CAPTURED", today=date(2026, 8, 4)),
        _pending(None),
    ),
    Scenario(
        "a settled direct debit is certain after the fifth bank day",
        _paid("DIRECT_DEBIT", "SETTLED", **SETTLED),
        _pending(date(2026, 5, 12)),
    ),
    Scenario(
        "on the fifth bank day it can still be returned",
        _paid("DIRECT_DEBIT", "SETTLED", today=date(2026, 5, 11), **SETTLED),
        _pending(date(2026, 5, 12)),
    ),
    Scenario(
        "the day after, a direct debit is certain",
        _paid("DIRECT_DEBIT", "SETTLED", today=date(2026, 5, 12), **SETTLED),
        CERTAIN,
    ),
    Scenario(
        "a settled direct debit whose settlement date is unknown stays pending without date",
        _paid("DIRECT_DEBIT", "SETTLED", "GOOD", today=date(2026, 8, 4)),
        _pending(None),
    ),
    Scenario(
        "five bank days begin with the settlement and not with the receipt",
        _paid("TIP_SEPA", "MATCHED", today=date(2026, 5, 12), settledOn=date(2026, 5, 7)),
        _pending(date(2026, 5, 15)),
    ),
    Scenario(
        "a TIP waits like a direct debit", _paid("TIP_SEPA", "SETTLED", "POOR", **SETTLED), _pending(date(2026, 5, 12))
    ),
    Scenario(
        "a cheque not presented is looked at again after five bank days",
        _paid("CHEQUE", "RECEIVED"),
        _pending(date(2026, 5, 11)),
    ),
    Scenario(
        "time alone makes no received cheque certain",
        _paid("CHEQUE", "RECEIVED", today=date(2026, 8, 4)),
        _pending(None),
    ),
    Scenario(
        "a cheque is certain after the tenth bank day from its presentation",
        _paid("CHEQUE", "SETTLED", **PRESENTED),
        _pending(date(2026, 5, 19)),
    ),
    Scenario(
        "on the tenth bank day a cheque can still bounce",
        _paid("CHEQUE", "SETTLED", today=date(2026, 5, 18), **PRESENTED),
        _pending(date(2026, 5, 19)),
    ),
    Scenario(
        "the day after, a cheque is certain",
        _paid("CHEQUE", "SETTLED", today=date(2026, 5, 19), **PRESENTED),
        CERTAIN,
    ),
    Scenario(
        "a settled cheque without presentation date stays pending without date",
        _paid("CHEQUE", "MATCHED", today=date(2026, 8, 4), **SETTLED),
        _pending(None),
    ),
)
_OTHERS = (
    Scenario("housing aid counts on decision", _paid("HOUSING_AID", "RECEIVED"), CERTAIN | {"housingAidPaid": 50}),
    Scenario("other money is no housing aid", _paid("CASH", "RECEIVED"), {"housingAidPaid": 0}),
    Scenario("the social services count on decision", _paid("THIRD_PARTY", "RECEIVED", "POOR", payer="CCAS"), CERTAIN),
    Scenario("the family benefits office counts on decision", _paid("THIRD_PARTY", "RECEIVED", payer="CAF"), CERTAIN),
    Scenario("a guardian counts on decision", _paid("THIRD_PARTY", "AUTHORISED", payer="GUARDIAN"), CERTAIN),
    Scenario(
        "a neighbour's payment is a cheque",
        _paid("THIRD_PARTY", "RECEIVED", payer="OTHER"),
        _pending(date(2026, 5, 11)),
    ),
    Scenario("a payer whom nobody names is a neighbour", _paid("THIRD_PARTY", "RECEIVED"), _pending(date(2026, 5, 11))),
    Scenario(
        "the customer's good history is not the neighbour's",
        _paid("THIRD_PARTY", "SETTLED", "GOOD", payer="OTHER", **PRESENTED),
        _pending(date(2026, 5, 19)),
    ),
    Scenario(
        "a neighbour's cheque is certain after ten bank days",
        _paid("THIRD_PARTY", "SETTLED", today=date(2026, 5, 19), payer="OTHER", **PRESENTED),
        CERTAIN,
    ),
)
_TRUSTED = _paid("CHEQUE", "RECEIVED", "GOOD")
_TRUST = (
    Scenario("a cheque with good history is goodwill", _TRUSTED, _goodwill(date(2026, 5, 26))),
    Scenario(
        "a direct debit with good history is goodwill",
        _paid("DIRECT_DEBIT", "RECEIVED", "GOOD"),
        _goodwill(date(2026, 5, 19)),
    ),
    Scenario(
        "a presented cheque is trusted until it is certain",
        _paid("CHEQUE", "SETTLED", "GOOD", **PRESENTED),
        _goodwill(date(2026, 5, 19)),
    ),
    Scenario(
        "a cheque awaited for too long is not trusted any more",
        _TRUSTED | {"businessDate": date(2026, 5, 11)},
        _pending(None),
    ),
    Scenario(
        "an average history is not trusted", _TRUSTED | {"paymentHistory": "AVERAGE"}, _pending(date(2026, 5, 11))
    ),
    Scenario("a return in the year ends the trust", _TRUSTED | {"returns12m": 1}, _pending(date(2026, 5, 11))),
    Scenario("unknown returns give no trust", _TRUSTED | {"returns12m": None}, _pending(date(2026, 5, 11))),
    Scenario("goodwill is given once a year", _TRUSTED | {"goodwillUsed12m": 1}, _pending(date(2026, 5, 11))),
    Scenario("unknown goodwill gives none", _TRUSTED | {"goodwillUsed12m": None}, _pending(date(2026, 5, 11))),
    Scenario(
        "a second cheque after a bounce on the same debt is not trusted",
        _TRUSTED | {"payments": [payment("CHEQUE", "REJECTED", name="PAY-0"), payment("CHEQUE", "RECEIVED")]},
        {"goodwillAmount": 0, "pendingAmount": 50, "rejectedAmount": 50, "countedPayments": []},
    ),
    Scenario(
        "500 euro are trusted",
        _TRUSTED | {"payments": [payment("CHEQUE", "RECEIVED", 500)]},
        {"goodwillAmount": 500, "pendingAmount": 0, "pendingUntil": None, "countedPayments": ["PAY-1"]},
    ),
    Scenario(
        "of a cheque of 3000 euro 500 are trusted and the rest is waited for",
        _TRUSTED | {"payments": [payment("CHEQUE", "RECEIVED", 3000)]},
        {"goodwillAmount": 500, "pendingAmount": 2500, "pendingUntil": date(2026, 5, 11)},
    ),
    Scenario(
        "two cheques are trusted up to 500 euro together",
        _TRUSTED
        | {"payments": [payment("CHEQUE", "RECEIVED", 300), payment("CHEQUE", "RECEIVED", 300.01, name="PAY-2")]},
        {"goodwillAmount": 500, "pendingAmount": 100.01, "goodwillUntil": date(2026, 5, 26)},
    ),
)
_SUMS = (
    Scenario(
        "payments add up by certainty and the earliest date counts",
        {
            "payments": [
                payment("CARD", "CAPTURED", 0.1, name="PAY-1"),
                payment("CASH", "RECEIVED", 0.2, name="PAY-2"),
                payment("CHEQUE", "SETTLED", 30, name="PAY-3", **PRESENTED),
                payment("DIRECT_DEBIT", "RECEIVED", 12.34, name="PAY-4"),
                payment("TRANSFER", "REJECTED", 7, name="PAY-5"),
            ]
        },
        {
            "certainAmount": 0.3,
            "pendingAmount": 42.34,
            "rejectedAmount": 7,
            "goodwillAmount": 0,
            "pendingUntil": date(2026, 5, 11),
            "countedPayments": ["PAY-1", "PAY-2"],
        },
    ),
    Scenario(
        "without an agreed plan all money counts for the instalment",
        {"payments": [payment("CASH", "RECEIVED", 40), payment("CHEQUE", "RECEIVED", 10, name="PAY-2")]},
        {"instalmentCertain": 40, "instalmentGoodwill": 0, "instalmentPending": 10},
    ),
    Scenario(
        "money from before the plan's agreement is not its instalment",
        {
            "planAgreedOn": date(2026, 5, 4),
            "payments": [
                payment("CASH", "RECEIVED", 40, on=date(2026, 5, 3)),
                payment("CASH", "RECEIVED", 15, on=date(2026, 5, 4), name="PAY-2"),
            ],
        },
        {"certainAmount": 55, "instalmentCertain": 15},
    ),
    Scenario(
        "trust and waiting are told for the instalment, too",
        {
            "planAgreedOn": date(2026, 5, 4),
            "paymentHistory": "GOOD",
            "payments": [
                payment("CHEQUE", "RECEIVED", 40, on=date(2026, 5, 1)),
                payment("CHEQUE", "RECEIVED", 15, name="PAY-2"),
                payment("TRANSFER", "RECEIVED", 5, name="PAY-3"),
            ],
        },
        {"goodwillAmount": 55, "instalmentGoodwill": 15, "pendingAmount": 5, "instalmentPending": 5},
    ),
    Scenario(
        "what is beyond the cap is pending for the instalment, too",
        {
            "planAgreedOn": date(2026, 5, 4),
            "paymentHistory": "GOOD",
            "payments": [payment("CHEQUE", "RECEIVED", 620)],
        },
        {"goodwillAmount": 500, "instalmentGoodwill": 500, "instalmentPending": 120},
    ),
)
SCENARIOS = (*_AT_ONCE, *_UNKNOWN, *_RETURNABLE, *_OTHERS, *_TRUST, *_SUMS)
