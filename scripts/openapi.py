"""``channels/openapi-*.yaml``: the OpenAPI documents of the channels' API, made from its handlers.

Tests use a client that is made from them.
"""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, cast

import yaml
from aws_lambda_powertools.event_handler.openapi.models import HTTPBearer

from channels.api import advisors, customers

FOLDER = Path(__file__).resolve().parents[1] / "channels"
HOW = """
Each request has a token of the supplier's identity provider (`Authorization: Bearer …`), whose audience is the API's.
{token}

Each POST has a key (`Idempotency-Key`, a UUID). The same key with the same content has the same reply and is done
once; with another content it is refused (422). What is refused is a problem (RFC 9457) with a sentence in the language
of `Accept-Language`, French first. API Gateway itself refuses a token (401) and too many requests (429) with `message`
alone. Lists have `next`, the `cursor` of the page behind. Readers ignore fields that they do not know.
"""
TOKENS = {
    "customers": "Its claim `customer_id` is the customer, who sees their own cases: another's is as unknown as none.",
    "advisors": "Its claim `groups` says what they may: `readers` see, `advisors` decide, `health` sees health facts.",
}


def documents() -> dict[str, dict[str, Any]]:
    """The documents by whom they are for; the handlers are asked for nothing but their types."""
    none = cast("Any", None)
    apps = {"customers": customers.routes(none), "advisors": advisors.routes(none)}
    found = {}
    for name, app in apps.items():
        text = app.get_openapi_json_schema(
            title=f"Rétablissement automatique, {name}",
            version="1.0.0",
            openapi_version="3.1.0",
            description=HOW.format(token=TOKENS[name]).strip(),
            security_schemes={"token": HTTPBearer(bearerFormat="JWT")},
            security=[{"token": []}],
        )
        document = json.loads(text)
        # Powertools' own errors, which are never sent: problems are.
        for unused in ("HTTPValidationError", "ResponseValidationError", "ValidationError"):
            del document["components"]["schemas"][unused]
        found[name] = document
    return found


def rendered() -> dict[Path, str]:
    """Each file with its text."""
    return {FOLDER / f"openapi-{name}.yaml": _yaml(document) for name, document in documents().items()}


class _Dumper(yaml.SafeDumper):
    """Writes text of several lines as a block."""


_Dumper.add_representer(
    str,
    lambda dumper, text: dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None),
)


def _yaml(document: Mapping[str, Any]) -> str:
    return yaml.dump(document, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=120)
