"""The process as the screen "Parcours" draws it: ``process.json``, in the layer of supervision.

Its layout has more room than the pictures', since each box has a figure beneath its name and each edge its number. It
has what a screen can't reckon while somebody waits: where names break, and where the number of each edge stands.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from record.domain.states import STEPS
from record.domain.steps import Pair
from scripts.process.layout import Names
from scripts.process.layout import layout as laid_out
from scripts.process.machine import MACHINE, ROOT, Machine
from scripts.process.numbers import Place, places_of
from scripts.process.routes import TRIES, Box, route
from scripts.process.steps import places_in, ways_in
from scripts.process.text import lines_of

SCREEN = ROOT / "operations" / "screens" / "python" / "supervision" / "process.json"

SIZE = 12
HEAD = 13.5  # as wide as bold letters of 12
WIDTH, ROW, BOX = 1960, 84.0, (114.0, 48.0)
"""Of the picture of all states."""
PADDING = 4.0
MARGIN = 14.0
BADGE = (36.0, 13.0)
"""The room of a badge at an upper corner of a box."""
HEADER = 42.0
"""The room of the columns' heads."""
STEP, STEP_APART = (128.0, 120.0), (222.0, 180.0)
"""The box of a whole step, and how far two of them stand apart."""
STATE, STATE_APART = (120.0, 48.0), (390.0, 78.0)
"""The same of a state, and of a step beside it, in the picture of a step."""
WORDS = ((150.0, 13.0), (88.0, 24.0), (88.0, 13.0), (46.0, 24.0), (30.0, 12.0))
"""The room of a word that says when a way is taken, before its number or above it; of a shorter one; of a number."""
NUMBERS = ((46.0, 13.0), (30.0, 12.0))
"""The room of a number: five figures, or a difference such as "+120 %"; at the least of four."""


def screen() -> dict[str, Any]:
    """The process for the screen: columns, states and edges in the machine's order; lengths are in pixels.

    Raises
    ------
    ValueError
        When a name is too long for its box.
    """
    machine, names, layout = Machine.read(MACHINE), Names.read(), laid_out(WIDTH, ROW, BOX, TRIES[:1])
    about = {state.name: state for state in machine.states}
    states = [
        {
            **{key: value for key, value in state.items() if key not in {"title", "party"}},
            "fr": _lines(state["title"], state["width"]),
            "en": _lines(_english(state), state["width"]),
            "about": about[state["name"]].comment,
            "decision": about[state["name"]].decision,
        }
        for state in layout["states"]
    ]
    ways = {(edge["source"], edge["target"]): [(x, y) for x, y in edge["points"]] for edge in layout["edges"]}
    boxes = [Box(state["x"], state["y"], state["width"], state["height"]) for state in states]
    heads = Box(layout["width"] / 2, HEADER / 2, layout["width"], HEADER)
    numbers = places_of([heads, *boxes, *(badge for box in boxes for badge in _badges(box))], ways, *NUMBERS)
    told = _told(machine)
    return {
        "width": layout["width"],
        "height": round(max(box.bottom for box in boxes) + MARGIN, 1),
        "start": layout["start"],
        "columns": [
            {
                "section": column["section"],
                "x": column["x"],
                "fr": lines_of(column["title"], HEAD, boxes[0].width + 2 * PADDING),
                "en": lines_of(column["section"], HEAD, boxes[0].width + 2 * PADDING),
            }
            for column in layout["columns"]
        ],
        "states": states,
        "edges": [
            {
                **edge,
                "fr": names.ways.get(edge["source"], {}).get(edge["target"], ""),
                "en": told[edge["source"], edge["target"]],
                "number": _number(numbers.get((edge["source"], edge["target"]))),
            }
            for edge in layout["edges"]
        ],
        "steps": [_step(machine, names, step) for step in ("", *STEPS)],
    }


def _step(machine: Machine, names: Names, step: str) -> dict[str, Any]:
    """The picture of a step, or of all steps (``""``): its boxes' middles, and its ways."""
    size, apart = (STATE, STATE_APART) if step else (STEP, STEP_APART)
    places = {name: (column * apart[0], row * apart[1]) for name, (column, row) in places_in(machine, step).items()}
    boxes = {name: Box(x, y, *size) for name, (x, y) in places.items()}
    ways = ways_in(machine, step)
    words = {pair: _words(names, step, pair, its) for pair, its in ways.items()}
    routes = route(boxes, list(ways))
    points = [point for way in routes for point in way]
    points += [corner for box in boxes.values() for corner in ((box.left, box.top), (box.right, box.bottom))]
    left, top = (min(each[side] for each in points) - PADDING - MARGIN for side in (0, 1))
    # Above the first state stands the start.
    top -= MARGIN + BADGE[1]

    def moved(x: float, y: float) -> tuple[float, float]:
        return round(x - left, 1), round(y - top, 1)

    boxes = {name: Box(*moved(box.x, box.y), *size) for name, box in boxes.items()}
    lines = {pair: [moved(*point) for point in way] for pair, way in zip(ways, routes, strict=True)}
    right, bottom = moved(max(x for x, _ in points), max(y for _, y in points))
    # No number leaves the picture.
    outside = [
        Box(-bottom, bottom / 2, 2 * bottom, 2 * bottom),
        Box(right + MARGIN + bottom, 0, 2 * bottom, 4 * bottom),
    ]
    taken = [*outside, *boxes.values(), *(badge for box in boxes.values() for badge in _badges(box))]
    numbers = places_of(taken, lines, *WORDS)
    rank = (
        {name: float(place) for place, name in enumerate(STEPS[step])}
        if step
        else {name: x for name, (x, _) in places.items()}
    )
    back = {(one, other) for one, other in ways if one in rank and other in rank and rank[other] < rank[one]}
    return {
        "step": step,
        "width": right + MARGIN,
        "height": bottom + MARGIN,
        "size": size,
        "places": {name: (box.x, box.y) for name, box in boxes.items()},
        "edges": [
            {
                "source": source,
                "target": target,
                "back": (source, target) in back,
                "fr": words[source, target],
                "points": way,
                "number": _number(numbers.get((source, target))),
            }
            for (source, target), way in lines.items()
        ],
    }


def _words(names: Names, step: str, pair: Pair, ways: Sequence[Pair]) -> str:
    if not step:
        return names.steps[pair[0]][pair[1]]
    words = (names.ways.get(source, {}).get(target, "") for source, target in ways)
    return " / ".join(dict.fromkeys(word for word in words if word))


def _english(state: Mapping[str, Any]) -> str:
    """``Wait for Enedis``, ``Is power back?``."""
    first, *others = re.findall("[A-Z][a-z]+", state["name"])
    words = [first, *(word if word == "Enedis" else word.lower() for word in others)]
    return " ".join(words) + ("?" if state["type"] == "Choice" else "")


def _lines(name: str, width: float) -> list[str]:
    lines = lines_of(name, SIZE, width - 2 * PADDING)
    if len(lines) > 2:  # noqa: PLR2004 - and a figure beneath them
        raise ValueError(f"{name!r} takes {len(lines)} lines, which is too high for its box; give it a shorter name")
    return lines


def _number(place: Place | None) -> dict[str, Any] | None:
    if place is None:
        return None
    room = {"width": place.room.width, "height": place.room.height}
    return {"x": place.at[0], "y": place.at[1], "anchor": place.anchor, **room}


def _badges(box: Box) -> list[Box]:
    width, height = BADGE
    y = box.top - height / 2
    return [Box(x, y, width, height) for x in (box.left + width / 2 - 4, box.right - width / 2 + 4)]


def _told(machine: Machine) -> dict[tuple[str, str], str]:
    """When each way is taken, as the machine says it; nothing where the state has one way."""
    told: dict[tuple[str, str], list[str]] = {}
    for state in machine.states:
        for way in state.ways():
            told.setdefault((way.source, way.target), []).extend([way.label] if way.label else [])
    return {pair: re.sub(r"\s+", " ", " / ".join(dict.fromkeys(labels))) for pair, labels in told.items()}
