"""The planes of the BPMN file, the whole and each step: shapes, flows and where their names stand."""

import math
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from scripts.process.numbers import places_of
from scripts.process.routes import Box, Point, route
from scripts.process.steps import Place
from scripts.process.text import lines_of, width_of

_SIZES = {"task": (124.0, 80.0), "step": (130.0, 90.0), "gateway": (50.0, 50.0), "event": (36.0, 36.0)}
_APART = (250.0, 136.0)
"""How far two shapes stand apart, across and down."""
_FONT = 11.0
_LINE = 13.0
_NAME_WIDTH = 82.0


@dataclass(frozen=True)
class Node:
    """What a plane shows.

    Parameters
    ----------
    kind
        ``task``, ``step``, ``gateway`` or ``event``: how it is drawn.
    timer
        The id of the timer at its rim; empty where it has none.
    """

    id: str
    kind: str
    title: str
    place: Place
    timer: str = ""


@dataclass(frozen=True)
class Flow:
    """One sequence flow: the machine's ways between what it joins, or those of a time limit, each with when."""

    source: str
    target: str
    ways: tuple[str, ...]
    name: str = ""

    @property
    def id(self) -> str:
        return f"{self.source}-{self.target}"


@dataclass
class Drawing:
    """A plane: boxes of shapes, each with its kind, ways of the flows, and the boxes of names that stand outside."""

    shapes: dict[str, Box] = field(default_factory=dict)
    kinds: dict[str, str] = field(default_factory=dict)
    labels: dict[str, Box] = field(default_factory=dict)
    routes: dict[str, list[Point]] = field(default_factory=dict)


def drawing_of(nodes: Sequence[Node], flows: Sequence[Flow], timer_name: str) -> Drawing:
    """Arrange a plane.

    Raises
    ------
    ValueError
        When a flow has no way, or a name no place.
    """
    drawing, rims, titles = Drawing(), dict[str, Box](), dict[str, str]()
    for node in nodes:
        column, row = node.place
        box = drawing.shapes[node.id] = rims[node.id] = Box(column * _APART[0], row * _APART[1], *_SIZES[node.kind])
        drawing.kinds[node.id] = node.kind
        if node.kind in {"gateway", "event"}:
            titles[node.id] = node.title
        if node.timer:
            ring = drawing.shapes[node.timer] = Box(box.right - 30, box.bottom, *_SIZES["event"])
            rims[node.timer] = Box(ring.x, box.bottom + ring.height / 4, ring.width, ring.height / 2)
            drawing.kinds[node.timer], titles[node.timer] = "event", timer_name
    for flow, points in zip(flows, route(rims, [(flow.source, flow.target) for flow in flows]), strict=True):
        drawing.routes[flow.id] = [
            _onto(drawing, flow.source, points[0], points[1]),
            *points[1:-1],
            _onto(drawing, flow.target, points[-1], points[-2]),
        ]
    lines = [line for points in drawing.routes.values() for line in pairwise(points)]
    taken = list(drawing.shapes.values())
    for name, title in titles.items():
        taken.append(_beside(drawing.shapes[name], _size(title), taken, lines))
        drawing.labels[name] = taken[-1]
    places = places_of(taken, drawing.routes, {flow.id: [_size(flow.name)] for flow in flows if flow.name})
    if lost := [f"{flow.source} → {flow.target}" for flow in flows if flow.name and flow.id not in places]:
        raise ValueError(f"the name of {lost[0]} has no place beside its flow; give it a shorter one")
    drawing.labels |= {name: place.room for name, place in places.items()}
    return drawing


def _size(title: str) -> tuple[float, float]:
    lines = lines_of(title, _FONT, _NAME_WIDTH)
    return math.ceil(max(width_of(part, _FONT) for part in lines)), _LINE * len(lines)


def _beside(shape: Box, size: tuple[float, float], taken: Sequence[Box], lines: Sequence[tuple[Point, Point]]) -> Box:
    """The place of a shape's name, where the fewest lines and nothing else is: below it, above it, at a corner."""
    right, down = (shape.width + size[0]) / 2 + 2, (shape.height + size[1]) / 2 + 3
    sides = ((0, 1), (0, -1), (-1, -1), (1, -1), (-1, 1), (1, 1))
    places = [Box(shape.x + x * right, shape.y + y * down, *size) for x, y in sides]
    free = [place for place in places if not any(map(place.overlaps, taken))] or places
    return min(free, key=lambda place: sum(place.meets(*line) for line in lines))


def _onto(drawing: Drawing, name: str, end: Point, before: Point) -> Point:
    """The end of a flow on the shape's outline: a diamond or a circle begins within its box."""
    box, (x, y) = drawing.shapes[name], end
    half, is_level = box.width / 2, before[1] == y
    off = abs(y - box.y) if is_level else abs(x - box.x)
    match drawing.kinds[name]:
        case "gateway":
            reach = half - off
        case "event":
            reach = math.sqrt(max(0.0, half**2 - off**2))
        case _:
            return end
    if is_level:
        return (round(box.x + math.copysign(reach, x - box.x), 1), y)
    return (x, round(box.y + math.copysign(reach, y - box.y), 1))
