"""Routes edges around boxes that stand still, by graphlay."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import graphlay

CLEAR = 2.0
OPTIONS: Mapping[str, Any] = {
    "direction": "leftright",
    "routing": {"port_sides": "any", "merge_edges": "none"},
    "spacing": {"port_gap": 18, "dummy_gap": 30, "bundle_lane_gap": 8},
}

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


def route(boxes: Mapping[str, Box], pairs: Sequence[tuple[str, str]]) -> list[Way]:
    """Route an edge for each pair of names, around all boxes, from rim to rim.

    Raises
    ------
    ValueError
        When an edge would run through a box.
    """
    graph = graphlay.Graph()
    for name, box in boxes.items():
        graph.node(name, width=box.width, height=box.height, position={"x": box.x, "y": box.y})
    for source, target in pairs:
        graph.edge(source, target)
    found, ways = graphlay.reroute(graph, preset="process_map", options=OPTIONS), list[Way]()
    for (source, target), edge in zip(pairs, found.edges, strict=True):
        way = [(round(point["x"], 1), round(point["y"], 1)) for point in edge["points"]]
        ways.append(_ended(boxes[target], _ended(boxes[source], way)[::-1])[::-1])
        if met := hit(boxes, (source, target), ways[-1]):
            raise ValueError(f"{source} → {target} hits {', '.join(met)}")
    return ways


def hit(boxes: Mapping[str, Box], pair: tuple[str, str], points: Sequence[Point]) -> list[str]:
    """The boxes through which a way runs, or along which it runs too closely to be told from their rims.

    Its first and its last line may touch the boxes at its own ends.
    """
    lines = list(pairwise(points))
    found = []
    for number, line in enumerate(lines):
        touching = {*pair[: number == 0], *pair[1 : 1 + (number == len(lines) - 1)]}
        found += [name for name, box in boxes.items() if box.wider(0 if name in touching else CLEAR).meets(*line)]
    return found


def _ended(box: Box, way: Way) -> Way:
    """The way, whose first line leaves its box at once: it neither runs through the box nor along its rim."""
    (x, y), (x2, y2) = way[:2]
    if box.meets(way[0], way[1]):
        x = x if x == x2 else box.left if x2 < box.left else box.right
        y = y if y == y2 else box.top if y2 < box.top else box.bottom
        return [(x, y), *way[1:]]
    along = (x == x2 and x in {box.left, box.right}) or (y == y2 and y in {box.top, box.bottom})
    return [way[0], *way] if along else way
