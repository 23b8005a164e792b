"""Signatures: many failures with one cause are one problem. A bulk redrive chooses by the same words."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ops.cases.standing import Hold, Standing
from restoration.domain.failure import signature_of


@dataclass(frozen=True, slots=True)
class Signature:
    """Failures that are one problem: error, state and cause are the same.

    Parameters
    ----------
    holding
        How many of them still hold their limitation: those customers wait until something is done.
    """

    error: str
    state: str
    cause: str
    count: int
    holding: int


def signatures(standings: Iterable[Standing]) -> Sequence[Signature]:
    """Group failed cases, the most frequent first."""
    counts: Counter[tuple[str, str, str]] = Counter()
    holding: Counter[tuple[str, str, str]] = Counter()
    for each in standings:
        key = (each.error or each.status.value, each.state or "?", signature_of(each.cause))
        counts[key] += 1
        holding[key] += each.hold is Hold.HOLDS
    return [Signature(*key, count, holding[key]) for key, count in counts.most_common()]
