"""The stream: events that billing and the advisors could send, and customers of each habit."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import TypeAdapter

from local.console.stream import HABITS, Act, entry_of
from local.customers import Numbering
from restoration.contracts.received import PAYMENT_EVENTS, RESUMING_EVENTS, parse_event

NOW = datetime(2026, 11, 25, 10, 41, 20, tzinfo=UTC)
ACTS = [(habit, act) for habit in HABITS for act in habit.acts]


@pytest.mark.parametrize("act", [act for _, act in ACTS], ids=[f"{habit.name}-{act.after:g}" for habit, act in ACTS])
def test_each_act_is_an_event_that_we_receive(act: Act) -> None:
    made = entry_of(Numbering().customer(120.0), act.put, NOW)
    envelope = {
        "id": "a24de63e-b8a9-4b4f-b3cd-8ddca8d0b43e",
        "time": "2026-11-25T10:41:20Z",
        "source": made["Source"],
        "detail-type": made["DetailType"],
        "detail": json.loads(made["Detail"]),
    }
    resumes = act.put.detail_type in {"PaymentCleared", "PaymentRejected", "AdvisorDecided"}
    contract: TypeAdapter[Any] = RESUMING_EVENTS if resumes else PAYMENT_EVENTS
    parse_event(json.dumps(envelope), contract, NOW)


def test_payment_that_clears_or_bounces_is_the_one_that_was_made() -> None:
    customer = Numbering().customer(80.0)
    for habit in HABITS:
        ids = {json.loads(entry_of(customer, act.put, NOW)["Detail"]).get("paymentId") for act in habit.acts}
        if any(act.put.detail_type in {"PaymentCleared", "PaymentRejected"} for act in habit.acts):
            assert len(ids) == 1
