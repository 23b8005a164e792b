"""Records as items: an attribute has its field's name in camel case, and one without a value is left out."""

from collections.abc import Callable, Mapping
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from enum import StrEnum
from functools import cache
from types import NoneType, UnionType
from typing import Any, get_args

from restoration.clock import from_text, to_text
from restoration.domain.question import Question


def item_of(record: Any) -> dict[str, Any]:
    """A record's attributes, as DynamoDB keeps them."""
    kind: Any = type(record)
    values = {name: _plain(getattr(record, field)) for field, name, _ in _attributes_of(kind)}
    return {name: value for name, value in values.items() if value is not None}


def record_of[Kind](kind: Callable[..., Kind], item: Mapping[str, Any], **others: Any) -> Kind:
    """A record, by its item; ``others`` are the fields that the item does not have as they are."""
    attributes = _attributes_of(kind)
    known = {field: read(item[name]) for field, name, read in attributes if name in item and field not in others}
    return kind(**known, **others)


def as_read(values: dict[str, Any], **attributes: Any) -> str:
    """The condition that some attributes are as they were read, which adds its ``values``; None was not there."""
    values |= {f":known_{name}": value for name, value in attributes.items() if value is not None}
    return " AND ".join(
        f"attribute_not_exists({_path(name)})" if value is None else f"{_path(name)} = :known_{name}"
        for name, value in attributes.items()
    )


def _path(name: str) -> str:
    return {"status": "#status", "openOrder": "openOrder.#reference"}.get(name, name)


@cache
def _attributes_of(kind: Any) -> tuple[tuple[str, str, Callable[[Any], Any]], ...]:
    """Each field of a record, the name of its attribute, and how that is read."""
    return tuple((each.name, _camel_case(each.name), _read_as(each.type)) for each in fields(kind))


def _camel_case(name: str) -> str:
    first, *words = name.split("_")
    return first + "".join(word.capitalize() for word in words)


def _plain(value: Any) -> Any:
    match value:
        case Question():
            return value.facts
        case datetime():
            return to_text(value)
        case date():
            return value.isoformat()
        case frozenset():
            return set(value) or None
    return item_of(value) if is_dataclass(value) else value


_READ: Mapping[Any, Callable[[Any], Any]] = {
    int: int,
    datetime: from_text,
    date: date.fromisoformat,
    frozenset[str]: frozenset,
    Question: Question.of,
}
"""How an attribute is read whose type DynamoDB does not have."""


def _read_as(of: Any) -> Callable[[Any], Any]:
    """How an attribute is read, by the type of its field; an empty record says that there is none."""
    kind: Any = next(each for each in get_args(of) if each is not NoneType) if isinstance(of, UnionType) else of
    is_record, is_code = is_dataclass(kind), isinstance(kind, type) and issubclass(kind, StrEnum)
    if is_record and kind not in _READ:
        return lambda item: record_of(kind, item) if item else None
    return _READ.get(kind, kind if is_code else lambda value: value)
