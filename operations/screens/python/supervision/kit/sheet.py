"""Lists and figures as CSV, which opens beneath each: with commas and points, as the reports have it.

The CSV says what is shown, and times exactly; a figure's unit stands with its name, so that a spreadsheet reads a
number. A popup shows the CSV, to be copied; the console offers it as a file.
"""

import csv
import io
import re
from collections.abc import Iterable, Sequence
from datetime import timedelta
from itertools import chain, zip_longest

import htpy as h
from markupsafe import Markup

from record.formats import MINUS, NO_BREAK, THIN, duration
from record.words import Language

EXACT = re.compile(r'<data value="([^"]*)">.*?</data>', re.DOTALL)
"""A time as it is shown, with its milliseconds."""
_CHART = re.compile(r'<svg[^>]*aria-label="([^"]*)".*?</svg>', re.DOTALL)
_BLOCK = re.compile(r"<(?:div|br|li|p)\b")
_HIDDEN = re.compile(r"<cwdb-action.*?</cwdb-action>|<details class.*?</details>", re.DOTALL)
_ROW, _CELL = re.compile(r"<tr.*?</tr>", re.DOTALL), re.compile(r"<t[hd][^>]*>(.*?)</t[hd]>", re.DOTALL)
_TITLE = re.compile(r"<title>(.*?)</title>", re.DOTALL)
_TILE = re.compile(r'<div class="big[^"]*">(.*?)</div><div class="small quiet">(.*?)</div>', re.DOTALL)
_PARTS = re.compile(r"<(?:p|div|span|strong|button)\b[^>]*>|\s[·+;]\s|; |\. ")
_SAID = re.compile(r"(?:▲ )?(?P<figure>[€\d.,]+(?: €)?) (?P<name>\D.*?)\.?|(?P<title>\D+?)\s?: (?P<value>[\d.,]+?)\.?")
"""A part of a sentence that begins or ends with its figure."""
_FIGURE = re.compile(rf"(?:▲ )?([+±{MINUS}]?)€?(\d+(?:[.,]\d+)?)(?: (ms|[%€]))?")


def timed(time: timedelta | float | None, language: Language) -> h.Node:
    """A time as people say it (a span, or milliseconds), of which a CSV has the milliseconds."""
    milliseconds = time / timedelta(milliseconds=1) if isinstance(time, timedelta) else time
    shown = duration(milliseconds, language)
    return shown if milliseconds is None else h.data(value=f"{milliseconds:.0f}")[shown]


def with_sheet(drawn: h.Node, label: str, rows: Sequence[Sequence[str]] = ()) -> h.Fragment:
    """A table, a chart, tiles or sentences, with what opens its CSV; ``rows``, where that has more."""
    html = str(h.fragment[drawn])
    rows = rows or _rows(_HIDDEN.sub("", html))
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
        rows = [map(_text, _CELL.findall(row)) for row in _ROW.findall(html)]
        columns = [_column(*cells) for cells in zip_longest(*rows, fillvalue="")]
        return [[*chain(*row)] for row in zip(*columns, strict=True)]
    if "<svg" in html:
        # A mark says its name and value; behind a dash or below, what it is.
        told = [_text(each.replace("\n", " — ")).split(" — ") for each in _TITLE.findall(html)]
        return [row for mark, *more in told for row in named(*re.split(r"\s?: ", mark, maxsplit=1), *more[:1])]
    tiles = [(_text(label), _text(value)) for value, label in _TILE.findall(html)]
    said = () if tiles else (_SAID.fullmatch(_text(each).strip()) for each in _PARTS.split(html))
    parts = ((it["name"] or it["title"], it["figure"] or it["value"]) for it in said if it)
    return [row for each in [*tiles, *parts] for row in named(*each)]


def named(name: str, value: h.Node = "", *more: str) -> Sequence[Sequence[str]]:
    """A name with its value, and so for each figure that a value has: rows of a CSV."""
    text = _text(str(h.fragment[value]))
    return [[name + unit, figure, *more] for figure, unit in _figures(text) or [(text, "")]]


def _column(head: str, *cells: str) -> Sequence[Sequence[str]]:
    """A column, or several where its cells have several figures; the heads say the units, where all have the same."""
    figures = [_figures(cell) for cell in cells]
    its = [unit for _, unit in max(figures, key=len, default=())]
    if not its or any([unit for _, unit in each] != its[: len(each)] for each in figures):
        return [[each] for each in (head, *cells)]
    told = ([text for text, _ in each] or [cell] for cell, each in zip(cells, figures, strict=True))
    return [[head + unit for unit in its], *([*each, *[""] * (len(its) - len(each))] for each in told)]


def _figures(text: str) -> Sequence[tuple[str, str]]:
    """The figures of a text that is nothing else, as spreadsheets read them, each with its unit."""
    found = [_FIGURE.fullmatch(each) for each in text.split(" · ")]
    parts = [each.groups("") for each in found if each]
    told = [(("-" if sign == MINUS else "") + value.replace(",", "."), unit) for sign, value, unit in parts]
    return [(value, unit and f" ({unit})") for value, unit in told] if len(parts) == len(found) else ()


def _text(html: str) -> str:
    """What a cell says, in plain spaces; a number without those between its thousands."""
    plain = EXACT.sub(r"\1 ms", _CHART.sub(r"\1", html)).replace(THIN, "")
    return Markup(_BLOCK.sub(r" \g<0>", plain)).striptags().replace(NO_BREAK, " ")  # noqa: S704 - it is only read


def written(rows: Iterable[Sequence[str]]) -> str:
    """Rows as CSV."""
    file = io.StringIO()
    csv.writer(file, lineterminator="\r\n").writerows(rows)
    return file.getvalue()
