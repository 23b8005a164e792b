"""Joins the spans of many traces into one waterfall for a case.

AWS joins calls into one trace and links batches of a queue to their records' traces. It joins neither an execution to
the batch that started it, nor what belongs to another customer apart. Here the limitation's id does both.
"""

from collections.abc import Iterable, Sequence

from ops.trace.span import Kind, Mark, Span

CLOCKS_DIFFER = 2.0
"""By how many seconds the clocks of AWS's services may differ."""


def waterfall(roots: Iterable[Span], limitation_id: str) -> Sequence[Span]:
    """The spans of one case, each below what it follows from; those that follow from nothing known are roots."""
    mine = [_without_others(root, limitation_id) for root in roots if limitation_id in _named(root)]
    return _linked([_simple(each) for each in mine])


# ── What is another customer's ──


def _without_others(span: Span, limitation_id: str) -> Span:
    # A record that names nobody concerned no limited customer: another one's payment, in the same batch.
    span.children = [
        _without_others(child, limitation_id)
        for child in span.children
        if limitation_id in _named(child) or (not _named(child) and child.kind is not Kind.RECORD)
    ]
    return span


def _named(span: Span) -> set[str]:
    return {each.limitation_id for each in span.all() if each.limitation_id}


# ── One row for one thing ──


def _simple(span: Span) -> Span:
    """Fold what AWS writes in three segments for one invocation, and in two subsegments for one state."""
    span.children = [_simple(child) for child in span.children]
    if span.kind is Kind.FUNCTION:
        # The service's segment holds the function's, which holds the handler.
        for _ in range(2):
            inner = [child for child in span.children if child.kind is Kind.FUNCTION or child.name.startswith("## ")]
            if len(inner) == 1:
                _absorb(span, inner[0])
        _take_notes(span)
    if span.kind is Kind.RECORD:
        _take_notes(span)
    if span.kind is Kind.STATE and len(span.children) == 1 and span.children[0].name == "Lambda":
        _absorb(span, span.children[0])
    if span.kind is Kind.STATE and len(span.children) == 1 and span.children[0].kind is Kind.FUNCTION:
        span.text = span.children[0].name
        _absorb(span, span.children[0])
    if span.kind is Kind.PART and len(span.children) == 1 and span.children[0].kind is Kind.REMOTE:
        # The named call to Enedis holds the HTTP request, which bears the host's name.
        span.text = " ".join(part for part in (span.text, span.children[0].text) if part)
        span.kind = Kind.REMOTE
        span.children = []
    return span


def _absorb(span: Span, inner: Span) -> None:
    span.children = sorted(
        [*(child for child in span.children if child is not inner), *inner.children], key=lambda child: child.start
    )
    span.annotations = {**span.annotations, **inner.annotations}
    span.error = inner.error or span.error
    span.mark = span.mark or inner.mark


def _take_notes(span: Span) -> None:
    """Take the limitation and the outcome of parts that are nothing but a note."""
    notes = [child for child in span.children if child.name == "limitation"]
    span.children = [child for child in span.children if child.name != "limitation"]
    for note in notes:
        span.annotations = {**span.annotations, **note.annotations}


# ── What follows from what, beyond one trace ──


def _linked(roots: Sequence[Span]) -> Sequence[Span]:
    by_id = {(span.trace_id, span.id): span for root in roots for span in root.all()}
    starts = [span for root in roots for span in root.all() if span.name == "states" and span.text == "StartExecution"]
    tops: list[Span] = []
    for root in roots:
        sender = next((by_id[link] for link in root.links if link in by_id), None)
        before = sender or _starter(root, starts)
        if before is None or any(span is before for span in root.all()):
            tops.append(root)
            continue
        if root.links:
            root.waited = max(0.0, root.start - before.start)
        before.children = sorted([*before.children, root], key=lambda child: child.start)
    return sorted(tops, key=lambda span: span.start)


def _starter(span: Span, starts: Sequence[Span]) -> Span | None:
    """The call that started an execution: the one at its time. Its trace is the event's, so no id tells."""
    if span.kind is not Kind.EXECUTION:
        return None
    near = [
        each
        for each in starts
        if each.mark is Mark.NONE
        and each.start - CLOCKS_DIFFER <= span.start <= (each.end or each.start) + CLOCKS_DIFFER
        and not any(child.kind is Kind.EXECUTION for child in each.children)
    ]
    return min(near, key=lambda each: abs(each.start - span.start), default=None)
