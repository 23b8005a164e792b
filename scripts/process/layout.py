"""Where each state of the process stands, and which way each edge takes.

The places follow the file: a column for each of its sections, in its order; states from top to bottom, in its order;
the endings are the last section. Only the edges are routed, by graphlay, around the states and with the same result
in each run. The pictures and the screens draw these places; ``bpmn.py`` arranges the same columns in lanes.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from embedded_cloud.stack.documents import read_yaml
from record.domain.states import ALL
from scripts.process.machine import MACHINE, ROOT, Machine, State
from scripts.process.routes import TRIES, Box, Tries, route

NAMES = ROOT / "statemachine" / "names.fr.yaml"

WIDTH = 1280
BOX = (114.0, 40.0)
ROW = 64.0
START = 14.0
MARGIN = 12.0
HEADER = 50.0
FOOTER = 46.0


@dataclass(frozen=True)
class Names:
    """The French names of the process, which business reads."""

    sections: Mapping[str, str]
    ways: Mapping[str, Mapping[str, str]]
    steps: Mapping[str, Mapping[str, str]]

    @classmethod
    def read(cls, path: Path = NAMES) -> "Names":
        return cls(**read_yaml(path.read_text(encoding="utf-8")))


def pairs_of(machine: Machine) -> list[tuple[str, str]]:
    """Each pair of states with a way from the one to the other, in the file's order."""
    return list(dict.fromkeys((way.source, way.target) for state in machine.states for way in state.ways()))


def columns_of(machine: Machine, width: float = WIDTH, column: float = BOX[0]) -> dict[str, float]:
    """The middle of each section's column: the more edges have an end beside a gap, the wider it is."""
    sections = machine.sections
    place = {state.name: sections.index(state.section) for state in machine.states}
    ends = [0] * (len(sections) + 1)
    for source, target in pairs_of(machine):
        one, other = place[source], place[target]
        if one != other:
            ends[one + (other > one)] += 1
            ends[other + (one > other)] += 1
    room = width - 2 * MARGIN - len(sections) * column
    weights = [4 + count for count in ends]
    gaps = [room * weight / sum(weights) for weight in weights]
    return {
        section: round(MARGIN + sum(gaps[: index + 1]) + (index + 0.5) * column)
        for index, section in enumerate(sections)
    }


def layout(
    width: float = WIDTH, row: float = ROW, box: tuple[float, float] = BOX, tries: Tries = TRIES
) -> dict[str, Any]:
    """The layout. States and edges stand in the machine's order; all lengths are in pixels."""
    machine, names = Machine.read(MACHINE), Names.read()
    columns = columns_of(machine, width)
    boxes = {
        state.name: Box(columns[section], place * row, *box)
        for section in machine.sections
        for place, state in enumerate(machine.of(section))
    }
    first = boxes[machine.start]
    start = Box(first.x, first.y - 0.75 * row, START, START)
    # No edge crosses the short line from the start to the first state.
    corridor = Box(first.x, (start.top + first.top) / 2, START, first.top - start.top)
    pairs = pairs_of(machine)
    routes = route(boxes | {"start": corridor}, pairs, tries)
    # Below the columns' heads: how much room the edges above the states take is known only now.
    down = HEADER - min(start.top, *(y for points in routes for _, y in points))
    boxes = {name: replace(box, y=round(box.y + down, 1)) for name, box in boxes.items()}
    order = {state.name: place for place, state in enumerate(machine.states)}
    edges = [
        {
            "source": source,
            "target": target,
            "back": order[target] < order[source],
            "points": [[x, round(y + down, 1)] for x, y in points],
        }
        for (source, target), points in zip(pairs, routes, strict=True)
    ]
    return {
        "width": width,
        "height": max(box.bottom for box in boxes.values()) + FOOTER,
        "start": {"state": machine.start, "x": start.x, "y": round(start.y + down, 1), "size": START},
        "columns": [{"section": s, "title": names.sections[s], "x": x} for s, x in columns.items()],
        "states": [_place(state, boxes[state.name]) for state in machine.states],
        "edges": edges,
    }


def written(found: Mapping[str, Any]) -> str:
    """A file's text: one line for each column, state and edge, so that a change reads well."""
    parts = []
    for key, value in found.items():
        if isinstance(value, list):
            rows = ",\n".join(f"    {json.dumps(row, ensure_ascii=False)}" for row in value)
            parts.append(f'  "{key}": [\n{rows}\n  ]')
        else:
            parts.append(f'  "{key}": {json.dumps(value, ensure_ascii=False)}')
    return "{\n" + ",\n".join(parts) + "\n}\n"


def _place(state: State, box: Box) -> dict[str, Any]:
    return {
        "name": state.name,
        "title": ALL[state.name].french,
        "section": state.section,
        "type": state.body["Type"],
        "party": str(ALL[state.name].party),
        "x": box.x,
        "y": box.y,
        "width": box.width,
        "height": box.height,
    }
