"""Lists and figures as CSV, which opens beneath each: with commas and points, as the reports have it.

The CSV says what is shown, and times exactly. A popup shows it, to be copied; the console offers it as a file.
"""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from datetime import timedelta

import htpy as h
from markupsafe import Markup

from record.formats import NO_BREAK, THIN, duration
from record.words import Language

EXACT = re.compile(r'<data value="([^"]*)">.*?</data>', re.DOTALL)
"""A time as it is shown, with its milliseconds."""
_CHART = re.compile(r'<svg[^>]*aria-label="([^"]*)".*?</svg>', re.DOTALL)
_BLOCK = re.compile(r"<(?:div|br|li|p)\b")
_HIDDEN = re.compile(r"<cwdb-action.*?</cwdb-action>|<details class.*?</details>", re.DOTALL)
_ROW, _CELL = re.compile(r"<tr.*?</tr>", re.DOTALL), re.compile(r"<t[hd][^>]*>(.*?)</t[hd]>", re.DOTALL)
_TITLE = re.compile(r"<title>(.*?)</title>", re.DOTALL)
_TILE = re.compile(r'<div class="big[^"]*">(.*?)</div><div class="small quiet">(.*?)</div>', re.DOTALL)


def timed(time: timedelta | float | None, language: Language) -> h.Node:
    """A time as people say it (a span, or milliseconds), of which a CSV has the milliseconds."""
    milliseconds = time / timedelta(milliseconds=1) if isinstance(time, timedelta) else time
    shown = duration(milliseconds, language)
    return shown if milliseconds is None else h.data(value=f"{milliseconds:.0f}")[shown]


def with_sheet(drawn: h.Node, label: str) -> h.Fragment:
    """A table, a chart or tiles, with what opens its CSV; nothing more where there is nothing in it."""
    html = str(h.fragment[drawn])
    rows = _rows(_HIDDEN.sub("", html))
    shown = Markup(html)  # noqa: S704 - htpy has escaped it
    return h.fragment[shown, sheet(rows, label) if rows else None]


def sheet(rows: Iterable[Sequence[str]], label: str) -> h.Element:
    """What opens the CSV of some rows."""
    action = h.cwdb_action(action="html", display="popup", event="click")
    return h.div(".no-print.small")[
        h.button(".link", type="button", aria_label=f"CSV : {label}")["CSV"],
        action[h.pre(".csv", title=label)[written(rows)]],
    ]


def _rows(html: str) -> Sequence[Sequence[str]]:
    if "<tr" in html:
        rows = [_CELL.findall(row) for row in _ROW.findall(html)]
        units = {place: unit for row in rows for place, cell in enumerate(row) if (unit := _unit(cell))}
        return [
            [_text(cell) + ("" if line else units.get(place, "")) for place, cell in enumerate(row)]
            for line, row in enumerate(rows)
        ]
    if "<svg" in html:
        # A mark says its name and value; behind a dash or below, what it is.
        told = [_text(each.replace("\n", " — ")).split(" — ") for each in _TITLE.findall(html)]
        return [[*re.split(r"\s?: ", mark, maxsplit=1), *figures[:1]] for mark, *figures in told]
    return [[_text(label) + _unit(value), _text(value)] for value, label in _TILE.findall(html)]


def _unit(cell: str) -> str:
    return " (ms)" if EXACT.search(cell) else ""


def _text(html: str) -> str:
    """What a cell says, in plain spaces; a number without those between its thousands."""
    plain = EXACT.sub(r"\1", _CHART.sub(r"\1", html)).replace(THIN, "")
    return Markup(_BLOCK.sub(r" \g<0>", plain)).striptags().replace(NO_BREAK, " ")  # noqa: S704 - it is only read


def written(rows: Iterable[Sequence[str]]) -> str:
    """Rows as CSV."""
    file = io.StringIO()
    csv.writer(file, lineterminator="\r\n").writerows(rows)
    return file.getvalue()
