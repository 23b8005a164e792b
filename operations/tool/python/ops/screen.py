"""What a command shows: tables for people, JSON for programs. A command's output ends with what to do next."""

import json
import os
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import IO, Any

from pydantic.alias_generators import to_camel
from rich.console import Console
from rich.table import Table
from rich.text import Text

from restoration.clock import PARIS, to_text

WIDTH = 80


class Screen:
    """Shows either text or JSON, never both: in JSON, only :meth:`json` writes to standard output.

    Parameters
    ----------
    as_json
        JSON instead of text.
    file
        Where to write; standard output by default.
    """

    def __init__(self, *, as_json: bool = False, file: IO[str] | None = None) -> None:
        self.as_json = as_json
        self._file = file or sys.stdout
        # What is piped fits a page; a terminal may be wider, which leaves room for long causes.
        said = os.environ.get("COLUMNS", "")
        fits = int(said) if said.isdecimal() else WIDTH
        self.console = Console(file=self._file, width=None if self._file.isatty() else fits, highlight=False)

    def say(self, text: str = "", style: str = "") -> None:
        """Print a sentence."""
        if not self.as_json:
            self.console.print(Text(text, style=style))

    def print(self, renderable: Any) -> None:
        """Print something of rich's."""
        if not self.as_json:
            self.console.print(renderable)

    def rows(self, heads: Sequence[str], rows: Sequence[Sequence[str]], *, right: Sequence[str] = ()) -> None:
        """Print a table; its cells are plain texts.

        Parameters
        ----------
        right
            The heads of columns of numbers.
        """
        table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, header_style="bold")
        for head in heads:
            table.add_column(head, justify="right" if head in right else "left", overflow="fold")
        for row in rows:
            table.add_row(*(Text(cell) for cell in row))
        self.print(table)

    def next(self, *lines: str) -> None:
        """End with what to do next: one command or sentence a line, which is not broken, so that it can be copied."""
        self.say()
        for line in lines if not self.as_json else ():
            self.console.print(Text(f"→ {line}", style="bold"), soft_wrap=True)

    def json(self, content: Any) -> None:
        """Print JSON, where it was asked for: dataclasses, moments and numbers as they are usual there."""
        if self.as_json:
            self._file.write(json.dumps(content, ensure_ascii=False, indent=2, default=_plain) + "\n")


def moment(at: datetime | None, *, now: datetime | None = None) -> str:
    """A moment as people of the company read it: Paris time, without the date or the year that ``now`` has, too."""
    if at is None:
        return "-"
    local = at.astimezone(PARIS)
    today = now and now.astimezone(PARIS).date()
    if local.date() == today:
        return f"{local:%H:%M:%S}"
    return f"{local:%d/%m %H:%M}" if today and local.year == today.year else f"{local:%d/%m/%Y %H:%M}"


def counted(number: int, noun: str) -> str:
    """A number and its noun, in the plural unless it is one."""
    return f"{number} {noun}{'' if number == 1 else 's'}"


_PLAIN: Mapping[type, Callable[[Any], Any]] = {
    datetime: to_text,
    date: date.isoformat,
    Decimal: lambda value: int(value) if value == value.to_integral_value() else float(value),
    set: sorted,
    frozenset: sorted,
    Mapping: dict,
    Path: str,
}
"""What has no JSON of its own, and how it is written: the first type that a value is of."""


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return {to_camel(each.name): getattr(value, each.name) for each in fields(value)}
    for kind, plain in _PLAIN.items():
        if isinstance(value, kind):
            return plain(value)
    raise TypeError(f"{type(value).__name__} has no JSON")
