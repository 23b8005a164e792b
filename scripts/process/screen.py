"""The process as the screen "Parcours" draws it: ``process.json``, in the layer of supervision.

Its layout has more room than the pictures', since each box has a figure beneath its name and each edge its number. It
has what a screen can't reckon while somebody waits: where names break, and where the number of each edge stands.
"""

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from record.domain.states import STEPS
from record.domain.steps import Pair
from scripts.process.layout import Names
from scripts.process.layout import layout as laid_out
from scripts.process.machine import MACHINE, Machine
from scripts.process.numbers import Place, places_of
from scripts.process.picture import HEAD, PADDING, SIZE
from scripts.process.routes import TRIES, Box, Way, route
from scripts.process.steps import places_in, ways_in
from scripts.process.text import lines_of
from supervision import process

WIDTH, ROW, BOX = 1960, 84.0, (114.0, 48.0)
"""Of the picture of all states."""
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
    machine, layout = Machine.read(MACHINE), laid_out(WIDTH, ROW, BOX, TRIES[:1])
    about = {state.name: state for state in machine.states}
    room = BOX[0] - 2 * PADDING
    states = [
        {
            **{key: state[key] for key in ("name", "section", "x", "y", "width", "height")},
            "kind": state["type"],
            "lines": _in_both(*(lines_of(name, SIZE, room) for name in (state["title"], _english(state)))),
            "about": about[state["name"]].comment,
            "decision": about[state["name"]].decision,
        }
        for state in layout["states"]
    ]
    lines = {(edge["source"], edge["target"]): [(x, y) for x, y in edge["points"]] for edge in layout["edges"]}
    boxes = [Box(state["x"], state["y"], state["width"], state["height"]) for state in states]
    heads = Box(layout["width"] / 2, HEADER / 2, layout["width"], HEADER)
    numbers = places_of([heads, *boxes, *(badge for box in boxes for badge in _badges(box))], lines, *NUMBERS)
    columns = [
        {
            **dict.fromkeys(("name", "section"), column["section"]),
            "kind": process.STEP,
            "x": column["x"],
            **dict.fromkeys(("y", "width", "height"), 0),
            "lines": _in_both(*(lines_of(column[name], HEAD, BOX[0] + 2 * PADDING) for name in ("title", "section"))),
        }
        for column in layout["columns"]
    ]
    whole = {each["name"]: each for each in (*columns, *states)}
    rank = {state["name"]: float(place) for place, state in enumerate(states)}
    return {
        "width": layout["width"],
        "height": round(max(box.bottom for box in boxes) + MARGIN, 1),
        "start": machine.start,
        "columns": columns,
        "states": states,
        "edges": _edges(machine, process.ALL, {pair: [pair] for pair in lines}, lines, numbers, rank),
        "steps": [_step(machine, whole, step) for step in ("", *STEPS)],
    }


def _step(machine: Machine, whole: Mapping[str, dict[str, Any]], step: str) -> dict[str, Any]:
    """The picture of a step, or of all steps (``""``): the states and steps of the whole at other places."""
    size, apart = (STATE, STATE_APART) if step else (STEP, STEP_APART)
    places = {name: (column * apart[0], row * apart[1]) for name, (column, row) in places_in(machine, step).items()}
    boxes = {name: Box(x, y, *size) for name, (x, y) in places.items()}
    ways = ways_in(machine, step)
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
    rank = {name: places[name][1 if step else 0] for name in STEPS.get(step, places)}
    return {
        "step": step,
        "width": right + MARGIN,
        "height": bottom + MARGIN,
        "start": machine.start if machine.start in boxes else whole[machine.start]["section"],
        "states": [
            whole[name.removeprefix("from ").removeprefix("to ")]
            | {"name": name, "x": box.x, "y": box.y, "width": box.width, "height": box.height}
            for name, box in boxes.items()
        ],
        "edges": _edges(machine, step, ways, lines, numbers, rank),
    }


def _edges(
    machine: Machine,
    step: str,
    ways: Mapping[Pair, Sequence[Pair]],
    lines: Mapping[Pair, Way],
    numbers: Mapping[Pair, Place],
    rank: Mapping[str, float],
) -> list[dict[str, Any]]:
    """The edges of a picture, each with the ways of states that it stands for; ``rank`` says which lead back."""
    names, told = Names.read(), _told(machine)
    return [
        {
            "source": source,
            "target": target,
            "is_back": rank.get(target, math.inf) < rank.get(source, -math.inf),
            "when": _in_both(
                _joined(names.ways.get(one, {}).get(other, "") for one, other in its)
                if step
                else names.steps[source][target],
                _joined(told[way] for way in its),
            ),
            "points": lines[source, target],
            "number": place and [*place.at, place.anchor, place.room.width, place.room.height],
            "ways": [">".join(way) for way in its],
        }
        for (source, target), its in ways.items()
        for place in [numbers.get((source, target))]
    ]


def _joined(texts: Iterable[str]) -> str:
    return " / ".join(dict.fromkeys(filter(None, texts)))


def _english(state: Mapping[str, Any]) -> str:
    """``Wait for Enedis``, ``Is power back?``."""
    first, *others = re.findall("[A-Z][a-z]+", state["name"])
    words = [first, *(word if word == "Enedis" else word.lower() for word in others)]
    return " ".join(words) + ("?" if state["type"] == "Choice" else "")


def _in_both[Text](french: Text, english: Text) -> dict[str, Text]:
    return {"fr": french, "en": english}


def _badges(box: Box) -> list[Box]:
    width, height = BADGE
    y = box.top - height / 2
    return [Box(x, y, width, height) for x in (box.left + width / 2 - 4, box.right - width / 2 + 4)]


def _told(machine: Machine) -> dict[tuple[str, str], str]:
    """When each way is taken, as the machine says it; nothing where the state has one way."""
    told: dict[tuple[str, str], list[str]] = {}
    for state in machine.states:
        for way in state.ways():
            told.setdefault((way.source, way.target), []).append(way.label)
    return {pair: re.sub(r"\s+", " ", _joined(labels)) for pair, labels in told.items()}
