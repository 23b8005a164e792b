"""The process arranged in lanes, for the diagram of the BPMN file: shapes, flows and where their names stand."""

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise

from record.domain.waiting import Party
from scripts.process.layout import columns_of, party_of
from scripts.process.machine import Machine, State
from scripts.process.routes import Box, Point, route
from scripts.process.text import lines_of, width_of

START = "Start"
LANES = (Party.BILLING, Party.BANK, Party.US, Party.ENEDIS, Party.ADVISOR)

_WIDTH = 2400.0
_TASK = (124.0, 80.0)
_GATEWAY = (50.0, 50.0)
_EVENT = (36.0, 36.0)
_ROW = 136.0
_HEAD = 30.0  # the pool's name, and each lane's
_MARGIN = 40.0
_FONT = 11.0
_LINE = 13.0
_FLOW_LINE = 11.0  # closer, so that a name fits between two flows
_SHIFT = 40  # pixels, by which a lane's border may leave the middle between two rows
_CROSSED = 800.0  # pixels: a name rather stands that much farther away than on another flow
_NAME_WIDTH = 82.0


@dataclass
class Drawing:
    """The diagram: boxes of pool, lanes and shapes, ways of the flows, and the boxes of names that stand outside."""

    shapes: dict[str, Box] = field(default_factory=dict)
    labels: dict[str, Box] = field(default_factory=dict)
    routes: dict[tuple[str, str], list[Point]] = field(default_factory=dict)
    lanes: dict[Party, Box] = field(default_factory=dict)
    gateways: set[str] = field(default_factory=set)
    rings: set[str] = field(default_factory=set)
    pool: Box = field(default_factory=lambda: Box(0, 0, 0, 0))


def drawing_of(
    machine: Machine, timers: Mapping[str, str], titles: Mapping[str, str], flows: Sequence[tuple[str, str, str]]
) -> Drawing:
    """Arrange the machine in lanes.

    ``timers`` are the names of the timers by their state, ``titles`` the names to read by state, start and timer, and
    ``flows`` each flow's source, target and name, which may be empty.

    Raises
    ------
    ValueError
        When a flow has no way, or a name no place.
    """
    drawing = Drawing()
    _place_shapes(drawing, machine, timers, titles)
    rims = {name: box for name, box in drawing.shapes.items() if name not in timers.values()}
    for state, timer in timers.items():
        box, host = drawing.shapes[timer], drawing.shapes[state]
        rims[timer] = Box(box.x, host.bottom + box.height / 4, box.width, box.height / 2)
    names = {f"{name} name": box for name, box in drawing.labels.items()}
    pairs = [(source, target) for source, target, _ in flows]
    for pair, points in zip(pairs, route(rims | names, pairs), strict=True):
        drawing.routes[pair] = [
            _onto(drawing, pair[0], points[0], points[1]),
            *points[1:-1],
            _onto(drawing, pair[1], points[-1], points[-2]),
        ]
    _place_names(drawing, flows)
    _close(drawing)
    return drawing


def _place_shapes(drawing: Drawing, machine: Machine, timers: Mapping[str, str], titles: Mapping[str, str]) -> None:
    columns = columns_of(machine, _WIDTH, _TASK[0])
    top = 0.0
    for party in LANES:
        bottom = top
        for section, x in columns.items():
            y = top
            for state in (state for state in machine.of(section) if party_of(state) is party):
                _place(drawing, state, Box(x, y + _ROW / 2, *_TASK), titles)
                y += _ROW
            bottom = max(bottom, y)
        drawing.lanes[party] = Box(0, (top + bottom) / 2, 0, bottom - top)
        top = bottom
    for name, timer in timers.items():
        host = drawing.shapes[name]
        drawing.shapes[timer] = Box(host.right - 30, host.bottom, *_EVENT)
        width, height = _size(titles[timer])
        drawing.labels[timer] = Box(host.right - 10 + width / 2, host.bottom + 5 + height / 2, width, height)
        drawing.rings.add(timer)
    first = drawing.shapes[machine.start]
    drawing.shapes[START] = Box(first.left - 70, first.y, *_EVENT)
    drawing.labels[START] = _below(drawing.shapes[START], titles[START])
    drawing.rings.add(START)


def _place(drawing: Drawing, state: State, place: Box, titles: Mapping[str, str]) -> None:
    kind, title = state.type, titles[state.name]
    if kind in {"Task", "Pass"}:
        drawing.shapes[state.name] = place
    elif kind == "Choice":
        box = drawing.shapes[state.name] = Box(place.x, place.y, *_GATEWAY)
        width, height = _size(title)
        # At the corner, where neither a flow from above nor one from the left runs.
        drawing.labels[state.name] = Box(box.left - 1 - width / 2, box.top - 1 - height / 2, width, height)
        drawing.gateways.add(state.name)
    else:
        drawing.shapes[state.name] = Box(place.x, place.y, *_EVENT)
        drawing.labels[state.name] = _below(drawing.shapes[state.name], title)
        drawing.rings.add(state.name)


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


def _close(drawing: Drawing) -> None:
    """Draw pool and lanes around everything, from the outermost points."""
    lanes = list(drawing.lanes.values())
    boxes = [*drawing.shapes.values(), *drawing.labels.values()]
    points = [point for way in drawing.routes.values() for point in way]
    left = min(*(box.left for box in boxes), *(x for x, _ in points)) - _MARGIN
    right = max(*(box.right for box in boxes), *(x for x, _ in points)) + _MARGIN
    top = min(*(box.top for box in (*boxes, *lanes)), *(y for _, y in points))
    bottom = max(*(box.bottom for box in (*boxes, *lanes)), *(y for _, y in points))
    inner = [_border(drawing, lane.bottom) for lane in lanes[:-1]]
    borders = [top - _MARGIN / 2, *inner, bottom + _MARGIN / 2]
    for party, (high, low) in zip(list(drawing.lanes), pairwise(borders), strict=True):
        drawing.lanes[party] = Box((left - _HEAD + right) / 2, (high + low) / 2, right - left + _HEAD, low - high)
    first, *_, last = drawing.lanes.values()
    drawing.pool = Box(first.x - _HEAD / 2, (first.top + last.bottom) / 2, first.width + _HEAD, last.bottom - first.top)


def _border(drawing: Drawing, wanted: float) -> float:
    """Where a lane ends: near where its rows do, and as far as can be from flows that run beside it and from names."""
    level = [y for points in drawing.routes.values() for (_, y), (_, other) in pairwise(points) if y == other]
    level += [side for box in (*drawing.labels.values(), *drawing.shapes.values()) for side in (box.top, box.bottom)]
    inside = [(box.top, box.bottom) for box in (*drawing.labels.values(), *drawing.shapes.values())]
    free = [
        wanted + offset
        for offset in range(-_SHIFT, _SHIFT + 1)
        if not any(top < wanted + offset < bottom for top, bottom in inside)
    ]
    return max(free, key=lambda y: (min(8, *(abs(y - other) for other in level)), -abs(y - wanted)), default=wanted)
