"""Draws the process's layout as pictures in ``docs/pictures/``: ``process.en.svg`` with the states' names in the machine, which
the console shows, and ``process.fr.svg`` with those of business. Both are light or dark as the reader has it."""

import re
from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

from scripts.process.machine import ROOT
from scripts.process.text import lines_of, width_of

PICTURES = ROOT / "docs" / "pictures"
PICTURE = PICTURES / "process.en.svg"
IMAGE = PICTURES / "process.fr.svg"

SIZE = 12
_LINE = 14
_PADDING = 4
_RADIUS = 5
_RADII = {"Choice": 0}
_HEAD = 13.5  # wide enough for bold letters of 12
_STYLE = """
    :root { color-scheme: light dark; }
    .paper { fill: #ffffff; } .column { fill: #f2f5f9; } text { fill: #1a202c; font: 12px system-ui, "Segoe UI", "DejaVu Sans", sans-serif; }
    .head { font-weight: 600; fill: #33415c; } .state rect, .state path { stroke: #33415c; stroke-width: 1.2; fill: #ffffff; }
    .billing rect { fill: #fdf0d5; } .bank rect { fill: #e9e4f7; } .enedis rect { fill: #dcecfb; } .advisor rect { fill: #ffdcc2; }
    .succeed rect { fill: #e3e8ee; stroke-width: 2.2; }
    .edge { fill: none; stroke: #51617d; stroke-width: 1.3; } .back { stroke-dasharray: 5 3; } .tip, .start { fill: #51617d; } .choice text { font-style: italic; }
    @media (prefers-color-scheme: dark) {
      .paper { fill: #12161d; } .column { fill: #1b212b; } text { fill: #eef2f7; } .head { fill: #b8c5da; }
      .state rect, .state path { stroke: #9fb0cc; fill: #12161d; }
      .billing rect { fill: #4a3b14; } .bank rect { fill: #3a3159; } .enedis rect { fill: #17395a; } .advisor rect { fill: #5c3315; }
      .succeed rect { fill: #2d3644; } .edge { stroke: #93a4c0; } .tip, .start { fill: #93a4c0; }
    }
"""

_LEGEND = {
    True: {"us": "n'attend que nous", "billing": "la facturation", "bank": "la banque", "enedis": "Enedis", "advisor": "un conseiller"},
    False: {"us": "waits only for us", "billing": "billing", "bank": "the bank", "enedis": "Enedis", "advisor": "an advisor"},
}
_MORE = {True: ("issue", "question", "retour à un état précédent"), False: ("ending", "choice", "back to an earlier state")}


def picture(layout: Mapping[str, Any], *, french: bool) -> str:
    """The picture's SVG: French with the states' business names, else with their names in the machine."""
    width, height = layout["width"], layout["height"]
    title = "Le processus, état par état" if french else "The process, state by state"
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height:g}" width="{width}" height="{height:g}"'
        f' role="img" aria-label="{title}" lang="{"fr" if french else "en"}">',
        f"<title>{title}</title>",
        f"<style>{_STYLE}</style>",
        f'<rect class="paper" width="{width}" height="{height:g}"/>',
        *_columns(layout, french=french),
        *(line for edge in layout["edges"] for line in _edge(edge)),
        *_start(layout),
        *(line for state in layout["states"] for line in _state(state, french=french)),
        *_legend(height, french=french),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _columns(layout: Mapping[str, Any], *, french: bool) -> Iterator[str]:
    for column in layout["columns"]:
        states = [state for state in layout["states"] if state["section"] == column["section"]]
        width = states[0]["width"]
        name = column["title"] if french else column["section"]
        yield (
            f'<rect class="column" x="{column["x"] - width / 2 - 6:g}" y="6" width="{width + 12:g}"'
            f' height="{layout["height"] - 40:g}" rx="8"/>'
        )
        yield from _lines("head", column["x"], 24, lines_of(name, _HEAD, width), from_top=True)


def _start(layout: Mapping[str, Any]) -> Iterator[str]:
    start = layout["start"]
    first = next(state for state in layout["states"] if state["name"] == start["state"])
    yield f'<circle class="start" cx="{start["x"]:g}" cy="{start["y"]:g}" r="{start["size"] / 2:g}"/>'
    ends = [[start["x"], start["y"]], [first["x"], first["y"] - first["height"] / 2]]
    yield from _edge({"points": ends, "back": False})


def _state(state: Mapping[str, Any], *, french: bool) -> Iterator[str]:
    x, y = state["x"] - state["width"] / 2, state["y"] - state["height"] / 2
    name = state["title"] if french else state["name"]
    lines = lines_of(_parted(name), SIZE, state["width"] - 2 * _PADDING)
    if len(lines) * _LINE > state["height"]:
        message = f"{name!r} takes {len(lines)} lines, which is too high for its box; give it a shorter name"
        raise ValueError(message)
    yield f'<g class="state {state["party"]} {state["type"].lower()}">'
    yield _box(x, y, state["width"], state["height"], state["type"])
    yield from _lines("", state["x"], state["y"], [line.replace(" ", "") if not french else line for line in lines])
    yield "</g>"


def _box(x: float, y: float, width: float, height: float, kind: str) -> str:
    return f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" rx="{_RADII.get(kind, _RADIUS)}"/>'


def _legend(height: float, *, french: bool) -> Iterator[str]:
    ending, choice, back = _MORE[french]
    x, y = 24.0, height - 24
    entries = [*((party, "task", text) for party, text in _LEGEND[french].items()), ("us", "choice", choice), ("us", "succeed", ending)]
    for party, kind, text in entries:
        yield f'<g class="state {party} {kind}">{_box(x, y, 22, 14, kind.capitalize())}<text x="{x + 28:g}" y="{y + 11:g}">{text}</text></g>'
        x += 28 + width_of(text, SIZE) + 24
    yield f'<polyline class="edge back" points="{x:g},{y + 7:g} {x + 28:g},{y + 7:g}"/><text x="{x + 34:g}" y="{y + 11:g}">{back}</text>'


def _parted(name: str) -> str:
    """A state's name in the machine, parted where a line may break: CheckPayment is one word to read, and two to write."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", " ", name)


def _edge(edge: Mapping[str, Any]) -> Iterator[str]:
    points = edge["points"]
    path = " ".join(f"{x:g},{y:g}" for x, y in points)
    yield f'<polyline class="edge{" back" if edge["back"] else ""}" points="{path}"/>'
    (x1, y1), (x2, y2) = points[-2:]
    dx, dy = (x2 > x1) - (x2 < x1), (y2 > y1) - (y2 < y1)
    tip = [(x2, y2), (x2 - 7 * dx - 3 * dy, y2 - 7 * dy - 3 * dx), (x2 - 7 * dx + 3 * dy, y2 - 7 * dy + 3 * dx)]
    yield f'<polygon class="tip" points="{" ".join(f"{x:g},{y:g}" for x, y in tip)}"/>'


def _lines(kind: str, x: float, y: float, lines: list[str], *, from_top: bool = False) -> Iterator[str]:
    first = y if from_top else y - _LINE * (len(lines) - 1) / 2 + SIZE / 3
    for number, line in enumerate(lines):
        attributes = f' class="{kind}"' if kind else ""
        yield f'<text{attributes} x="{x:g}" y="{first + number * _LINE:g}" text-anchor="middle">{escape(line)}</text>'
