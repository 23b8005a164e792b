"""Signatures: many failures with one cause are one problem. A bulk redrive chooses by the same words."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ops.cases.found import FoundCase, Hold, Status
from record.domain.failure import signature_of


@dataclass(frozen=True, slots=True)
class Signature:
    """Failures that are one problem: status, error, state and cause are the same.

    Parameters
    ----------
    error
        Empty where there is none, as with executions that somebody stopped.
    holding
        How many of them still hold their limitation: those customers wait until something is done.
    """

    status: Status
    error: str
    state: str
    cause: str
    count: int
    holding: int


def signatures(cases: Iterable[FoundCase]) -> Sequence[Signature]:
    """Group failed cases, the most frequent first."""
    counts: Counter[tuple[Status, str, str, str]] = Counter()
    holding: Counter[tuple[Status, str, str, str]] = Counter()
    for each in cases:
        key = (each.status, each.error, each.state or "?", signature_of(each.cause))
        counts[key] += 1
        holding[key] += each.hold is Hold.HOLDS
    return [Signature(*key, count, holding[key]) for key, count in counts.most_common()]
