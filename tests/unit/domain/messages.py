"""The texts that business wrote, and messages with every fact that they can have."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from restoration.adapters.files.wordings import read_wordings
from restoration.domain.ground import Asks, Demand
from restoration.domain.message import Channel, CustomerMessage, MessageKind, Text
from restoration.domain.point import Visit
from restoration.domain.wording import VARIANTS, Supplier, Wordings

TEXTS = Path(__file__).parents[3] / "functions" / "notify_customer" / "messages"
SUPPLIER = Supplier(
    "Électricité d'ici", "09 70 00 00 00", "https://payer.example/c", timedelta(days=14), timedelta(days=7)
)
SHELF = read_wordings(TEXTS)
WORDINGS = Wordings(SHELF.get, SUPPLIER)
BOTH = [Channel.SMS, Channel.EMAIL]
ALL = [(kind, variant) for kind in MessageKind for variant in ("", *VARIANTS.get(kind, ()))]
"""Each kind in all its variants; one without words of its own has those of its kind."""


def message(kind: MessageKind, **facts: Any) -> CustomerMessage:
    known: dict[str, Any] = {
        "demand": Demand(Asks.DEBT, Decimal("12.5")),
        "floor_kva": Decimal("3.0"),
        "until": date(2026, 5, 12),
        "visit": Visit(date(2026, 5, 7), "08:00-12:00"),
    }
    return CustomerMessage(
        kind=kind,
        limitation_id="LIM-1",
        contract_id="CTR-0042",
        generation=1,
        happened_at=datetime(2026, 5, 4, 22, 30, tzinfo=UTC),
        about="LIM-1",
        **(known | facts),
    )


def written(kind: MessageKind, channel: Channel = Channel.SMS, language: str = "fr", **facts: Any) -> Text:
    return WORDINGS.text_of(message(kind, **facts), channel, language)
