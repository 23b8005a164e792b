"""Events that billing and advisors send, read against their contracts."""

from typing import Any

import pytest
from pydantic import TypeAdapter

from restoration.contracts.received import (
    LIMITATION_EVENTS,
    PAYMENT_EVENTS,
    RESUMING_EVENTS,
    parse_event,
)
from restoration.errors import InvalidEvent
from tests.fakes.samples import DETAILS, NOON

CONTRACT_OF: dict[str, TypeAdapter[Any]] = {
    event_type: family
    for family in (PAYMENT_EVENTS, LIMITATION_EVENTS, RESUMING_EVENTS)
    for event_type in family.json_schema()["discriminator"]["mapping"]
}
"""The family of each event, by which its queue's function reads it."""
EVERY_EVENT = sorted(DETAILS)


def parse(event_type: str, text: str) -> Any:
    return parse_event(text, CONTRACT_OF[event_type], NOON)


def reason_of(event_type: str, text: str) -> str:
    with pytest.raises(InvalidEvent) as caught:
        parse(event_type, text)
    return str(caught.value)


def shares(*amounts: str) -> list[dict[str, str]]:
    return [{"contractId": f"CON-{number}", "amount": amount} for number, amount in enumerate(amounts)]
