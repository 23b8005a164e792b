"""``events/asyncapi.yaml``: one AsyncAPI document of all events, those that come in and those that leave us.

A test checks that the official parser has no complaint. The payloads are the JSON Schemas in ``events/schemas/``, the
summaries are the models' docstrings.
"""

from collections.abc import Iterable
from typing import Any

import yaml

from restoration.contracts.envelope import sources_of
from scripts.event_schemas import FOLDER, event_models, incoming_models, published_models, summary_of_event

FILE = FOLDER.parent / "asyncapi.yaml"
CHANNEL = "bus"
_SENDERS = {
    "billing": "Events from billing: payments, plans, aid, protections, limitations, contracts, reminders.",
    "advisors": "Events from the advisors' tool.",
    "channels": "Events from the pages of customers and the advisors' desk.",
}


def document() -> dict[str, Any]:
    """The document, in the order in which a person reads it."""
    senders: dict[str, list[str]] = {sender: [] for sender in _SENDERS}
    for detail_type in sorted(incoming_models()):
        senders[sources_of(detail_type)[0]].append(detail_type)
    receiving = {
        f"receiveFrom{sender.title()}": _operation("receive", _SENDERS[sender], types)
        for sender, types in senders.items()
    }
    publishing = _operation("send", "Our events for the other systems.", sorted(published_models()))
    models = sorted(event_models().items())
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": "Rétablissement automatique",
            "version": "1.0.0",
            "description": (
                "The events by which power comes back to customers who have paid. All travel over one EventBridge bus, "
                "each in EventBridge's envelope. The sender gives `source`, `detail-type` and `detail`. Readers ignore "
                "fields that they do not know, so that fields may be added.\n\n"
                "Of our own events, `detail.id` is the same whenever an event is sent again. A reader ignores an event "
                "whose `detail.generation` is older than the newest that it has seen for the limitation."
            ),
        },
        "defaultContentType": "application/json",
        "channels": {
            CHANNEL: {
                "address": "{stack}",
                "title": "The event bus",
                "description": "An EventBridge bus with the name of our stack.",
                "parameters": {"stack": {"description": "The stack's name.", "default": "restoration"}},
                "messages": {
                    detail_type: _reference("components", "messages", detail_type) for detail_type, _ in models
                },
            }
        },
        "operations": receiving | {"publish": publishing},
        "components": {
            "messages": {
                detail_type: {
                    "name": detail_type,
                    "title": detail_type,
                    "summary": summary_of_event(model),
                    "payload": {"$ref": f"./{FOLDER.name}/{detail_type}.json"},
                }
                for detail_type, model in models
            }
        },
    }


def _operation(action: str, summary: str, detail_types: Iterable[str]) -> dict[str, Any]:
    return {
        "action": action,
        "summary": summary,
        "channel": _reference("channels", CHANNEL),
        "messages": [_reference("channels", CHANNEL, "messages", detail_type) for detail_type in detail_types],
    }


def _reference(*path: str) -> dict[str, str]:
    return {"$ref": "#/" + "/".join(path)}


def rendered() -> str:
    text: str = yaml.safe_dump(document(), sort_keys=False, allow_unicode=True, width=120)
    return f"# Written by make schemas from the event models; not by hand.\n{text}"
