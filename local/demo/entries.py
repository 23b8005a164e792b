"""Reading somebody else's events, as they are put on a bus or as it delivers them, good or bad."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from pydantic import AliasChoices, BaseModel, Field, ValidationError
from pydantic_core import from_json

from local.customers import Entry


class Event(BaseModel):
    """An event as PutEvents takes it, or as a bus has delivered it: the samples in `events/` are so."""

    source: Annotated[str, Field(min_length=1, validation_alias=AliasChoices("Source", "source"))]
    detail_type: Annotated[str, Field(min_length=1, validation_alias=AliasChoices("DetailType", "detail-type"))]
    detail: Annotated[dict[str, Any] | str, Field(validation_alias=AliasChoices("Detail", "detail"))]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the file: its entry, or what is wrong with it."""

    number: int
    entry: Entry | None
    problem: str = ""

    @property
    def type(self) -> str:
        return self.entry["DetailType"] if self.entry else ""


def read_lines(path: Path) -> list[Line]:
    """Read a file of events; empty lines are left out, bad ones kept with what is wrong and where.

    Each line holds one event: an entry as PutEvents takes it, or an event as a rule's target gets it. A file that is
    one JSON document, a single event or a list of them, is read as such; its events are numbered instead of lines.

    Raises
    ------
    OSError
        When the file can't be read.
    """
    raw = path.read_bytes()
    try:
        document = from_json(raw)
    except ValueError:
        lines = enumerate(raw.splitlines(), start=1)
        return [_read_line(number, line) for number, line in lines if line.strip()]
    many = document if isinstance(document, list) else [document]
    return [_line_of(number, each) for number, each in enumerate(many, start=1)]


def _read_line(number: int, raw: bytes) -> Line:
    try:
        document = from_json(raw)
    except ValueError as error:
        return Line(number, None, f"not JSON: {error}".replace(" at line 1", ","))
    return _line_of(number, document)


def _line_of(number: int, document: object) -> Line:
    try:
        event = Event.model_validate(document)
    except ValidationError as error:
        first = error.errors()[0]
        return Line(number, None, f"no event: {': '.join(map(str, (*first['loc'][:1], first['msg'])))}")
    text = event.detail if isinstance(event.detail, str) else json.dumps(event.detail, ensure_ascii=False)
    return Line(number, {"Source": event.source, "DetailType": event.detail_type, "Detail": text})
