"""Events as billing and advisors send them, each complete; a test changes the one field that it is about."""

import json
from datetime import UTC, datetime
from typing import Any

from restoration.contracts.received import sources_of

POINT = "01234567890123"
NOON = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)

QUEUED_ORDER: dict[str, Any] = {
    "taskToken": "token-1",
    "enteredAt": "2026-05-04T12:00:00.123Z",
    "execution": "arn:me",
    "generation": 2,
    "seen": 0,
    "limitationId": "LIM-1",
    "pointId": POINT,
    "contractId": "CON-1",
    "intent": "REMOTE",
    "ordinal": 1,
    "aim": "FULL",
    "floorKva": None,
    "afterCut": False,
    "limitationCaseId": None,
    "department": None,
    "priority": "ORDINARY",
}
"""A record of the queue of orders, as the process writes it."""

REQUESTED: dict[str, Any] = {
    "limitationId": "LIM-1",
    "contractId": "CON-1",
    "pointId": POINT,
    "customerId": "CUS-1",
    "at": "2026-05-01T08:00:00Z",
    "debt": "123.45",
    "currency": "EUR",
    "limitedPowerKva": 1,
    "subscribedPowerKva": 6,
}
DETAILS: dict[str, dict[str, Any]] = {
    "PaymentReceived": {
        "paymentId": "PAY-1",
        "customerId": "CUS-1",
        "at": "2026-05-04T12:00:00+02:00",
        "means": "CARD",
        "status": "CAPTURED",
        "amount": "123.45",
        "currency": "EUR",
        "allocations": [{"contractId": "CON-1", "amount": "123.45"}],
    },
    "PaymentPlanAgreed": {
        "planId": "PLAN-1",
        "contractId": "CON-1",
        "at": "2026-05-04T12:00:00+02:00",
        "firstInstalment": "40.00",
    },
    "PaymentPlanBroken": {"planId": "PLAN-1", "contractId": "CON-1", "at": "2026-05-04T12:00:00+02:00"},
    "HousingAidRefused": {"aidId": "AID-1", "contractId": "CON-1", "at": "2026-05-04T12:00:00+02:00"},
    "HousingAidFiled": {"aidId": "AID-1", "contractId": "CON-1", "at": "2026-05-04T12:00:00+02:00"},
    "HousingAidGranted": {
        "aidId": "AID-1",
        "contractId": "CON-1",
        "at": "2026-05-04T12:00:00+02:00",
        "amount": "80.00",
    },
    "ProtectionGranted": {
        "protectionId": "PRO-1",
        "contractId": "CON-1",
        "at": "2026-05-04T12:00:00+02:00",
        "kind": "MEDICAL",
    },
    "PaymentCleared": {"paymentId": "PAY-1", "contractIds": ["CON-1"], "at": "2026-05-04T12:00:00+02:00"},
    "PaymentRejected": {
        "paymentId": "PAY-1",
        "contractIds": ["CON-1"],
        "at": "2026-05-04T12:00:00+02:00",
        "reason": "AC04",
    },
    "AdvisorDecided": {
        "limitationId": "LIM-1",
        "decision": "RESTORE",
        "advisor": "ADV-7",
        "reason": "Preuve de paiement vue",
        "at": "2026-05-04T12:00:00+02:00",
    },
    "PaymentDeclared": {
        "limitationId": "LIM-1",
        "declarationId": "D-1",
        "at": "2026-05-04T12:00:00+02:00",
        "means": "TRANSFER",
        "amount": "80.00",
        "paidOn": "2026-05-03",
        "channel": "PAGE",
        "role": "CUSTOMER",
    },
    "PowerMissing": {
        "limitationId": "LIM-1",
        "reportId": "M-1",
        "at": "2026-05-04T12:00:00+02:00",
        "channel": "DESK",
        "role": "ADVISOR",
    },
    "PowerLimitationRequested": REQUESTED,
    "PowerLimited": {**REQUESTED, "at": "2026-05-02T08:00:00Z"},
    "PowerLimitationCancelled": {"limitationId": "LIM-1", "contractId": "CON-1", "at": "2026-05-03T08:00:00Z"},
    "ContractEnded": {"contractId": "CON-1", "pointId": POINT, "at": "2026-05-03T08:00:00Z", "reason": "MOVED"},
}


def detail(event_type: str, **changes: Any) -> dict[str, Any]:
    """A complete detail, with some fields changed."""
    return {**DETAILS[event_type], **changes}


def entry(event_type: str, **changes: Any) -> dict[str, Any]:
    """An event as billing puts it on the bus."""
    return {"Source": "billing", "DetailType": event_type, "Detail": json.dumps(detail(event_type, **changes))}


def envelope(event_type: str, **changes: Any) -> dict[str, Any]:
    """EventBridge's envelope around a detail, with some of the detail's fields changed."""
    return {
        "version": "0",
        "id": "6a7e8feb-b491-4cf7-a9f1-bf3703467718",
        "detail-type": event_type,
        "source": sources_of(event_type)[0],
        "account": "111122223333",
        "time": "2026-05-04T10:00:00Z",
        "region": "eu-west-3",
        "resources": [],
        "detail": detail(event_type, **changes),
    }


def body(event_type: str, **changes: Any) -> str:
    """An event as a queued record's body."""
    return json.dumps(envelope(event_type, **changes))


def payment(payment_id: str = "PAY-1", *contract_ids: str) -> str:
    """A payment for some contracts, 50 € each."""
    shares = [{"contractId": contract, "amount": "50.00"} for contract in contract_ids or ("CON-1",)]
    return body("PaymentReceived", paymentId=payment_id, amount=50 * len(shares), allocations=shares)


def dropped(key: str, bucket: str = "flows", version: str | None = None) -> str:
    """S3's event of a new object, as EventBridge brings it."""
    content = {"key": key, "size": 10, "etag": "e"} | ({"version-id": version} if version else {})
    named = {"id": "E-1", "source": "aws.s3", "detail-type": "Object Created"}
    return json.dumps(named | {"detail": {"bucket": {"name": bucket}, "object": content, "reason": "PutObject"}})
