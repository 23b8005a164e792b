"""Draws a waterfall: one row for each span, and its bar on one scale of time."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import accumulate, groupby, pairwise

from rich.bar import Bar
from rich.table import Table
from rich.text import Text

from ops.moments import lasting
from ops.trace.span import Kind, Mark, Span

AT_ONCE_SECONDS = 0.05
"""A state that took less and called nobody is a choice: it is left out unless all is asked for."""
LONGEST_DRAWN = 2.0
"""Seconds. A time in which nothing began or ended is drawn no longer: a case may wait for weeks."""
SMALLEST_BAR = 1 / 40
"""Of the whole scale."""
STYLES = {Mark.NONE: "", Mark.FAULT: "red", Mark.ERROR: "yellow", Mark.THROTTLE: "magenta"}


type Row = tuple[int, Span]
"""A span, or a span for several calls of AWS that are folded into one, and how deep it is."""


def rows_of(tops: Sequence[Span], *, everything: bool = False) -> Sequence[Row]:
    """The rows of a waterfall, in the order in which they are drawn."""
    return [row for top in tops for row in _rows(top, 0, everything=everything)]


def _rows(span: Span, depth: int, *, everything: bool) -> Iterator[Row]:
    yield depth, span
    for is_call, some in groupby(span.children, lambda child: not everything and _is_plain(child, Kind.CALL)):
        if is_call:
            yield depth + 1, _as_one([*some])
            continue
        for child in some:
            if everything or not _is_choice(child):
                yield from _rows(child, depth + 1, everything=everything)


def _is_plain(span: Span, kind: Kind) -> bool:
    return span.kind is kind and span.mark is Mark.NONE and not span.children


def _is_choice(span: Span) -> bool:
    return _is_plain(span, Kind.STATE) and span.seconds is not None and span.seconds < AT_ONCE_SECONDS


def _as_one(calls: Sequence[Span]) -> Span:
    counts = Counter(call.name for call in calls)
    names = ", ".join(name if count == 1 else f"{name} ({count})" for name, count in counts.items())
    ends = [call.end for call in calls if call.end is not None]
    return replace(calls[0], name=names, text="", end=max(ends) if len(ends) == len(calls) else None)


def table_of(rows: Sequence[Row], now: float) -> Table:
    """The waterfall; the bar of a span that goes on ends now (epoch seconds)."""
    moments = sorted({at for _, span in rows for at in (span.start, span.end or now)})
    drawn = accumulate((min(after - before, LONGEST_DRAWN) for before, after in pairwise(moments)), initial=0.0)
    places = dict(zip(moments, drawn, strict=True))
    whole = places[moments[-1]] or 1.0
    table = Table(box=None, padding=(0, 2, 0, 0), pad_edge=False, expand=True)
    table.add_column("What", no_wrap=True, ratio=3)
    table.add_column("At", justify="right", no_wrap=True)
    table.add_column("Took", justify="right", no_wrap=True)
    table.add_column(ratio=2)
    for depth, span in rows:
        begin = min(places[span.start], whole * (1 - SMALLEST_BAR))
        end = max(places[span.end or now], begin + whole * SMALLEST_BAR)
        took = "goes on" if span.seconds is None else in_seconds(span.seconds)
        at = f"+{in_seconds(span.start - moments[0])}"
        table.add_row(Text(" " * depth + _label(span)), at, took, Bar(whole, begin, end), style=STYLES[span.mark])
    return table


def _label(span: Span) -> str:
    outcome, queue = span.outcome and f"→ {span.outcome}", "" if span.waited is None else in_seconds(span.waited)
    parts = span.mark.value, span.name, outcome, span.error, span.text, queue and f"(queue {queue})"
    return " ".join(filter(None, parts))


def in_seconds(seconds: float) -> str:
    """A time, with milliseconds below ten seconds."""
    return f"{seconds:.3f} s" if seconds < 10 else lasting(seconds)  # noqa: PLR2004 - from here on, they tell nothing
