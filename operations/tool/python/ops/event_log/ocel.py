"""A file of OCEL 2.0 (object-centric event log), written as it comes: events and objects are two lists in one document.

https://www.ocel-standard.org/specification/formats/json/ says what is in it. The standard's JSON schema asks that each
value is a text, whatever its declared type; so they are, and readers such as PM4Py turn them into that type.
"""

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from shutil import copyfileobj
from typing import IO, Any, Self

ALWAYS = "1970-01-01T00:00:00.000Z"
"""The moment of an object's values that do not change."""


@dataclass(frozen=True, slots=True)
class Related:
    """An object that an event or another object has to do with, and how."""

    object_id: str
    qualifier: str


@dataclass(frozen=True, slots=True)
class Value:
    """A value of an object, and since when (ISO 8601, UTC)."""

    name: str
    value: str
    since: str = ALWAYS


@dataclass(frozen=True, slots=True)
class Object:
    """An object; empty values are left out."""

    id: str
    type: str
    values: Sequence[Value] = ()
    related: Sequence[Related] = ()


@dataclass(frozen=True, slots=True)
class LoggedEvent:
    """An event; empty values are left out."""

    id: str
    type: str
    at: str
    values: Mapping[str, str] = field(default_factory=dict)
    related: Sequence[Related] = ()


Types = Mapping[str, Mapping[str, str]]
"""By the type of an object or event: its attributes, each with its type (string, time, integer, float, boolean)."""


class OcelFile:
    """Writes a file, which is there when its context ends without an error. Its lists are kept beside it until then.

    Parameters
    ----------
    object_types
        All that objects may have.
    event_attributes
        The attributes of an event of any type.
    """

    def __init__(self, path: Path, object_types: Types, event_attributes: Mapping[str, str]) -> None:
        self._path = path
        self._parts = {name: path.with_name(f".{path.name}.{name}") for name in ("objects", "events")}
        self._files: dict[str, IO[str]] = {name: part.open("w", encoding="utf-8") for name, part in self._parts.items()}
        self._object_types = object_types
        self._event_attributes = event_attributes
        self._event_types: dict[str, set[str]] = {}
        self._shared: set[str] = set()
        self.objects = 0
        self.events = 0

    def has(self, object_id: str) -> bool:
        """Whether a shared object was written."""
        return object_id in self._shared

    def __enter__(self) -> Self:
        return self

    def __exit__(self, error_type: object, *_: object) -> None:
        for file in self._files.values():
            file.close()
        if error_type is None:
            self._join()
        for part in self._parts.values():
            part.unlink()

    def add_object(self, thing: Object, *, shared: bool = False) -> None:
        """Write an object. One that is shared, by several executions, may come again, and is written once."""
        if thing.id in self._shared:
            return
        if shared:
            self._shared.add(thing.id)
        values = [{"name": it.name, "time": it.since, "value": it.value} for it in thing.values if it.value]
        self._write("objects", {"id": thing.id, "type": thing.type, "attributes": values, **_related(thing.related)})
        self.objects += 1

    def add_event(self, event: LoggedEvent) -> None:
        values = {name: value for name, value in event.values.items() if value}
        self._event_types.setdefault(event.type, set()).update(values)
        attributes = [{"name": name, "value": value} for name, value in values.items()]
        content = {"id": event.id, "type": event.type, "time": event.at, "attributes": attributes}
        self._write("events", {**content, **_related(event.related)})
        self.events += 1

    def _write(self, name: str, content: Mapping[str, Any]) -> None:
        first = self.objects == 0 if name == "objects" else self.events == 0
        text = json.dumps(content, ensure_ascii=False, separators=(",", ":"))
        self._files[name].write(f"\n{text}" if first else f",\n{text}")

    def _join(self) -> None:
        events = {
            name: {it: kind for it, kind in self._event_attributes.items() if it in used}
            for name, used in self._event_types.items()
        }
        whole = self._path.with_name(f".{self._path.name}.whole")
        with whole.open("w", encoding="utf-8") as file:
            file.write(f'{{\n"objectTypes": {_types(self._object_types)},\n"eventTypes": {_types(events)}')
            for name, part in self._parts.items():
                file.write(f',\n"{name}": [')
                with part.open(encoding="utf-8") as read:
                    copyfileobj(read, file)
                file.write("\n]")
            file.write("\n}\n")
        whole.replace(self._path)


def _types(types: Types) -> str:
    listed = [
        {"name": name, "attributes": [{"name": it, "type": kind} for it, kind in attributes.items()]}
        for name, attributes in sorted(types.items())
    ]
    return json.dumps(listed, ensure_ascii=False, indent=1)


def _related(related: Iterable[Related]) -> dict[str, list[dict[str, str]]]:
    return {"relationships": [{"objectId": it.object_id, "qualifier": it.qualifier} for it in related]}
