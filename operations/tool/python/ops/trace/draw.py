"""Draws a waterfall: one row for each span, and its bar on one scale of time."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from ops.trace.scale import Scale
from ops.trace.span import Kind, Mark, Span

MOMENT_COLUMNS = 9
SMALLEST_BAR, SMALLEST_LABEL, LARGEST_LABEL = 18, 36, 60
AT_ONCE_SECONDS = 0.05
"""A state that took less and called nobody is a choice: it is left out unless all is asked for."""


@dataclass(frozen=True, slots=True)
class Row:
    """One row: a span, or several calls of AWS that are folded into one."""

    depth: int
    label: str
    mark: Mark
    start: float
    end: float | None
    waited: float | None = None


def rows_of(tops: Sequence[Span], *, everything: bool = False) -> Sequence[Row]:
    """The rows of a waterfall, in the order in which they are drawn."""
    return [row for top in tops for row in _rows(top, 0, everything=everything)]


def _rows(span: Span, depth: int, *, everything: bool) -> Iterator[Row]:
    yield Row(depth, _label(span), span.mark, span.start, span.end, span.waited)
    folded: list[Span] = []
    for child in span.children:
        is_plain = child.kind is Kind.CALL and child.mark is Mark.NONE and not child.children
        if is_plain and not everything:
            folded.append(child)
            continue
        if folded:
            yield _calls(folded, depth + 1)
            folded = []
        if everything or not _is_choice(child):
            yield from _rows(child, depth + 1, everything=everything)
    if folded:
        yield _calls(folded, depth + 1)


def _is_choice(span: Span) -> bool:
    is_plain = span.kind is Kind.STATE and span.mark is Mark.NONE and not span.children
    return is_plain and span.seconds is not None and span.seconds < AT_ONCE_SECONDS


def _calls(calls: Sequence[Span], depth: int) -> Row:
    counts = Counter(call.name for call in calls)
    label = ", ".join(name if count == 1 else f"{name} ({count})" for name, count in counts.items())
    ends = [call.end for call in calls if call.end is not None]
    return Row(depth, label, Mark.NONE, calls[0].start, max(ends) if len(ends) == len(calls) else None)


def _label(span: Span) -> str:
    outcome = span.outcome and f"→ {span.outcome}"
    return " ".join(part for part in (span.name, outcome, span.error, span.text) if part)


class Picture:
    """A waterfall as lines of text.

    Parameters
    ----------
    rows
        At least one.
    width
        In characters.
    now
        Where the bar of a span that goes on ends, in epoch seconds.
    """

    def __init__(self, rows: Sequence[Row], width: int, now: float) -> None:
        self._rows = rows
        self._now = now
        longest = max(len(self._what(row)) for row in rows)
        room = width - 2 * MOMENT_COLUMNS - SMALLEST_BAR - 2
        self._label_columns = max(min(longest, LARGEST_LABEL, room), min(SMALLEST_LABEL, room))
        columns = width - self._label_columns - 2 * MOMENT_COLUMNS - 2
        moments = [moment for row in rows for moment in (row.start, self._end(row))]
        self.scale = Scale(moments, columns)

    def lines(self) -> Iterator[tuple[str, Mark]]:
        """Each line, with the mark of what it shows."""
        yield self._head(), Mark.NONE
        for row in self._rows:
            end = self._end(row)
            took = "goes on" if row.end is None else in_seconds(end - row.start)
            line = (
                f"{self._shortened(self._what(row)):{self._label_columns}}"
                f"{'+' + in_seconds(row.start - self.scale.start):>{MOMENT_COLUMNS}}{took:>{MOMENT_COLUMNS}}"
                f"  {self.scale.bar(row.start, end)}"
            )
            yield line.rstrip(), row.mark

    def _head(self) -> str:
        ruler = [" "] * self.scale.columns
        for number, (begin, until) in enumerate(self.scale.gaps()):
            ruler[min((begin + until) // 2, self.scale.columns - 1)] = letter(number)
        return (
            f"{'What':{self._label_columns}}{'At':>{MOMENT_COLUMNS}}{'Took':>{MOMENT_COLUMNS}}  {''.join(ruler)}"
        ).rstrip()

    def _end(self, row: Row) -> float:
        return row.end if row.end is not None else max(self._now, row.start)

    @staticmethod
    def _what(row: Row) -> str:
        sign = f"{row.mark.value} " if row.mark else ""
        queue = f" (queue {in_seconds(row.waited)})" if row.waited is not None else ""
        return f"{' ' * row.depth}{sign}{row.label}{queue}"

    def _shortened(self, text: str) -> str:
        return text if len(text) < self._label_columns else f"{text[: self._label_columns - 2]}…"


def letter(number: int) -> str:
    """The sign of a long wait on the ruler."""
    return chr(ord("a") + number % 26)


def in_seconds(seconds: float) -> str:
    """A time in at most eight characters: ``0.012 s``, ``12.3 s``, ``14 min``, ``3.2 h``, ``12 d``."""
    if seconds < 10:  # noqa: PLR2004 - from here on, milliseconds tell nothing
        return f"{seconds:.3f} s"
    for unit, length, limit in (("s", 1, 100), ("min", 60, 100), ("h", 3600, 72)):
        if seconds / length < limit:
            return f"{seconds / length:.1f} {unit}" if unit != "min" else f"{seconds / length:.0f} {unit}"
    return f"{seconds / 86400:.0f} d"
