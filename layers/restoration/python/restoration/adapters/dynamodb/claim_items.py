"""The form of a claim in its item of the ``limitations`` table, and back."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from restoration.adapters.dynamodb.items import item_of, record_of
from restoration.clock import from_text, to_text
from restoration.domain.claim import AdvisorWord, Claim
from restoration.domain.fact import fact_of_word
from restoration.domain.limitation import Trigger
from restoration.domain.order import OpenOrder, OrderReference, Wanted
from restoration.domain.switch import Mode
from restoration.record_trace import trace_of_record

NOTE = (
    "facts.#fact = triggerCount + :one, triggerCount = triggerCount + :one, noted.#fact = :noted, "
    "unseenSince = if_not_exists(unseenSince, :since)"
)
"""How a fact is noted in a limitation's item that is there, with :func:`note_values`."""
UNKNOWN = {"pointId": "", "customerId": ""}
"""What is not kept of a limitation whose cancellation came before it: no key of an index can be an empty text."""


def note_values(trigger: Trigger, now: datetime) -> dict[str, Any]:
    at = to_text(now)
    noted = {"at": at, "digest": trigger.digest}
    if trace := trace_of_record():
        noted["trace"] = trace
    if trigger.paid_at and trigger.told_at:
        noted |= {"paidAt": to_text(trigger.paid_at), "toldAt": to_text(min(trigger.told_at, now))}
    return {":one": 1, ":since": at, ":noted": noted}


def first_facts(trigger: Trigger | None, now: datetime) -> dict[str, Any]:
    """The attributes of an item that is made with its first fact, or with none."""
    if trigger is None:
        return {"facts": {}, "noted": {}, "triggerCount": 0}
    values = note_values(trigger, now)
    noted = {trigger.fact: values[":noted"]}
    return {"facts": {trigger.fact: 1}, "noted": noted, "triggerCount": 1, "unseenSince": values[":since"]}


def order_item(order: OpenOrder) -> dict[str, Any]:
    item = item_of(order)
    item |= item.pop("wanted")
    return item | {"reference": str(order.reference), "ordinal": order.reference.ordinal}


def claim_of(item: Mapping[str, Any]) -> Claim:
    word, order, noted = item.get("advisorWord"), item.get("openOrder"), item.get("noted", {})
    facts = {fact: int(number) for fact, number in item.get("facts", {}).items()}
    return record_of(
        Claim,
        {**UNKNOWN, **item},
        facts=facts,
        digests={fact: each["digest"] for fact, each in noted.items() if each["digest"]},
        traces={fact: each["trace"] for fact, each in noted.items() if "trace" in each},
        noted_at={fact: from_text(each["at"]) for fact, each in noted.items()},
        mode=Mode(item["claimMode"]) if "claimMode" in item else None,
        word=record_of(AdvisorWord, word, count=facts[fact_of_word(word["id"])]) if word else None,
        open_order=_open_order(item["limitationId"], order) if order else None,
        last_outcome=item.get("outcome"),
    )


def _open_order(limitation_id: str, item: Mapping[str, Any]) -> OpenOrder:
    wanted = record_of(Wanted, item)
    reference = OrderReference(limitation_id, wanted.intent, int(item["ordinal"]))
    return record_of(OpenOrder, item, reference=reference, wanted=wanted)
