"""The planes of the BPMN file, the whole and each step: shapes, flows and where their names stand."""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from scripts.process.routes import Box, Point, route
from scripts.process.steps import Place
from scripts.process.text import lines_of, width_of

_SIZES = {"task": (124.0, 80.0), "step": (130.0, 90.0), "gateway": (50.0, 50.0), "event": (36.0, 36.0)}
_APART = (250.0, 136.0)
"""How far two shapes stand apart, across and down."""
_FONT = 11.0
_LINE = 13.0
_FLOW_LINE = 11.0  # closer, so that a name fits between two flows
_CROSSED = 800.0  # pixels: a name rather stands that much farther away than on another flow
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


@dataclass
class Drawing:
    """A plane: boxes of shapes, ways of the flows, and the boxes of names that stand outside."""

    shapes: dict[str, Box] = field(default_factory=dict)
    labels: dict[str, Box] = field(default_factory=dict)
    routes: dict[tuple[str, str], list[Point]] = field(default_factory=dict)
    gateways: set[str] = field(default_factory=set)
    rings: set[str] = field(default_factory=set)


def drawing_of(nodes: Sequence[Node], flows: Sequence[tuple[str, str, str]], timer_name: str) -> Drawing:
    """Arrange a plane; ``flows`` are each flow's source, target and name, which may be empty.

    Raises
    ------
    ValueError
        When a flow has no way, or a name no place.
    """
    drawing, rims = Drawing(), dict[str, Box]()
    for node in nodes:
        column, row = node.place
        box = rims[node.id] = Box(column * _APART[0], row * _APART[1], *_SIZES[node.kind])
        drawing.shapes[node.id] = box
        if node.kind == "gateway":
            width, height = _size(node.title)
            # At the corner, where neither a flow from above nor one from the left runs.
            drawing.labels[node.id] = Box(box.left - 1 - width / 2, box.top - 1 - height / 2, width, height)
            drawing.gateways.add(node.id)
        elif node.kind == "event":
            drawing.labels[node.id] = _below(box, node.title)
            drawing.rings.add(node.id)
        if node.timer:
            ring = drawing.shapes[node.timer] = Box(box.right - 30, box.bottom, *_SIZES["event"])
            rims[node.timer] = Box(ring.x, box.bottom + ring.height / 4, ring.width, ring.height / 2)
            drawing.labels[node.timer] = _below(ring, timer_name)
            drawing.rings.add(node.timer)
    names = {f"{name} name": box for name, box in drawing.labels.items()}
    pairs = [(source, target) for source, target, _ in flows]
    for pair, points in zip(pairs, route(rims | names, pairs), strict=True):
        drawing.routes[pair] = [
            _onto(drawing, pair[0], points[0], points[1]),
            *points[1:-1],
            _onto(drawing, pair[1], points[-1], points[-2]),
        ]
    _place_names(drawing, flows)
    return drawing


def _below(box: Box, title: str) -> Box:
    width, height = _size(title)
    return Box(box.x, box.bottom + 3 + height / 2, width, height)


def _size(title: str, line: float = _LINE) -> tuple[float, float]:
    lines = lines_of(title, _FONT, _NAME_WIDTH)
    return math.ceil(max(width_of(part, _FONT) for part in lines)), line * len(lines)


def _onto(drawing: Drawing, name: str, end: Point, before: Point) -> Point:
    """The end of a flow on the shape's outline: a diamond or a circle begins within its box."""
    box = drawing.shapes[name]
    x, y = end
    half = box.width / 2
    is_level = before[1] == y
    off = abs(y - box.y) if is_level else abs(x - box.x)
    if name in drawing.gateways:
        reach = half - off
    elif name in drawing.rings:
        reach = math.sqrt(max(0.0, half**2 - off**2))
    else:
        return end
    if is_level:
        return (round(box.x + math.copysign(reach, x - box.x), 1), y)
    return (x, round(box.y + math.copysign(reach, y - box.y), 1))


def _place_names(drawing: Drawing, flows: Sequence[tuple[str, str, str]]) -> None:
    taken = [*drawing.shapes.values(), *drawing.labels.values()]
    lines = [line for points in drawing.routes.values() for line in pairwise(points)]
    for source, target, name in flows:
        if not name:
            continue
        places = [
            (away + _CROSSED * sum(box.meets(*line) for line in lines), number, box)
            for number, (away, box) in enumerate(_places(drawing.routes[source, target], *_size(name, line=_FLOW_LINE)))
            if not any(box.overlaps(other) for other in taken)
        ]
        if not places:
            message = f"the name {name!r} of {source} → {target} has no place beside its flow; give it a shorter one"
            raise ValueError(message)
        *_, best = min(places, key=lambda place: place[:2])
        drawing.labels[f"{source}-{target}"] = best
        taken.append(best)


def _places(points: Sequence[Point], width: float, height: float) -> Iterator[tuple[float, Box]]:
    """Where a flow's name may stand, and how far that is from its source along the flow, in pixels."""
    away = 0.0
    for (x1, y1), (x2, y2) in pairwise(points):
        length, is_level = abs(x2 - x1) + abs(y2 - y1), y1 == y2
        sign = 1 if x2 + y2 > x1 + y1 else -1
        half = (width if is_level else height) / 2
        for step in [half + 4, *range(int(half) + 14, int(length - half), 4)]:
            for side in (-1, 1):
                x = x1 + (sign * step if is_level else side * (width / 2 + 4))
                y = y1 + (side * (height / 2 + (3 if side < 0 else 0)) if is_level else sign * step)
                yield away + step, Box(x, y, width, height)
        away += length
