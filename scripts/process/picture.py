"""Draws the process's layout as pictures in ``docs/pictures/``, light or dark as the reader has it.

``process.en.svg`` has the states' names in the machine, which the console shows, ``process.fr.svg`` those of business.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from html import escape
from typing import Any

from scripts.process.machine import ROOT
from scripts.process.text import lines_of, width_of
from supervision.process import tip

PICTURES = ROOT / "docs" / "pictures"
ENGLISH = PICTURES / "process.en.svg"
FRENCH = PICTURES / "process.fr.svg"

SIZE = 12
_LINE = 14
PADDING = 4
_RADIUS = 5
HEAD = 13.5  # as wide as bold letters of 12
_STYLE = """
    :root { color-scheme: light dark; }
    text { fill: #1a202c; font: 12px system-ui, "Segoe UI", "DejaVu Sans", sans-serif; }
    .paper { fill: #ffffff; } .column { fill: #f2f5f9; }
    .head { font-weight: 600; fill: #33415c; } .choice text { font-style: italic; }
    .state rect { stroke: #33415c; stroke-width: 1.2; fill: #ffffff; }
    .billing rect { fill: #fdf0d5; } .bank rect { fill: #e9e4f7; }
    .enedis rect { fill: #dcecfb; } .advisor rect { fill: #ffdcc2; }
    .succeed rect { fill: #e3e8ee; stroke-width: 2.2; }
    .edge { fill: none; stroke: #51617d; stroke-width: 1.3; } .back { stroke-dasharray: 5 3; }
    .tip, .start { fill: #51617d; }
    @media (prefers-color-scheme: dark) {
      text { fill: #eef2f7; } .paper { fill: #12161d; } .column { fill: #1b212b; } .head { fill: #b8c5da; }
      .state rect { stroke: #9fb0cc; fill: #12161d; }
      .billing rect { fill: #4a3b14; } .bank rect { fill: #3a3159; }
      .enedis rect { fill: #17395a; } .advisor rect { fill: #5c3315; }
      .succeed rect { fill: #2d3644; }
      .edge { stroke: #93a4c0; } .tip, .start { fill: #93a4c0; }
    }
"""
_TITLES = {"en": "The process, state by state", "fr": "Le processus, état par état"}
_LEGEND = (
    ("us", "Task", {"en": "waits only for us", "fr": "n'attend que nous"}),
    ("billing", "Task", {"en": "billing", "fr": "la facturation"}),
    ("bank", "Task", {"en": "the bank", "fr": "la banque"}),
    ("enedis", "Task", {"en": "Enedis", "fr": "Enedis"}),
    ("advisor", "Task", {"en": "an advisor", "fr": "un conseiller"}),
    ("us", "Choice", {"en": "choice", "fr": "question"}),
    ("us", "Succeed", {"en": "ending", "fr": "issue"}),
)
_BACK = {"en": "back to an earlier state", "fr": "retour à un état précédent"}


def picture(layout: Mapping[str, Any], language: str) -> str:
    """The picture's SVG, in French (``fr``) or in English (``en``).

    Raises
    ------
    ValueError
        When a name is too long for its box.
    """
    width, height = layout["width"], layout["height"]
    title = _TITLES[language]
    sizes = f'viewBox="0 0 {width} {height:g}" width="{width}" height="{height:g}"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {sizes} role="img" aria-label="{title}" lang="{language}">',
        f"<title>{title}</title>",
        f"<style>{_STYLE}</style>",
        f'<rect class="paper" width="{width}" height="{height:g}"/>',
        *_columns(layout, language),
        *(line for edge in layout["edges"] for line in _edge(edge["points"], is_back=edge["back"])),
        *_start(layout),
        *(line for state in layout["states"] for line in _state(state, language)),
        *_legend(height - 24, language),
        "</svg>",
    ]
    return "\n".join(parts) + "\n"


def _columns(layout: Mapping[str, Any], language: str) -> Iterator[str]:
    width, height = layout["states"][0]["width"], layout["height"] - 40
    for column in layout["columns"]:
        left = column["x"] - width / 2 - 6
        yield f'<rect class="column" x="{left:g}" y="6" width="{width + 12:g}" height="{height:g}" rx="8"/>'
        name = column["title"] if language == "fr" else column["section"]
        yield from _lines("head", column["x"], 24, lines_of(name, HEAD, width))


def _start(layout: Mapping[str, Any]) -> Iterator[str]:
    start = layout["start"]
    first = next(state for state in layout["states"] if state["name"] == start["state"])
    yield f'<circle class="start" cx="{start["x"]:g}" cy="{start["y"]:g}" r="{start["size"] / 2:g}"/>'
    yield from _edge([[start["x"], start["y"]], [first["x"], first["y"] - first["height"] / 2]], is_back=False)


def _state(state: Mapping[str, Any], language: str) -> Iterator[str]:
    is_french = language == "fr"
    name = state["title"] if is_french else re.sub(r"(?<=[a-z])(?=[A-Z])", " ", state["name"])
    lines = lines_of(name, SIZE, state["width"] - 2 * PADDING)
    if len(lines) * _LINE > state["height"]:
        raise ValueError(f"{name!r} takes {len(lines)} lines, which is too high for its box; give it a shorter name")
    yield f'<g class="state {state["party"]} {state["type"].lower()}">'
    yield _box(state["x"] - state["width"] / 2, state["y"] - state["height"] / 2, state)
    first = state["y"] - _LINE * (len(lines) - 1) / 2 + SIZE / 3
    yield from _lines("name", state["x"], first, lines if is_french else [line.replace(" ", "") for line in lines])
    yield "</g>"


def _box(x: float, y: float, state: Mapping[str, Any]) -> str:
    radius = 0 if state["type"] == "Choice" else _RADIUS
    return f'<rect x="{x:g}" y="{y:g}" width="{state["width"]:g}" height="{state["height"]:g}" rx="{radius}"/>'


def _edge(points: Sequence[Sequence[float]], *, is_back: bool) -> Iterator[str]:
    path = " ".join(f"{x:g},{y:g}" for x, y in points)
    yield f'<polyline class="edge{" back" if is_back else ""}" points="{path}"/>'
    yield f'<polygon class="tip" points="{" ".join(f"{x:g},{y:g}" for x, y in tip(points))}"/>'


def _legend(y: float, language: str) -> Iterator[str]:
    x = 24.0
    for party, kind, texts in _LEGEND:
        text = texts[language]
        box = _box(x, y, {"type": kind, "width": 22, "height": 14})
        yield f'<g class="state {party} {kind.lower()}">{box}<text x="{x + 28:g}" y="{y + 11:g}">{text}</text></g>'
        x += 28 + width_of(text, SIZE) + 24
    yield f'<polyline class="edge back" points="{x:g},{y + 7:g} {x + 28:g},{y + 7:g}"/>'
    yield f'<text x="{x + 34:g}" y="{y + 11:g}">{_BACK[language]}</text>'


def _lines(kind: str, x: float, y: float, lines: Sequence[str]) -> Iterator[str]:
    for number, line in enumerate(lines):
        place = f'x="{x:g}" y="{y + number * _LINE:g}"'
        yield f'<text class="{kind}" {place} text-anchor="middle">{escape(line, quote=False)}</text>'
