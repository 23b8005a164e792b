"""Where the number or the name of each edge stands: beside its line, and on nothing else."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice, pairwise

from scripts.process.routes import Box, Point, Way

_GAP, _GAP_ON = 5.5, 4.0  # from other lines: of a number beside its own, and of one on it
_APART = 6.0
"""Closer than this, a reader doesn't know to which of two lines a number belongs."""
_STEP = 4.0
_ENOUGH = 40
_CLICKED = 24.0


@dataclass(frozen=True)
class Place:
    """Where a number stands.

    Parameters
    ----------
    room
        What it may take.
    anchor
        Which end of it stands at the line, as SVG names it: ``start`` to the right of a line that goes up or down,
        ``end`` to its left, ``middle`` above or below one that goes across.
    """

    room: Box
    anchor: str

    @property
    def clicked(self) -> Box:
        """What one clicks there."""
        return replace(self.room, height=max(self.room.height, _CLICKED))

    @property
    def at(self) -> Point:
        """Its anchor's place, and its middle's height."""
        sides = {"start": self.room.left, "middle": self.room.x, "end": self.room.right}
        return round(sides[self.anchor], 1), round(self.room.y, 1)


def places_of[Key](
    boxes: Sequence[Box], ways: Mapping[Key, Way], sizes: Mapping[Key, Sequence[tuple[float, float]]]
) -> dict[Key, Place]:
    """The place of each number, near the beginning of its edge: beside its line, or where that has no room, on it.

    Each has the first of the sizes for which there is room. Those with the least choice are placed first, so that most
    of them find a place.

    Parameters
    ----------
    boxes
        What no number may cover.
    ways
        The edges' lines. A number covers none of them but its own, and stands beside one alone.
    sizes
        Of each number, in pixels: as many for each.
    """
    found: dict[Key, Place] = {}
    for number, is_on in [*((each, False) for each in range(min(map(len, sizes.values()), default=0))), (-1, True)]:
        gap, free = _GAP_ON if is_on else _GAP, {}
        lines = {pair: [_around(one, other, gap) for one, other in pairwise(way)] for pair, way in ways.items()}
        for pair in (each for each in sizes if each not in found):
            others = [line for other, several in lines.items() if other != pair for line in several]
            taken = [*boxes, *others, *([] if is_on else lines[pair])]
            places = (
                place
                for place, beside in _beside(ways[pair], sizes[pair][number], is_on=is_on)
                if not any(map(place.room.overlaps, taken)) and not any(map(beside.overlaps, others))
            )
            free[pair] = list(islice(places, _ENOUGH))
        for pair in sorted(free, key=lambda each: len(free[each])):
            clicked = [other.clicked for other in found.values()]
            if place := next((each for each in free[pair] if not any(map(each.clicked.overlaps, clicked))), None):
                found[pair] = place
    return found


def _around(one: Point, other: Point, gap: float) -> Box:
    """A line with room around it."""
    width, height = abs(one[0] - other[0]), abs(one[1] - other[1])
    return Box((one[0] + other[0]) / 2, (one[1] + other[1]) / 2, width + 2 * gap, height + 2 * gap)


def _beside(way: Way, size: tuple[float, float], *, is_on: bool) -> Iterator[tuple[Place, Box]]:
    """Places beside or on an edge's lines, the nearest to its beginning first; and the part of the line at each."""
    width, height = size
    for (x1, y1), (x2, y2) in pairwise(way):
        # A line may lean by a fraction of a pixel.
        goes_across = abs(x1 - x2) > abs(y1 - y2)
        length = max(abs(x1 - x2), abs(y1 - y2))
        across, along = (height, width) if goes_across else (width, height)
        off = across / 2 + _GAP + 1
        at = along / 2 + 1
        while at < length - along / 2:
            x, y = x1 + (x2 - x1) * at / length, y1 + (y2 - y1) * at / length
            part = Box(x, y, width if goes_across else _APART, _APART if goes_across else height)
            sides = ((0, -off, "middle"), (0, off, "middle")) if goes_across else ((-off, 0, "end"), (off, 0, "start"))
            for right, down, anchor in ((0, 0, "middle"),) if is_on else sides:
                yield Place(Box(x + right, y + down, width, height), anchor), part
            at += _STEP
