"""Reading somebody else's events: one EventBridge entry a line, good or bad."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from local.stage.customers import Entry


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
    """Read a file of entries; empty lines are left out, bad ones kept with what is wrong and where.

    Raises
    ------
    OSError
        When the file can't be read.
    """
    lines = enumerate(path.read_bytes().splitlines(), start=1)
    return [_read_line(number, raw) for number, raw in lines if raw.strip()]


def _read_line(number: int, raw: bytes) -> Line:
    try:
        document = json.loads(raw.decode("utf-8"))
    except UnicodeDecodeError as error:
        return Line(number, None, f"not UTF-8: byte {error.start + 1}")
    except json.JSONDecodeError as error:
        return Line(number, None, f"not JSON: {error.msg}, column {error.colno}")
    if not isinstance(document, dict):
        return Line(number, None, f"not an entry: a JSON object is expected, this is {_kind(document)}")
    if problem := _problem(document):
        return Line(number, None, f"not an entry: {problem}")
    detail = document["Detail"]
    text = detail if isinstance(detail, str) else json.dumps(detail, ensure_ascii=False)
    return Line(number, {"Source": document["Source"], "DetailType": document["DetailType"], "Detail": text})


def _problem(document: dict[str, Any]) -> str:
    for name in ("Source", "DetailType"):
        if not isinstance(document.get(name), str) or not document[name]:
            return f"{name} must be text, but it is {_kind(document.get(name))}"
    if not isinstance(document.get("Detail"), str | dict):
        return f"Detail must be an object or JSON text, but it is {_kind(document.get('Detail'))}"
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
