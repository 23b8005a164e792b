"""One scale of time for all bars: long times in which nothing happens take little room."""

from collections.abc import Iterable, Sequence
from itertools import pairwise

SHORTEST_LONG_WAIT = 10.0
"""Seconds; a shorter wait is drawn as it is."""
GAP_COLUMNS = 3


type Wait = tuple[float, float]
"""A time in which nothing began or ended."""


def long_waits(moments: Iterable[float]) -> Sequence[Wait]:
    """The waits that are longer than ten seconds, and longer than all short ones together."""
    gaps = [(start, end, end - start) for start, end in pairwise(sorted(set(moments)))]
    short = sum(seconds for _, _, seconds in gaps if seconds <= SHORTEST_LONG_WAIT)
    return [(start, end) for start, end, seconds in gaps if seconds > max(SHORTEST_LONG_WAIT, short)]


class Scale:
    """Places moments on a line of characters.

    Parameters
    ----------
    moments
        All beginnings and ends, in epoch seconds; at least one.
    columns
        The line's length.
    """

    def __init__(self, moments: Sequence[float], columns: int) -> None:
        self.start, self.end = min(moments), max(moments)
        self.columns = columns
        self.waits = long_waits(moments)
        self._gap = GAP_COLUMNS if len(self.waits) * GAP_COLUMNS * 2 <= columns else 0
        drawn = self.end - self.start - sum(end - start for start, end in self.waits)
        self._per_second = max(1, columns - len(self.waits) * self._gap) / (drawn or 1.0)

    def column(self, moment: float) -> float:
        """The place of one of the moments, from 0 to the line's length."""
        drawn, gaps = moment - self.start, 0.0
        for start, end in self.waits:
            if moment >= end:
                drawn -= end - start
                gaps += self._gap
        return drawn * self._per_second + gaps

    def gaps(self) -> Sequence[tuple[int, int]]:
        """The columns that stand for each long wait: the first, and the one after the last."""
        return [(round(self.column(start)), round(self.column(end))) for start, end in self.waits]

    def bar(self, start: float, end: float) -> str:
        """A span's bar. A long wait within it is dotted."""
        first = min(int(self.column(start)), self.columns - 1)
        last = max(first + 1, min(round(self.column(end)), self.columns))
        cells = [" "] * first + ["█"] * (last - first)
        for begin, until in self.gaps():
            for column in range(max(begin, first), min(until, last)):
                cells[column] = "┄"
        if all(cell in " ┄" for cell in cells) and last - first == 1:
            cells[first] = "█"
        return "".join(cells)
