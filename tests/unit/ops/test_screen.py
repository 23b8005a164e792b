"""What a command shows as JSON, and how it writes moments."""

import io
import json
import os
from dataclasses import dataclass
from datetime import UTC, date, datetime
from decimal import Decimal
from types import MappingProxyType
from typing import Any

import pytest

from ops.screen import Screen, counted, moment

NOW = datetime(2026, 11, 26, 23, 30, tzinfo=UTC)


@dataclass
class Shown:
    """Anything with names."""

    first_name: int = 1
    name: str = "é"


def test_json_has_values_as_they_are_usual_there() -> None:
    file = io.StringIO()
    values: list[Any] = [Shown(), NOW, date(2026, 11, 26), Decimal(2), Decimal("2.5"), {"b", "a"}, MappingProxyType({})]
    screen = Screen(as_json=True, file=file)
    screen.say("not shown")
    screen.json(values)
    first, *others = json.loads(file.getvalue())
    assert first == {"firstName": 1, "name": "é"}
    assert others == ["2026-11-26T23:30:00.000Z", "2026-11-26", 2, 2.5, ["a", "b"], {}]
    with pytest.raises(TypeError, match="object has no JSON"):
        screen.json([object()])


@pytest.mark.parametrize(("columns", "width"), [({}, 80), ({"COLUMNS": ""}, 80), ({"COLUMNS": "60"}, 60)])
def test_table_that_is_piped_fits_a_page_and_what_to_do_next_is_not_broken(
    monkeypatch: pytest.MonkeyPatch, columns: dict[str, str], width: int
) -> None:
    monkeypatch.setattr(os, "environ", columns)
    monkeypatch.setattr(os, "get_terminal_size", lambda *_: (120, 40))
    file = io.StringIO()
    screen = Screen(file=file)
    screen.rows(("number", "name"), [("1", "x" * 80)], right=["number"])
    screen.next("ops case " + "x" * 80)
    table = ["number  name", f"     1  {'x' * (width - 8)}", f"        {'x' * (88 - width)}"]
    assert [line.rstrip() for line in file.getvalue().splitlines()] == [*table, "", f"→ ops case {'x' * 80}"]


def test_moment_is_in_paris_and_as_short_as_one_knows_it() -> None:
    hour, year = NOW.replace(hour=10), NOW.replace(year=2025)
    shown = [moment(None), moment(NOW), moment(NOW, now=NOW), moment(hour, now=NOW), moment(year, now=NOW)]
    assert shown == ["-", "27/11/2026 00:30", "00:30:00", "26/11 11:30", "27/11/2025 00:30"]
    assert [counted(number, "case") for number in (0, 1, 2)] == ["0 cases", "1 case", "2 cases"]
