"""``events/schemas/<DetailType>.json``, made from the models of the events that come in and leave."""

import inspect
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Literal, get_args

from pydantic import BaseModel, Field, create_model
from pydantic.alias_generators import to_camel
from pydantic.json_schema import GenerateJsonSchema
from pydantic_core import core_schema

from channels.contracts import published as channels
from record.contracts.reminders import RemindersSuppressed
from restoration.contracts import envelope, received, received_limitations
from restoration.contracts.business_event import SOURCE
from restoration.contracts.published import PUBLISHED

FOLDER = Path(__file__).resolve().parents[1] / "events" / "schemas"
DIALECT = "https://json-schema.org/draft/2020-12/schema"
AMOUNT = r"^[0-9]+([.][0-9]+)?$"
"""What leaves us as an amount is text, so that no reader makes a binary fraction of it."""

_PARAMETERS = re.compile(r"\n*^Parameters\n-+\n", re.MULTILINE)
_PARAMETER = re.compile(r"^(?P<names>\w[\w, ]*)\n(?P<text>(?:    .*\n?|\n)+)", re.MULTILINE)


class ForReaders(GenerateJsonSchema):
    """JSON Schema as a partner reads it: a docstring's parameters are the descriptions of the fields.

    Pydantic makes a title of each field's name ("Contractid"), which says nothing that the name does not.
    """

    def field_title_should_be_set(self, schema: object) -> bool:  # noqa: ARG002 - pydantic's signature
        return False

    def model_schema(self, schema: core_schema.ModelSchema) -> dict[str, Any]:
        written = super().model_schema(schema)
        written.pop("description", None)
        if summary := summary_of(schema["cls"]):
            written["description"] = summary
        for field, text in _field_descriptions(schema["cls"]).items():
            if field in written.get("properties", {}):
                written["properties"][field]["description"] = text
        return written

    def enum_schema(self, schema: core_schema.EnumSchema) -> dict[str, Any]:
        written = super().enum_schema(schema)
        if told := written.pop("description", ""):
            written["description"] = _markdown(told.split("\n\n")[0])
        return written

    def decimal_schema(self, schema: core_schema.DecimalSchema) -> dict[str, Any]:
        if self.mode == "serialization":
            return {"type": "string", "pattern": AMOUNT}
        return super().decimal_schema(schema)


def summary_of(model: type[BaseModel]) -> str:
    """What a model's own docstring says before its parameters, as Markdown."""
    return _markdown(_PARAMETERS.split(inspect.cleandoc(model.__doc__ or ""))[0])


def _field_descriptions(model: type[BaseModel]) -> dict[str, str]:
    """What the docstrings of a model and its bases say of parameters, by the field's name on the wire."""
    found: dict[str, str] = {}
    for cls in reversed(model.__mro__):
        for section in _PARAMETERS.split(inspect.cleandoc(vars(cls).get("__doc__") or ""))[1:]:
            for parameter in _PARAMETER.finditer(section):
                text = _markdown(inspect.cleandoc(parameter["text"]))
                found |= {to_camel(name.strip()): text for name in parameter["names"].split(",")}
    return found


def _markdown(text: str) -> str:
    return " ".join(text.replace("``", "`").split())


def incoming_models() -> dict[str, type[BaseModel]]:
    """The model of each event that comes in, by detail type; the last is for supervision alone."""
    return {
        detail_type: model
        for contract in (received.PaymentEvent, received_limitations.LimitationEvent, received.ResumingEvent)
        for model in get_args(contract)
        for detail_type in get_args(model.model_fields["detail_type"].annotation)
    } | {"RemindersSuppressed": RemindersSuppressed}


def published_models() -> dict[str, type[BaseModel]]:
    """The model of each event that leaves us, in its envelope, by detail type."""
    ours: tuple[tuple[str, Mapping[str, type[BaseModel]]], ...] = (
        (SOURCE, PUBLISHED),
        (channels.SOURCE, channels.PUBLISHED),
    )
    return {name: _in_its_envelope(source, name, detail) for source, events in ours for name, detail in events.items()}


def _in_its_envelope(source: str, detail_type: str, detail: type[BaseModel]) -> type[BaseModel]:
    fields: dict[str, Any] = {
        "source": Literal[source],
        "detail_type": Annotated[Literal[detail_type], Field(alias="detail-type")],
        "detail": detail,
    }
    return create_model(detail_type, __base__=envelope.Envelope, **fields)


def event_models() -> dict[str, type[BaseModel]]:
    """The models of both directions."""
    return incoming_models() | published_models()


def summary_of_event(model: type[BaseModel]) -> str:
    """What an event says: the docstring of its detail."""
    detail = model.model_fields["detail"].annotation
    return summary_of(detail) if inspect.isclass(detail) and issubclass(detail, BaseModel) else ""


def schema_of(detail_type: str, model: type[BaseModel]) -> dict[str, Any]:
    """The JSON Schema of one event: EventBridge's envelope with the detail in it."""
    # What we read may be written in several ways, an amount for one; what we write is written in one.
    written_by_us = detail_type in PUBLISHED or detail_type in channels.PUBLISHED
    mode: Literal["serialization", "validation"] = "serialization" if written_by_us else "validation"
    schema = model.model_json_schema(by_alias=True, schema_generator=ForReaders, mode=mode)
    # One model may serve several types; each type's schema is for that one alone.
    schema["properties"]["detail-type"] = {"const": detail_type, "type": "string"}
    described = {"title": detail_type, "description": summary_of_event(model)}
    return {"$schema": DIALECT, "$id": f"urn:restoration:event:{detail_type}"} | schema | described


def rendered() -> dict[Path, str]:
    """Each file with its text."""
    return {
        FOLDER / f"{name}.json": json.dumps(schema_of(name, it), indent=2, ensure_ascii=False, sort_keys=True) + "\n"
        for name, it in sorted(event_models().items())
    }
