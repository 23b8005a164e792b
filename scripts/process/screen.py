"""The process as the screen "Parcours" draws it: ``process.json``, in the layer of supervision.

Its layout has more room than the pictures', since each box has a figure beneath its name and each edge its number. It
has what a screen can't reckon while somebody waits: where names break, and where the number of each edge stands.
"""

import math
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from record.domain.states import ALL, STEPS
from record.domain.steps import Pair
from scripts.process.machine import MACHINE, Machine, Names, State
from scripts.process.numbers import Place, places_of
from scripts.process.routes import Box, Way, route
from scripts.process.steps import places_in, ways_in
from scripts.process.text import lines_of
from supervision import process

WIDTH, ROW, BOX = 1960, 84.0, (114.0, 48.0)
"""Of the picture of all states."""
SIZE, HEAD = 12, 13.5
"""Of letters; a head is as wide as bold ones of 12."""
PADDING, MARGIN, RIM, START = 4, 14.0, 12.0, 14.0
BADGE = (36.0, 13.0)
"""The room of a badge at an upper corner of a box."""
HEADER, HEADS = 42.0, 50.0
"""The room of the columns' heads, and where the first way may be."""
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
        When a name is too long for its box, or a way would lead through a state.
    """
    machine, names = Machine.read(MACHINE), Names.read()
    columns = _columns_of(machine)
    boxes = {
        state.name: Box(columns[section], place * ROW, *BOX)
        for section in machine.sections
        for place, state in enumerate(machine.of(section))
    }
    # No edge crosses the short line from the start to the first state.
    first = boxes[machine.start]
    start = Box(first.x, first.y - 0.75 * ROW, START, START)
    corridor = Box(first.x, (start.top + first.top) / 2, START, first.top - start.top)
    routes = route(boxes | {"start": corridor}, machine.pairs)
    # Below the columns' heads: how much room the edges above the states take is known only now.
    down = HEADS - min(start.top, *(y for points in routes for _, y in points))
    boxes = {name: replace(box, y=round(box.y + down, 1)) for name, box in boxes.items()}
    lines = {
        pair: [(x, round(y + down, 1)) for x, y in points] for pair, points in zip(machine.pairs, routes, strict=True)
    }
    room = BOX[0] - 2 * PADDING
    states: list[dict[str, Any]] = [
        {
            "name": state.name,
            "section": state.section,
            **_place(boxes[state.name]),
            "kind": state.type,
            "lines": _in_both(*(lines_of(name, SIZE, room) for name in (ALL[state.name].french, _english(state)))),
            "about": state.comment,
            "decision": state.decision,
        }
        for state in machine.states
    ]
    heads = Box(WIDTH / 2, HEADER / 2, WIDTH, HEADER)
    numbers = places_of([heads, *boxes.values(), *_badges(boxes.values())], lines, dict.fromkeys(lines, NUMBERS))
    heads_of_columns: list[dict[str, Any]] = [
        {
            **dict.fromkeys(("name", "section"), section),
            "kind": process.STEP,
            "x": x,
            **dict.fromkeys(("y", "width", "height"), 0),
            "lines": _in_both(
                *(lines_of(name, HEAD, BOX[0] + 2 * PADDING) for name in (names.sections[section], section))
            ),
        }
        for section, x in columns.items()
    ]
    whole = {each["name"]: each for each in (*heads_of_columns, *states)}
    rank = {state["name"]: float(place) for place, state in enumerate(states)}
    return {
        "width": WIDTH,
        "height": round(max(box.bottom for box in boxes.values()) + MARGIN, 1),
        "start": machine.start,
        "columns": heads_of_columns,
        "states": states,
        "edges": _edges(machine, process.ALL, {pair: [pair] for pair in lines}, lines, numbers, rank),
        "steps": [_step(machine, whole, step) for step in ("", *STEPS)],
    }


def _columns_of(machine: Machine) -> dict[str, float]:
    """The middle of each section's column: the more edges have an end beside a gap, the wider it is."""
    sections = machine.sections
    place = {state.name: sections.index(state.section) for state in machine.states}
    ends = [0] * (len(sections) + 1)
    for one, other in ((place[source], place[target]) for source, target in machine.pairs):
        if one != other:
            ends[one + (other > one)] += 1
            ends[other + (one > other)] += 1
    room = WIDTH - 2 * RIM - len(sections) * BOX[0]
    weights = [4 + count for count in ends]
    gaps = [room * weight / sum(weights) for weight in weights]
    return {
        section: round(RIM + sum(gaps[: index + 1]) + (index + 0.5) * BOX[0]) for index, section in enumerate(sections)
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
    taken = [*outside, *boxes.values(), *_badges(boxes.values())]
    numbers = places_of(taken, lines, dict.fromkeys(lines, WORDS))
    rank = {name: places[name][1 if step else 0] for name in STEPS.get(step, places)}
    return {
        "step": step,
        "width": right + MARGIN,
        "height": bottom + MARGIN,
        "start": machine.start if machine.start in boxes else whole[machine.start]["section"],
        "states": [
            whole[name.removeprefix("from ").removeprefix("to ")] | {"name": name, **_place(box)}
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


def _english(state: State) -> str:
    """``Wait for Enedis``, ``Is power back?``."""
    first, *others = re.findall("[A-Z][a-z]+", state.name)
    words = [first, *(word if word == "Enedis" else word.lower() for word in others)]
    return " ".join(words) + ("?" if state.type == "Choice" else "")


def _in_both[Text](french: Text, english: Text) -> dict[str, Text]:
    return {"fr": french, "en": english}


def _place(box: Box) -> dict[str, float]:
    return {"x": box.x, "y": box.y, "width": box.width, "height": box.height}


def _badges(boxes: Iterable[Box]) -> Iterator[Box]:
    width, height = BADGE
    for box in boxes:
        for x in (box.left + width / 2 - 4, box.right - width / 2 + 4):
            yield Box(x, box.top - height / 2, width, height)


def _told(machine: Machine) -> dict[tuple[str, str], str]:
    """When each way is taken, as the machine says it; nothing where the state has one way."""
    told: dict[tuple[str, str], list[str]] = {}
    for state in machine.states:
        for way in state.ways():
            told.setdefault((way.source, way.target), []).append(way.label)
    return {pair: re.sub(r"\s+", " ", _joined(labels)) for pair, labels in told.items()}
