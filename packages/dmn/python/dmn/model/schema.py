"""Writes the types of a model as JSON Schema 2020-12, to fill a form by or to check a message before it is sent."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from dmn.feel import types
from dmn.feel.border import leaf_to_json
from dmn.model.indexing import CellReader

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dmn.feel.types import Type

type Schema = dict[str, Any]

_DIALECT = "https://json-schema.org/draft/2020-12/schema"
_PLAIN: dict[Type, Schema] = {
    types.NUMBER: {"type": "number"},
    types.INTEGER: {"type": "integer"},
    types.STRING: {"type": "string"},
    types.BOOLEAN: {"type": "boolean"},
    types.DATE: {"type": "string", "format": "date"},
    types.TIME: {"type": "string", "description": "a time of day by ISO 8601, with an offset or without"},
    types.DATE_TIME: {"type": "string", "description": "a date and time by ISO 8601, with an offset or without"},
    types.MONTHS: {"type": "string", "format": "duration"},
    types.SPAN: {"type": "string", "format": "duration"},
    types.DURATION: {"type": "string", "format": "duration"},
}


def write_schema(title: str, kinds: Mapping[str, Type], labels: Mapping[str, str]) -> Schema:
    """Write the schema of an object with a required property for each name."""
    properties: Schema = {}
    for name, kind in kinds.items():
        schema = _or_null(_schema_of(kind))
        label = labels.get(name, name)
        properties[name] = {"title": label, **schema} if label != name else schema
    return {
        "$schema": _DIALECT,
        "title": title,
        "type": "object",
        "properties": properties,
        "required": list(kinds),
    }


def _or_null(schema: Schema) -> Schema:
    """Let null in, which stands for what is not known."""
    written = dict(schema)
    if "type" in written:
        written["type"] = [written["type"], "null"]
    if "enum" in written:
        written["enum"] = [*written["enum"], None]
    return written


def _schema_of(kind: Type) -> Schema:
    if isinstance(kind, types.ItemType):
        return _item_schema(kind)
    if isinstance(kind, types.ListType):
        return {"type": "array", "items": _or_null(_schema_of(kind.element))}
    if isinstance(kind, types.ContextType):
        fields = {name: _or_null(_schema_of(field)) for name, field in kind.fields.items()}
        return {"type": "object", "properties": fields, "required": list(fields)} if fields else {"type": "object"}
    return dict(_PLAIN.get(kind, {}))


def _item_schema(kind: types.ItemType) -> Schema:
    schema = _schema_of(kind.base)
    if not kind.expectation:
        return schema
    limits = _read_limits(kind.expectation)
    if limits is None or schema.get("type") not in ("string", "number", "integer", "boolean"):
        return {**schema, "description": f"one of {kind.expectation}"}
    return {**schema, **limits}


def _read_limits(text: str) -> Schema | None:
    """Read allowed values that JSON Schema can say: a list of constants, or one range of numbers."""
    reader = CellReader(frozenset())
    kind, spans, negated, _ = reader.read(text) or (None, (), False, False)
    if kind is None or negated or hasattr(kind[0], "utc_offset"):
        return None  # times and instants are ordered by their seconds, which are no JSON of theirs
    points = [leaf_to_json(point) for point in reader.points]
    if all(0 <= start == stop - 1 for start, stop in spans):
        return {"enum": [points[start >> 1] for start, _ in spans]}
    if kind[0] is not Decimal or len(spans) > 1:
        return None
    start, stop = spans[0]
    limits = {} if start < 0 else {"exclusiveMinimum" if start & 1 else "minimum": points[start >> 1]}
    return limits if stop < 0 else limits | {("maximum" if stop & 1 else "exclusiveMaximum"): points[stop >> 1]}
