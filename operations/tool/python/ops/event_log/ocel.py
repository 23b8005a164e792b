"""A file of OCEL 2.0 (object-centric event log), written as it comes: events and objects are two lists in one document.

https://www.ocel-standard.org/specification/formats/json/ says what is in it. The standard's JSON schema asks that each
value is a text, whatever its declared type; so they are, and readers such as PM4Py turn them into that type.
"""

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from shutil import copyfileobj
from tempfile import TemporaryFile
from typing import IO, Any

ALWAYS = "1970-01-01T00:00:00.000Z"
"""The moment of an object's values that do not change."""


type Related = Sequence[tuple[str, str]]
"""The objects that an event or another object has to do with: the id of each, and how."""
type Values = Sequence[tuple[str, str, str]]
"""Of an object: the name of each value, the value, and since when (ISO 8601, UTC)."""
type Attributes = Mapping[str, str]
"""The names of attributes, each with its type (string, time, integer, float, boolean)."""


class OcelFile:
    """Writes events to a file, and objects to another, which is added at the end."""

    def __init__(self, file: IO[str]) -> None:
        file.write('{\n"events": [')
        self._files = {"events": file, "objects": TemporaryFile("w+", encoding="utf-8")}  # noqa: SIM115 - closed in end
        self._event_types = set[str]()
        self._shared = set[str]()
        self.counts = Counter[str]()

    def has(self, object_id: str) -> bool:
        """Whether a shared object was written."""
        return object_id in self._shared

    def add_object(self, name: str, kind: str, values: Values, related: Related = (), *, shared: bool = False) -> None:
        """Write an object without its empty values, once: one that several executions share may come again."""
        if name in self._shared:
            return
        if shared:
            self._shared.add(name)
        attributes = [{"name": it, "time": since, "value": value} for it, value, since in values if value]
        self._add("objects", related, id=name, type=kind, attributes=attributes)

    def add_event(self, name: str, kind: str, at: str, related: Related, values: Attributes | None = None) -> None:
        """Write an event without its empty values."""
        self._event_types.add(kind)
        attributes = [{"name": it, "value": value} for it, value in (values or {}).items() if value]
        self._add("events", related, id=name, type=kind, time=at, attributes=attributes)

    def _add(self, of: str, related: Related, **content: Any) -> None:
        relations = [{"objectId": it, "qualifier": how} for it, how in related]
        text = json.dumps({**content, "relationships": relations}, ensure_ascii=False, separators=(",", ":"))
        self._files[of].write(f",\n{text}" if self.counts[of] else f"\n{text}")
        self.counts[of] += 1

    def end(self, object_types: Mapping[str, Attributes], event_attributes: Attributes) -> None:
        """Write the rest: the objects, and which attributes an object of each type, and any event, may have."""
        file, objects = self._files.values()
        objects.seek(0)
        file.write('\n],\n"objects": [')
        copyfileobj(objects, file)
        objects.close()
        of_events = _types(dict.fromkeys(self._event_types, event_attributes))
        file.write(f'\n],\n"objectTypes": {_types(object_types)},\n"eventTypes": {of_events}\n}}\n')


def _types(types: Mapping[str, Attributes]) -> str:
    listed = [
        {"name": name, "attributes": [{"name": it, "type": kind} for it, kind in attributes.items()]}
        for name, attributes in sorted(types.items())
    ]
    return json.dumps(listed, ensure_ascii=False)
