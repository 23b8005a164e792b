"""The words of the coverage scenarios: what is usual, what is given, and what must follow."""

from datetime import date
from typing import Any

TODAY = date(2026, 5, 4)
UNTIL = date(2026, 5, 11)
DUE_ON = date(2026, 6, 5)
USUAL: dict[str, Any] = {
    "businessDate": TODAY,
    "protection": "NONE",
    "protectionFloorKva": None,
    "protectionReason": "NO_PROTECTION",
    "protectionUntil": None,
    "certainAmount": 0,
    "goodwillAmount": 0,
    "goodwillUntil": None,
    "pendingAmount": 0,
    "pendingUntil": None,
    "instalmentCertain": 0,
    "instalmentGoodwill": 0,
    "instalmentPending": 0,
    "housingAidPaid": 0,
    "limitationDebt": 100,
    "disputedAmount": None,
    "planState": "NONE",
    "firstInstalment": None,
    "firstInstalmentDueOn": None,
    "brokenPlans12m": 0,
    "housingAidState": "NONE",
    "housingAidAmount": None,
    "contractStatus": "ACTIVE",
    "customerSegment": "RESIDENTIAL",
    "energy": "ELECTRICITY",
    "networkOperator": "ENEDIS",
    "territory": "MAINLAND",
    "subscribedPowerKva": 6,
    "advisorDecision": "NONE",
    "limitedPowerKva": 1,
}
PAID = {"certainAmount": 100}
PENDING = {"pendingAmount": 100, "pendingUntil": UNTIL}
WINTER = {"protection": "RAISE_FLOOR", "protectionFloorKva": 3, "protectionReason": "WINTER_FLOOR"}
PROTECTED = {"protection": "RESTORE", "protectionReason": "MEDICAL"}
DISPUTE = {"protectionReason": "DISPUTE"}
PLAN = {"planState": "AGREED", "firstInstalment": 40}
BROKEN_BEFORE = {"brokenPlans12m": 1}
LATER = {"firstInstalmentDueOn": DUE_ON}
NO_ANSWER = {"advisorDecision": "NO_ANSWER"}
REFUSE = {"advisorDecision": "REFUSE"}
NOTHING: dict[str, Any] = {"basis": None, "reviewOn": None}


def certain(amount: float) -> dict[str, Any]:
    """Money that came after the plan was agreed."""
    return {"certainAmount": amount, "instalmentCertain": amount}


def goodwill(amount: float) -> dict[str, Any]:
    return {"goodwillAmount": amount, "instalmentGoodwill": amount, "goodwillUntil": date(2026, 5, 26)}


def pending(amount: float, until: date | None = UNTIL) -> dict[str, Any]:
    return {"pendingAmount": amount, "instalmentPending": amount, "pendingUntil": until}


def aid(amount: float | None, paid: float = 0) -> dict[str, Any]:
    """Aid granted, of which a part has come as a payment."""
    return {"housingAidState": "GRANTED", "housingAidAmount": amount, "housingAidPaid": paid, "certainAmount": paid}


def then(outcome: str, reason: str, **more: Any) -> dict[str, Any]:
    return {"outcome": outcome, "reason": reason} | more


def restored(reason: str, basis: str, review_on: date | None, **more: Any) -> dict[str, Any]:
    return then("RESTORE", reason, basis=basis, reviewOn=review_on, until=None, floorKva=None, **more)
