"""What the state machines give to the functions that they call, at least."""

from typing import Any

from tests.fakes.samples import POINT

FREEZING = {
    "freezing": "freeze-1",
    "at": "2026-11-26T01:15:00.000Z",
    "rate": 10,
    "chosen": {"error": "", "state": "", "cause": "", "since": None, "until": None, "aborted": True},
}


PAGE = {"checkId": "check-1", "at": "2026-05-05T02:15:00.000Z", "after": None}


TRIGGER = {"type": "PaymentReceived", "id": "PAY-1:CAPTURED", "at": "2026-05-04T12:00:00+00:00", "eventId": "EVENT-1"}
CLAIM: dict[str, Any] = {"limitationId": "LIM-1", "execution": "arn:me", "trigger": TRIGGER}
WANTED = {"intent": "REMOTE", "aim": "FULL"}
LOOKED_AT = {"pointId": POINT, "contractId": "CON-1"}
PREPARE = {"limitationId": "LIM-1", "execution": "arn:me", "generation": 1, "wanted": WANTED, **LOOKED_AT}
SETTLE: dict[str, Any] = {
    "limitationId": "LIM-1",
    "execution": "arn:me",
    "generation": 1,
    "seen": 2,
    "outcome": "RESTORED",
    "reason": "COVERED",
    "reference": "LIM-1/R/1",
}


CHECK: dict[str, Any] = {
    "limitationId": "LIM-1",
    "contractId": "CON-1",
    "askedBy": "execution-1/CheckPayment",
    "enteredAt": "2026-05-04T12:00:00.000Z",
    "payments": {},
    "announced": {},
}
READ = {"limitationId": "LIM-1", "pointId": POINT, "contractId": "CON-1"}
