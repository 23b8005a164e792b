"""What a file of OCEL 2.0 has to be: a schema after the standard's own, and what no schema can say.

Written by us after https://www.ocel-standard.org/2.0/ocel20-schema-json.json (draft-07, as of August 2026) and the
specification (https://www.ocel-standard.org/2.0/ocel20_specification.pdf, sections 4 and 8). It is stricter than the
standard's schema: names of attributes' types are those of the specification, and nothing else may be there. Values are
texts, as in the standard's schema.
"""

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from jsonschema import Draft7Validator, FormatChecker

_TEXT = {"type": "string"}
_MOMENT = {"type": "string", "format": "date-time"}


def _thing(required: Sequence[str], **properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(required), "additionalProperties": False}


def _list(items: Mapping[str, Any]) -> dict[str, Any]:
    return {"type": "array", "items": items}


_TYPES = _list(
    _thing(
        ("name", "attributes"),
        name=_TEXT,
        attributes=_list(
            _thing(("name", "type"), name=_TEXT, type={"enum": ["string", "time", "integer", "float", "boolean"]})
        ),
    )
)
_RELATED = _list(_thing(("objectId", "qualifier"), objectId=_TEXT, qualifier=_TEXT))
SCHEMA: Mapping[str, Any] = {
    "$schema": "http://json-schema.org/draft-07/schema#",
    **_thing(
        ("eventTypes", "objectTypes", "events", "objects"),
        eventTypes=_TYPES,
        objectTypes=_TYPES,
        events=_list(
            _thing(
                ("id", "type", "time"),
                id=_TEXT,
                type=_TEXT,
                time=_MOMENT,
                attributes=_list(_thing(("name", "value"), name=_TEXT, value=_TEXT)),
                relationships=_RELATED,
            )
        ),
        objects=_list(
            _thing(
                ("id", "type"),
                id=_TEXT,
                type=_TEXT,
                attributes=_list(_thing(("name", "value", "time"), name=_TEXT, value=_TEXT, time=_MOMENT)),
                relationships=_RELATED,
            )
        ),
    ),
}
_MOMENTS = FormatChecker(formats=())


def _is_moment(value: object) -> bool:
    """RFC 3339, which ISO 8601 is wider than."""
    if not isinstance(value, str) or not re.fullmatch(
        r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:\d\d)", value
    ):
        return False
    try:
        datetime.fromisoformat(value)
    except ValueError:
        return False
    return True


_MOMENTS.checks("date-time")(_is_moment)
_FITS: Mapping[str, Callable[[Any], bool]] = {
    "string": lambda _: True,
    "time": _is_moment,
    "integer": lambda value: re.fullmatch(r"-?\d+", value) is not None,
    "float": lambda value: re.fullmatch(r"-?\d+(\.\d+)?", value) is not None,
    "boolean": lambda value: value in {"true", "false"},
}


def faults_of(document: Mapping[str, Any]) -> list[str]:
    """What is wrong with a document, in sentences."""
    errors = Draft7Validator(SCHEMA, format_checker=_MOMENTS).iter_errors(document)
    faults = [f"{'/'.join(map(str, error.absolute_path))}: {error.message}" for error in errors]
    return faults or [*_twice(document), *_undeclared(document), *_unknown(document)]


def _twice(document: Mapping[str, Any]) -> list[str]:
    names = {
        "event types": [each["name"] for each in document["eventTypes"]],
        "object types": [each["name"] for each in document["objectTypes"]],
        "ids": [each["id"] for each in (*document["events"], *document["objects"])],
    }
    return [
        f"{name} {each} comes twice" for name, all_of in names.items() for each, n in Counter(all_of).items() if n > 1
    ]


def _undeclared(document: Mapping[str, Any]) -> list[str]:
    faults = []
    for things, types in (("events", "eventTypes"), ("objects", "objectTypes")):
        declared = {each["name"]: {it["name"]: it["type"] for it in each["attributes"]} for each in document[types]}
        for thing in document[things]:
            if thing["type"] not in declared:
                faults.append(f"{thing['id']} is of a type that is not declared: {thing['type']}")
                continue
            for attribute in thing.get("attributes", ()):
                kind = declared[thing["type"]].get(attribute["name"])
                if kind is None or not _FITS[kind](attribute["value"]):
                    faults.append(f"{thing['id']}: {attribute['name']} = {attribute['value']} is no {kind}")
    return faults


def _unknown(document: Mapping[str, Any]) -> list[str]:
    known = {each["id"] for each in document["objects"]}
    return [
        f"{thing['id']} has to do with {it['objectId']}, which is not there"
        for thing in (*document["events"], *document["objects"])
        for it in thing.get("relationships", ())
        if it["objectId"] not in known
    ]
