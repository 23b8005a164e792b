"""Events as billing and advisors send them, each complete; a test changes the one field that it is about.

They are the samples in `events/`, with ids that are short to read.
"""

import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

EVENTS = Path(__file__).parents[2] / "events"
POINT = "01234567890123"
NOON = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)

OURS: dict[str, Any] = {
    "paymentId": "PAY-1",
    "planId": "PLAN-1",
    "aidId": "AID-1",
    "protectionId": "PRO-1",
    "declarationId": "D-1",
    "reportId": "M-1",
    "limitationId": "LIM-1",
    "contractId": "CON-1",
    "contractIds": ["CON-1"],
    "customerId": "CUS-1",
    "pointId": POINT,
    "amount": "123.45",
    "debt": "123.45",
    "firstInstalment": "40.00",
    "allocations": [{"contractId": "CON-1", "amount": "123.45"}],
    "advisor": "ADV-7",
    "at": "2026-05-04T12:00:00+02:00",
}
_MAY_BE_LEFT_OUT = {"paidAt", "firstInstalmentDueOn", "remindersPausedUntil", "until"}
_AT = {
    "PowerLimitationRequested": "2026-05-01T08:00:00Z",
    "PowerLimited": "2026-05-02T08:00:00Z",
    "PowerLimitationCancelled": "2026-05-03T08:00:00Z",
    "ContractEnded": "2026-05-03T08:00:00Z",
}
_SAMPLES: dict[str, dict[str, Any]] = {
    path.stem: json.loads(path.read_bytes()) for path in sorted(EVENTS.glob("[!R]*.json"))
}
DETAILS: dict[str, dict[str, Any]] = {
    kind: {name: OURS.get(name, value) for name, value in sample["detail"].items() if name not in _MAY_BE_LEFT_OUT}
    | ({"at": _AT[kind]} if kind in _AT else {})
    for kind, sample in _SAMPLES.items()
}
QUEUED_ORDER: dict[str, Any] = {
    **json.loads(json.loads((EVENTS / "functions" / "place_order.json").read_bytes())["Records"][0]["body"]),
    **{name: OURS[name] for name in ("limitationId", "pointId", "contractId")},
    "taskToken": "token-1",
    "enteredAt": "2026-05-04T12:00:00.123Z",
    "execution": "arn:me",
    "generation": 2,
}
"""A record of the queue of orders, as the process writes it."""


def detail(event_type: str, **changes: Any) -> dict[str, Any]:
    """A complete detail, with some fields changed."""
    return {**DETAILS[event_type], **changes}


def entry(event_type: str, **changes: Any) -> dict[str, Any]:
    """An event as billing puts it on the bus."""
    return {"Source": "billing", "DetailType": event_type, "Detail": json.dumps(detail(event_type, **changes))}


def envelope(event_type: str, **changes: Any) -> dict[str, Any]:
    """EventBridge's envelope around a detail, with some of the detail's fields changed."""
    return _SAMPLES[event_type] | {"time": "2026-05-04T10:00:00Z", "detail": detail(event_type, **changes)}


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
