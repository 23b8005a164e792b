"""A file of OCEL 2.0 (object-centric event log), written as it comes: events and objects are two lists in one document.

https://www.ocel-standard.org/specification/formats/json/ says what is in it. The standard's JSON schema asks that each
value is a text, whatever its declared type; so they are, and readers such as PM4Py turn them into that type.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from shutil import copyfileobj
from typing import IO, Any, Self

ALWAYS = "1970-01-01T00:00:00.000Z"
"""The moment of an object's values that do not change."""


type Related = Sequence[tuple[str, str]]
"""The objects that an event or another object has to do with: the id of each, and how."""
type Values = Sequence[tuple[str, str, str]]
"""Of an object: the name of each value, the value, and since when (ISO 8601, UTC)."""
type Types = Mapping[str, Mapping[str, str]]
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

    def add_object(self, name: str, kind: str, values: Values, related: Related = (), *, shared: bool = False) -> None:
        """Write an object without its empty values, once: one that several executions share may come again."""
        if name in self._shared:
            return
        if shared:
            self._shared.add(name)
        attributes = [{"name": it, "time": since, "value": value} for it, value, since in values if value]
        self._write("objects", {"id": name, "type": kind, "attributes": attributes, **_related(related)})
        self.objects += 1

    def add_event(
        self, name: str, kind: str, at: str, related: Related, values: Mapping[str, str] | None = None
    ) -> None:
        """Write an event without its empty values."""
        given = {it: value for it, value in (values or {}).items() if value}
        self._event_types.setdefault(kind, set()).update(given)
        attributes = [{"name": it, "value": value} for it, value in given.items()]
        self._write("events", {"id": name, "type": kind, "time": at, "attributes": attributes, **_related(related)})
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


def _related(related: Related) -> dict[str, list[dict[str, str]]]:
    return {"relationships": [{"objectId": it, "qualifier": how} for it, how in related]}
