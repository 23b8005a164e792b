"""Writes the types of a model as JSON Schema 2020-12, to fill a form by or to check a message before it is sent."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from dmn.errors import FeelSyntaxError, InvalidError
from dmn.feel import syntax, types
from dmn.feel.border import leaf_to_json
from dmn.feel.library.moments import parse_at_literal
from dmn.feel.parser import parse_unary_tests
from dmn.feel.scope import BASE_VOCABULARY

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dmn.feel.syntax import Node
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
_BOUNDS = {
    ">=": ("minimum", "exclusiveMinimum"),
    ">": ("exclusiveMinimum", "minimum"),
    "<=": ("maximum", "exclusiveMaximum"),
    "<": ("exclusiveMaximum", "maximum"),
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
    try:
        tests = parse_unary_tests(text, BASE_VOCABULARY)
        if tests.negated:
            return None
        constants = [_constant(test) for test in tests.tests]
        if all(constants):
            return {"enum": [value for found in constants if found is not None for value in found]}
        return _read_range(tests.tests[0]) if len(tests.tests) == 1 else None
    except (FeelSyntaxError, InvalidError):
        return None


def _constant(test: Node) -> tuple[Any] | None:
    """Return the one value that a test is, in a tuple, since null is one too."""
    if isinstance(test, syntax.Literal):
        return (leaf_to_json(test.value),)
    return (str(parse_at_literal(test.text)),) if isinstance(test, syntax.AtLiteral) else None


def _read_range(test: Node) -> Schema | None:
    if isinstance(test, syntax.UnaryTest) and test.operator in _BOUNDS:
        bound = _number(test.operand)
        return None if bound is None else {_BOUNDS[test.operator][0]: bound}
    if not isinstance(test, syntax.RangeLiteral):
        return None
    low, high = _number(test.low), _number(test.high)
    if low is None or high is None:
        return None
    return {_BOUNDS[">="][not test.low_closed]: low, _BOUNDS["<="][not test.high_closed]: high}


def _number(node: Node) -> Any:
    if isinstance(node, syntax.Literal) and isinstance(node.value, Decimal):
        return leaf_to_json(node.value)
    return None
