"""Routes edges around boxes that stand still: by graphlay, and off the rims along which it leads some of them."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import graphlay

CLEAR = 2.0
_DISTANCES = range(12, 90, 3)
_APART = 5.0
_MOVES = 3
type Tries = Sequence[dict[str, Any]]
TRIES: Tries = [
    {
        "direction": "leftright",
        "routing": {"port_sides": sides, "merge_edges": "none"},
        "spacing": {"port_gap": port, "dummy_gap": dummy, "bundle_lane_gap": lane},
    }
    for sides in ("any", "facing_preferred", "long_edges_any")
    for port, dummy, lane in ((18, 30, 8), (14, 16, 8), (10, 12, 6))
]
"""Ways to route, the one with most room first; the one with the fewest overlaps, crossings and bends is drawn."""

type Point = tuple[float, float]
type Way = list[Point]


@dataclass(frozen=True)
class Box:
    """A place in the drawing: its middle and its size, in pixels."""

    x: float
    y: float
    width: float
    height: float

    @property
    def left(self) -> float:
        return self.x - self.width / 2

    @property
    def right(self) -> float:
        return self.x + self.width / 2

    @property
    def top(self) -> float:
        return self.y - self.height / 2

    @property
    def bottom(self) -> float:
        return self.y + self.height / 2

    def meets(self, one: Point, other: Point) -> bool:
        """Whether a straight line, along an axis, runs through the inside."""
        (x1, x2), (y1, y2) = sorted((one[0], other[0])), sorted((one[1], other[1]))
        return x1 < self.right and x2 > self.left and y1 < self.bottom and y2 > self.top

    def overlaps(self, other: "Box") -> bool:
        apart, above = 2 * abs(self.x - other.x), 2 * abs(self.y - other.y)
        return apart < self.width + other.width and above < self.height + other.height

    def wider(self, by: float) -> "Box":
        return replace(self, width=self.width + 2 * by, height=self.height + 2 * by)


def route(boxes: Mapping[str, Box], pairs: Sequence[tuple[str, str]], tries: Tries = TRIES) -> list[Way]:
    """Route an edge for each pair of names, around all boxes, from rim to rim.

    Raises
    ------
    ValueError
        When no try finds a way around all boxes for each edge.
    """
    graph = graphlay.Graph()
    for name, box in boxes.items():
        graph.node(name, width=box.width, height=box.height, position={"x": box.x, "y": box.y})
    for source, target in pairs:
        graph.edge(source, target)
    best: tuple[tuple[int, int], list[Way]] | None = None
    hits: list[str] = []
    for options in tries:
        found = graphlay.reroute(graph, preset="process_map", options=options)
        ways = [[(round(point["x"], 1), round(point["y"], 1)) for point in edge["points"]] for edge in found.edges]
        ways = [
            _ended(boxes[target], _ended(boxes[source], way)[::-1])[::-1]
            for (source, target), way in zip(pairs, ways, strict=True)
        ]
        ways = _led_off(boxes, pairs, ways)
        hits = [
            f"{' → '.join(pair)} hits {name}"
            for pair, way in zip(pairs, ways, strict=True)
            for name in hit(boxes, pair, way)
        ]
        measured = found.metrics()
        quality = (_shared(pairs, ways), measured["crossings"] + measured["bends"])
        if not hits and (best is None or quality < best[0]):
            best = (quality, ways)
    if best is None:
        raise ValueError(f"no try of {len(tries)} leads all edges around all states; in the last, {'; '.join(hits)}")
    return best[1]


def hit(boxes: Mapping[str, Box], pair: tuple[str, str], points: Sequence[Point]) -> list[str]:
    """The boxes through which a way runs, or along which it runs too closely to be told from their rims.

    Its first and its last line may touch the boxes at its own ends.
    """
    lines = list(pairwise(points))
    return [name for number, line in enumerate(lines) for name in _met(boxes, pair, line, number, len(lines))]


def _met(
    boxes: Mapping[str, Box], pair: tuple[str, str], line: tuple[Point, Point], number: int, count: int
) -> list[str]:
    touching = {pair[0]} if number == 0 else set()
    touching |= {pair[1]} if number == count - 1 else set()
    return [name for name, box in boxes.items() if box.wider(0 if name in touching else CLEAR).meets(*line)]


def _ended(box: Box, way: Way) -> Way:
    """The way, whose first line leaves its box at once: it neither runs through the box nor along its rim."""
    (x, y), (x2, y2) = way[:2]
    if box.meets(way[0], way[1]):
        x = x if x == x2 else box.left if x2 < box.left else box.right
        y = y if y == y2 else box.top if y2 < box.top else box.bottom
        return [(x, y), *way[1:]]
    along = (x == x2 and x in {box.left, box.right}) or (y == y2 and y in {box.top, box.bottom})
    return [way[0], *way] if along else way


def _led_off(boxes: Mapping[str, Box], pairs: Sequence[tuple[str, str]], ways: Sequence[Way]) -> list[Way]:
    """Move each line that runs in or along a box to the nearest free place beside it; ends stay where they are."""
    led = list(ways)
    for place, pair in enumerate(pairs):
        for number in range(1, len(led[place]) - 2):
            others = [line for other, way in enumerate(led) if other != place for line in pairwise(way)]
            # Off one box, and then off the next that it meets there.
            for _ in range(_MOVES):
                met = _met(boxes, pair, (led[place][number], led[place][number + 1]), number, len(led[place]) - 1)
                if not met:
                    break
                led[place] = _moved(boxes, pair, led[place], number, boxes[met[0]], others)
    return led


def _moved(
    boxes: Mapping[str, Box],
    pair: tuple[str, str],
    way: Way,
    number: int,
    box: Box,
    others: Sequence[tuple[Point, Point]],
) -> Way:
    """The way with its line moved beside the box, or as it was when there is no free place."""
    before = len(hit(boxes, pair, way))
    for moved in sorted(_beside(way, number, box), key=lambda moved: _distance(way[number], moved[number])):
        line = moved[number], moved[number + 1]
        if len(hit(boxes, pair, moved)) < before and not any(_covers(line, other) for other in others):
            return moved
    return way


def _beside(way: Way, number: int, box: Box) -> Iterator[Way]:
    (x1, y1), (x2, y2) = way[number], way[number + 1]
    for distance in _DISTANCES:
        if x1 == x2:
            places = [[(x, y1), (x, y2)] for x in (box.left - distance, box.right + distance)]
        else:
            places = [[(x1, y), (x2, y)] for y in (box.top - distance, box.bottom + distance)]
        for place in places:
            yield [*way[:number], *((round(x, 1), round(y, 1)) for x, y in place), *way[number + 2 :]]


def _shared(pairs: Sequence[tuple[str, str]], ways: Sequence[Way]) -> int:
    """How many lines of two ways cannot be told apart. Ways to the same box may share their last line."""
    lines = [(pair, line) for pair, way in zip(pairs, ways, strict=True) for line in pairwise(way)]
    return sum(
        _covers(one, other)
        for place, (pair, one) in enumerate(lines)
        for other_pair, other in lines[place + 1 :]
        if pair[1] != other_pair[1]
    )


def _distance(one: Point, other: Point) -> float:
    return abs(one[0] - other[0]) + abs(one[1] - other[1])


def _covers(line: tuple[Point, Point], other: tuple[Point, Point]) -> bool:
    """Whether two lines run beside each other, too close to be told apart."""
    along = 1 if line[0][0] == line[1][0] else 0
    across = 1 - along
    if other[0][across] != other[1][across] or abs(line[0][across] - other[0][across]) >= _APART:
        return False
    (a1, a2), (b1, b2) = (sorted((one[along], two[along])) for one, two in (line, other))
    return a1 < b2 and a2 > b1
