"""The tips of the ways of a drawn process."""

from collections.abc import Sequence

type Point = tuple[float, float]


def tip(way: Sequence[Sequence[float]], length: float = 7, half: float = 3) -> list[Point]:
    """The corners of the arrow's tip at the end of a way, whose lines run along the axes.

    Parameters
    ----------
    length, half
        From its point to its base, and half the base's width, in pixels.
    """
    (x1, y1), (x2, y2) = way[-2:]
    dx, dy = (x2 > x1) - (x2 < x1), (y2 > y1) - (y2 < y1)
    x, y = x2 - length * dx, y2 - length * dy
    return [(x2, y2), (x - half * dy, y - half * dx), (x + half * dy, y + half * dx)]
