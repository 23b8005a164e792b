"""Reading somebody else's events, as they are put on a bus or as it delivers them, good or bad."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local.customers import Entry

ENTRY = ("Source", "DetailType", "Detail")
"""What an entry of PutEvents has."""
DELIVERED = ("source", "detail-type", "detail")
"""What an event has that a bus has delivered, as the samples in `events/` do."""


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
        document = json.loads(raw)
    except (ValueError, RecursionError):
        lines = enumerate(raw.splitlines(), start=1)
        return [_read_line(number, line) for number, line in lines if line.strip()]
    many = document if isinstance(document, list) else [document]
    return [_line_of(number, each) for number, each in enumerate(many, start=1)]


def _read_line(number: int, raw: bytes) -> Line:
    try:
        document = json.loads(raw.decode("utf-8"))
    except UnicodeDecodeError as error:
        return Line(number, None, f"not UTF-8: byte {error.start + 1}")
    except json.JSONDecodeError as error:
        return Line(number, None, f"not JSON: {error.msg}, column {error.colno}")
    except (ValueError, RecursionError):
        return Line(number, None, "a number in it is too long, or it is nested too deep")
    return _line_of(number, document)


def _line_of(number: int, document: object) -> Line:
    if not isinstance(document, dict):
        return Line(number, None, f"no event: a JSON object is expected, this is {_kind(document)}")
    names = DELIVERED if document.keys() & set(DELIVERED) else ENTRY
    if problem := _problem(document, names):
        return Line(number, None, f"no event: {problem}")
    source, detail_type, detail = (document[name] for name in names)
    text = detail if isinstance(detail, str) else json.dumps(detail, ensure_ascii=False)
    try:
        f"{source}{detail_type}{text}".encode()
    except UnicodeEncodeError:
        return Line(number, None, "no event: half of a character, such as \\ud800, stands alone in it")
    return Line(number, {"Source": source, "DetailType": detail_type, "Detail": text})


def _problem(document: dict[str, Any], names: Sequence[str]) -> str:
    source, detail_type, detail = names
    for name in (source, detail_type):
        if not isinstance(document.get(name), str) or not document[name]:
            return f"{name} must be text, but it is {_kind(document.get(name))}"
    if not isinstance(document.get(detail), str | dict):
        return f"{detail} must be an object or JSON text, but it is {_kind(document.get(detail))}"
    return ""


def _kind(value: object) -> str:
    names: Sequence[tuple[type, str]] = (
        (bool, "a boolean"),
        (str, "text"),
        (list, "a list"),
        (dict, "an object"),
    )
    if value is None:
        return "missing"
    return next((name if value else f"empty: {name}" for kind, name in names if isinstance(value, kind)), "a number")
