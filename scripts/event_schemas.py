"""Writes ``events/schemas/<DetailType>.json``, generated from the models of the events that come in.

``make schemas`` runs it; a test checks that the files are in step with the models.
"""

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any, get_args

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema

from restoration.events import AnswerEvent, LimitationEvent, PaymentEvent

FOLDER = Path(__file__).resolve().parents[1] / "events" / "schemas"
DIALECT = "https://json-schema.org/draft/2020-12/schema"


class WithoutFieldTitles(GenerateJsonSchema):
    """Pydantic makes a title of each field's name ("Contractid"), which says nothing that the name does not."""

    def field_title_should_be_set(self, schema: object) -> bool:  # noqa: ARG002 - pydantic's signature
        return False


def event_models() -> dict[str, type[BaseModel]]:
    """The model of each event that comes in, by detail type."""
    return {
        detail_type: model
        for contract in (PaymentEvent, LimitationEvent, AnswerEvent)
        for model in get_args(get_args(contract)[0])
        for detail_type in get_args(model.model_fields["detail_type"].annotation)
    }


def schema_of(detail_type: str, model: type[BaseModel]) -> dict[str, Any]:
    """The JSON Schema of one event: EventBridge's envelope with the detail in it."""
    schema = model.model_json_schema(by_alias=True, schema_generator=WithoutFieldTitles)
    # One model may serve several types; each type's schema is for that one alone.
    schema["properties"]["detail-type"] = {"const": detail_type, "type": "string"}
    return {"$schema": DIALECT, "$id": f"urn:restoration:event:{detail_type}"} | schema | {"title": detail_type}


def rendered() -> Iterator[tuple[str, str]]:
    """File name and content of each schema."""
    for detail_type, model in sorted(event_models().items()):
        text = json.dumps(schema_of(detail_type, model), indent=2, ensure_ascii=False, sort_keys=True)
        yield f"{detail_type}.json", f"{text}\n"


def main() -> None:
    files = dict(rendered())
    FOLDER.mkdir(parents=True, exist_ok=True)
    for stale in {path.name for path in FOLDER.glob("*.json")} - set(files):
        (FOLDER / stale).unlink()
    for name, text in files.items():
        (FOLDER / name).write_text(text, encoding="utf-8")
    sys.stdout.write(f"{len(files)} schemas written to {FOLDER.relative_to(FOLDER.parents[1])}/\n")


if __name__ == "__main__":
    main()
