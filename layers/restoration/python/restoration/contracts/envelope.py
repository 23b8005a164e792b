"""The contracts of the events that come in: the only place that knows their JSON.

Each event is an EventBridge envelope whose ``detail`` is one of :mod:`restoration.contracts.received_details` or
:mod:`restoration.contracts.received_limitations`. ``parse_event`` turns a queued record's body into it, or raises
:class:`~restoration.errors.InvalidEvent` saying which field is wrong and why. The JSON Schemas in ``events/schemas/``
are generated from these models.
"""

import json
from datetime import date, datetime
from decimal import Decimal
from hashlib import sha256
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from restoration.contracts.wire import WireModel
from restoration.errors import InvalidEvent

LATER, BY_TYPE = ConfigDict(defer_build=True), Field(discriminator="detail_type")


class Envelope(BaseModel):
    """EventBridge's envelope of a detail. ``event_id`` is unique for each put, also for a repeated event."""

    model_config = ConfigDict(frozen=True, defer_build=True)

    event_id: Annotated[str, Field(alias="id", min_length=1)]
    source: str
    time: datetime

    @property
    def digest(self) -> str:
        """The event's content without its moments, hashed: however its amounts are written and its lists ordered."""
        detail: WireModel = self.detail  # type: ignore[attr-defined]
        content = json.dumps(_canonical(detail.model_dump(exclude={"at", "paid_at"})), sort_keys=True)
        return sha256(content.encode()).hexdigest()[:32]

    @property
    def paid_at(self) -> datetime | None:
        """When the customer paid, for a payment of which billing says it."""
        return getattr(self.detail, "paid_at", None)  # type: ignore[attr-defined]


SOURCES = {
    "AdvisorDecided": ("advisors", "channels"),
    "PaymentDeclared": ("channels",),
    "PowerMissing": ("channels",),
}
"""The sources of an event that billing does not report. The bus's rules have the same (``template.yaml``)."""


def sources_of(detail_type: str) -> tuple[str, ...]:
    """The sources from which the bus's rules take a type of event."""
    return SOURCES.get(detail_type, ("billing",))


def parse_event[T](body: str, contract: TypeAdapter[T], now: datetime) -> T:
    """Read one queued record's body against a contract.

    Parameters
    ----------
    body
        The EventBridge envelope as JSON text.
    contract
        One of ``PAYMENT_EVENTS``, ``LIMITATION_EVENTS``, ``RESUMING_EVENTS``.
    now
        The present moment, aware: an event dated too far ahead of it is refused.

    Raises
    ------
    InvalidEvent
        Naming every field that breaks the contract, what it held and what is expected.
    """
    try:
        return contract.validate_json(body, context={"now": now})
    except ValidationError as error:
        raise InvalidEvent(_faults_of(error)) from error


def _canonical(value: Any) -> Any:
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, dict):
        return {name: _canonical(item) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return sorted(map(_canonical, value), key=repr)
    return value


def _faults_of(error: ValidationError) -> str:
    problems = []
    for item in error.errors():
        # The first step is the chosen branch of the union: a reader of the reason needs only the field.
        where = ".".join(map(str, item["loc"][1:])) or "event"
        held = "" if item["type"] in {"missing", "json_invalid"} else f" (got {str(item['input'])[:80]!r})"
        problems.append(f"{where}: {item['msg']}{held}")
    return "; ".join(problems[:10])
