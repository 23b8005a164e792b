"""A claim as it lies in the table. The form itself is held word for word: printed/core-requests.txt, kept items."""

from typing import Any

from restoration.adapters.dynamodb import items
from restoration.adapters.dynamodb.claim_items import order_item
from restoration.clock import to_text
from restoration.domain.claim import Claim


def item_of(claim: Claim) -> dict[str, Any]:
    """A claim as it lies in the table."""
    item, word, order = items.item_of(claim), claim.word, claim.open_order
    for name in ("digests", "notedAt", "traces", "mode", "word", "lastOutcome"):
        item.pop(name, None)
    item |= {name: item[name] or None for name in ("generation", "seen", "orderOrdinal")}
    item |= {
        "claimMode": claim.mode,
        "outcome": claim.last_outcome,
        "facts": dict(claim.facts),
        "noted": {
            fact: {"at": to_text(at), "digest": claim.digests.get(fact, "")} for fact, at in claim.noted_at.items()
        },
        "advisorWord": word and {"id": word.id, "decision": word.decision, "at": to_text(word.at)},
        "openOrder": order and order_item(order),
    }
    return {name: value for name, value in item.items() if value is not None}
