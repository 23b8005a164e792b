"""Signatures: many failures with one cause are one problem. A bulk redrive chooses by the same words."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ops.cases.standing import Hold, Standing, Status
from record.domain.failure import signature_of


@dataclass(frozen=True, slots=True)
class Signature:
    """Failures that are one problem: status, error, state and cause are the same.

    Parameters
    ----------
    error
        Empty where there is none, as with executions that somebody stopped.
    customers
        How many customers they are of: one may have failed several times.
    holding
        How many of them still hold their limitation: those customers wait until something is done.
    """

    status: Status
    error: str
    state: str
    cause: str
    count: int
    customers: int
    holding: int


def signatures(standings: Iterable[Standing]) -> Sequence[Signature]:
    """Group failed cases, the most frequent first."""
    groups: dict[tuple[Status, str, str, str], list[Standing]] = defaultdict(list)
    for each in standings:
        groups[each.status, each.error, each.state or "?", signature_of(each.cause)].append(each)
    return [
        Signature(*key, len(those), customers_of(those), sum(each.hold is Hold.HOLDS for each in those))
        for key, those in sorted(groups.items(), key=lambda group: -len(group[1]))
    ]


def customers_of(standings: Iterable[Standing]) -> int:
    """How many customers cases are of."""
    return len({each.limitation_id for each in standings})
