"""Billing's situation of a customer, complete; a test changes the field that it is about."""

import json
from typing import Any

from restoration.contracts.billing import BillingSituation
from tests.fakes.samples import POINT

SITUATION: dict[str, Any] = {
    "contractId": "CON-1",
    "customerId": "CUS-1",
    "pointId": POINT,
    "contractStatus": "ACTIVE",
    "subscribedPowerKva": 6,
    "businessDate": "2026-05-04",
    "limitationDebt": "123.45",
    "otherDueDebt": "0.00",
    "currency": "EUR",
    "payments": [
        {"paymentId": "PAY-1", "means": "CARD", "status": "SETTLED", "amount": "50.00", "receivedOn": "2026-05-03"}
    ],
    "paymentHistory": "GOOD",
    "plan": {"state": "NONE", "firstInstalment": None},
    "housingAid": {"state": "NONE", "filedOn": None, "amount": None},
    "protections": {"energyVoucher": False, "medical": False, "dispute": False, "overIndebtedness": False},
}
CERTAIN: dict[str, Any] = {
    "certainAmount": 50,
    "goodwillAmount": 0,
    "pendingAmount": 0,
    "pendingUntil": None,
    "goodwillUntil": None,
    "rejectedAmount": 0,
    "rejectedMeans": [],
    "countedPayments": ["PAY-1"],
    "instalmentCertain": 50,
    "instalmentGoodwill": 0,
    "instalmentPending": 0,
    "housingAidPaid": 0,
    "payments": [{"paymentId": "PAY-1", "certainty": "CERTAIN"}],
}
"""How certain its payments are, as the rules say it."""


def situation(**changes: Any) -> BillingSituation:
    """Billing's response as the client reads it."""
    return BillingSituation.model_validate_json(json.dumps({**SITUATION, **changes}))


EVERYBODY_S = situation()
"""Billing's situation of every customer."""


def facts(**changes: Any) -> dict[str, Any]:
    """The facts after a way through JSON, as the state machine sees them."""
    return dict(json.loads(json.dumps(situation(**changes).facts())))
