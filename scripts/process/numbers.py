"""Where the number of each edge stands: beside its line, and on nothing else."""

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice, pairwise

from scripts.process.routes import Box, Point, Way

SIZE = (46.0, 13.0)
"""Of a number, in pixels: five figures, or a difference such as "+120 %"."""
_GAP = 4.0
_APART = 8.0
"""Closer than this, a reader can't tell which of two lines a number belongs to."""
_STEP = 4.0
_ENOUGH = 40


def places_of(boxes: Sequence[Box], ways: Mapping[tuple[str, str], Way]) -> dict[tuple[str, str], Point]:
    """The middle of each number, near the beginning of its edge. An edge without room has none.

    Those with the least choice are placed first, so that most of them find a place.

    Parameters
    ----------
    boxes
        What no number may cover.
    ways
        The edges' lines. A number covers none of them, and stands beside one alone.
    """
    lines = {pair: [_around(one, other, _GAP) for one, other in pairwise(way)] for pair, way in ways.items()}
    free = {}
    for pair, way in ways.items():
        others = [line for other, several in lines.items() if other != pair for line in several]
        taken = [*boxes, *others, *lines[pair]]
        places = (
            box
            for box, beside in _beside(way)
            if not any(map(box.overlaps, taken)) and not any(map(beside.overlaps, others))
        )
        free[pair] = list(islice(places, _ENOUGH))
    found: dict[tuple[str, str], Box] = {}
    for pair in sorted(free, key=lambda each: len(free[each])):
        for box in free[pair]:
            if not any(map(box.overlaps, found.values())):
                found[pair] = box
                break
    return {pair: (round(found[pair].x, 1), round(found[pair].y, 1)) for pair in ways if pair in found}


def _around(one: Point, other: Point, gap: float) -> Box:
    """A line with room around it."""
    width, height = abs(one[0] - other[0]), abs(one[1] - other[1])
    return Box((one[0] + other[0]) / 2, (one[1] + other[1]) / 2, width + 2 * gap, height + 2 * gap)


def _beside(way: Way) -> Iterator[tuple[Box, Box]]:
    """Places beside an edge's lines, the nearest to its beginning first; and the part of the line at each of them."""
    width, height = SIZE
    for (x1, y1), (x2, y2) in pairwise(way):
        length = abs(x1 - x2) + abs(y1 - y2)
        dx, dy = (x2 > x1) - (x2 < x1), (y2 > y1) - (y2 < y1)
        across, along = (height, width) if dx else (width, height)
        at = along / 2 + 1
        while at < length - along / 2:
            x, y = x1 + dx * at, y1 + dy * at
            part = Box(x, y, width if dx else _APART, _APART if dx else height)
            for side in (-1, 1):
                off = side * (across / 2 + _GAP + 1)
                yield Box(x + (0 if dx else off), y + (off if dx else 0), width, height), part
            at += _STEP
