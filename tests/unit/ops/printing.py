"""What commands print, word for word, beside texts that are kept: a hint that names a wrong command is named here.

A change that is meant is kept by copying the file that the failing test names.
"""

import json
import re
import shlex
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from typer.testing import CliRunner

from ops.app import app
from ops.tools import Tools

KEPT = Path(__file__).parents[2] / "printed"
PRINTED = Path(__file__).parents[3] / "build" / "printed"

BEFORE_AN_ID = r'by-hand-|ops-|freeze-[0-9]+-[0-9]+-|journal |journal as |"operation": "|"id": "|[0-9a-f]{32}", "'
TERMINAL = {"COLUMNS": "80", "FORCE_COLOR": "1", "TERM": "xterm", "COLORTERM": None, "NO_COLOR": None}


def printed(tools: Tools, command: str, *noted: Sequence[Any]) -> str:
    """What a command asks, prints and ends with, and what it added to lists; who is asked says yes to everything.

    ``{1}`` and ``{}`` are where bold letters, or others, begin and end.
    """
    asked, before = [], list(map(len, noted))

    def answer(question: str) -> str:
        asked.append(f"? {question}\n")
        return question.split('"')[1] if question.startswith("Type") else "mended"

    ask = None if "--yes" in command else answer
    ran = CliRunner(env=TERMINAL).invoke(app, shlex.split(command), obj=replace(tools, ask=ask))
    failed = f"{type(ran.exception).__name__}: {ran.exception}\n" if ran.exception else ""
    added = [each for some, first in zip(noted, before, strict=True) for each in some[first:]]
    text = "".join(asked) + ran.output + failed + "".join(f"+ {json.dumps(each, default=str)}\n" for each in added)
    text = re.sub(rf"({BEFORE_AN_ID})(?:[0-9a-f]{{12}}|[0-9a-f]{{6}})\b", r"\1(its id)", text)
    return f"$ ops {command}\n{with_marks(text)}".rstrip() + "\n\n"


def with_marks(text: str) -> str:
    """A text of a terminal with its escapes in letters, without those and the spaces that nobody sees."""
    text = re.sub(r"\x1b\[([\d;]*)m", r"{\1}", text).replace("{0}", "{}").replace("{}{1}", "").replace("{}{2}", "")
    return "\n".join(line.rstrip() for line in text.splitlines())


def are_as_kept(name: str, said: Iterable[str]) -> None:
    """Compare texts with those of a file; the first that differs is shown."""
    text = "".join(said).replace("\r\n", "\n")
    PRINTED.mkdir(parents=True, exist_ok=True)
    (PRINTED / name).write_text(text, encoding="utf-8")
    known = (KEPT / name).read_text(encoding="utf-8") if (KEPT / name).is_file() else ""
    assert text.split("$ ops ") == known.split("$ ops "), f"copy {PRINTED / name} to {KEPT / name} if it is meant"
