"""Incidents: failures by signature, how many customers each holds now, and how to redrive them."""

import shlex
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from record.domain.failure import UNSUCCESSFUL
from record.domain.record import OpenCase, Signature, Slice
from record.domain.redrive_choice import Choice

FAILURE = "failure#"
REDRIVABLE_FOR = timedelta(days=14)
"""AWS refuses to redrive an execution that stopped earlier.

https://docs.aws.amazon.com/step-functions/latest/dg/redrive-executions.html
"""
MOST_NAMED = 20
"""Cases that a command names, at most."""


@dataclass(frozen=True, slots=True)
class Incident:
    """Failures that are one problem.

    Parameters
    ----------
    held
        The cases that hold their limitation now because of it, the oldest first.
    seen, before
        How many executions failed so in each hour or day of the range, and of the range before; one that was redriven
        and failed again counts again.
    customers
        How many customers met it for the first time; None where only single cases were searched, which don't say it.
    """

    signature: Signature
    held: Sequence[OpenCase]
    seen: Counter[datetime] = field(default_factory=Counter)
    before: Counter[datetime] = field(default_factory=Counter)
    customers: int | None = None

    @property
    def holds(self) -> int:
        """How many customers it holds now."""
        return len({each.limitation_id for each in self.held})


def incidents(
    slices: Sequence[Slice],
    earlier: Sequence[Slice],
    signatures: Mapping[str, Signature],
    open_cases: Iterable[OpenCase],
    *,
    knows_customers: bool = True,
) -> Sequence[Incident]:
    """The incidents of a range, with all that hold customers now; worst first.

    That is: those that hold most customers, then those that failed most often, then the latest. ``knows_customers``
    says whether slices count first failures apart.
    """
    now, before = _failures(slices), _failures(earlier)
    held: dict[str, list[OpenCase]] = defaultdict(list)
    for case in sorted(open_cases, key=lambda case: (case.since, case.execution)):
        if not case.runs:
            held[case.signature].append(case)
    found = [
        Incident(
            signatures.get(name) or _unknown(name, held[name], now[name]),
            held[name],
            now[name],
            before[name],
            sum(each.tally.of(f"{FAILURE}{name}").sums.get("first", 0) for each in slices) if knows_customers else None,
        )
        for name in {*now, *held}
    ]
    return sorted(
        found, key=lambda it: (-it.holds, -it.seen.total(), -it.signature.last_seen.timestamp(), it.signature.id)
    )


def choice_of(incident: Incident, known: Iterable[Signature], now: datetime) -> Choice | None:
    """Which failures a redrive of an incident takes; None where AWS would refuse all of those who are held.

    It names the words of the cause only where another known signature has the same state and error.
    """
    held = [each for each in incident.held if now - each.since < REDRIVABLE_FOR]
    if not held:
        return None
    mine = incident.signature
    alike = [each for each in known if (each.error, each.state) == (mine.error, mine.state) and each.id != mine.id]
    return Choice(
        # An execution that timed out or was stopped as a whole has no error; its status stands in its place.
        error="" if mine.error in UNSUCCESSFUL else mine.error,
        state=mine.state,
        cause=_telling(mine.words, [each.words for each in alike]) if mine.words and alike else "",
        aborted=any(each.status == "ABORTED" for each in held),
    )


def redrive_of(incident: Incident, known: Iterable[Signature], now: datetime) -> str | None:
    """The command that redrives those who are held; None where AWS would refuse all of them."""
    choice = choice_of(incident, known, now)
    if choice is None:
        return None
    if len(incident.held) == 1:
        return f"ops redrive case {shlex.quote(incident.held[0].limitation_id)}"
    named = {"error": choice.error, "state": choice.state, "cause": choice.cause}
    parts = [f"--{name} {shlex.quote(value)}" for name, value in named.items() if value]
    return " ".join(["ops redrive", *parts, *(["--aborted"] if choice.aborted else []), "--dry-run"])


def _telling(words: str, others: Sequence[str]) -> str:
    """The longest part of a signature's words that no other has, without quotes if one is; else all of them."""
    parts = [each.strip() for each in words.split("…") if each.strip()]
    alone = [each for each in parts if not any(each.casefold() in other.casefold() for other in others)]
    return max(alone, key=lambda each: ("'" not in each, len(each)), default=words)


def check_of(cases: Sequence[OpenCase]) -> str:
    """The command that has the limitations of cases looked at now, the first of them."""
    named = list(dict.fromkeys(each.limitation_id for each in cases))[:MOST_NAMED]
    return " ".join(["ops check", *map(shlex.quote, named)])


def too_old(incident: Incident, now: datetime) -> Sequence[OpenCase]:
    """Those whom a redrive can't help any more."""
    return [each for each in incident.held if now - each.since >= REDRIVABLE_FOR]


def _failures(slices: Iterable[Slice]) -> Mapping[str, Counter[datetime]]:
    """By signature: when, and how often."""
    found: dict[str, Counter[datetime]] = defaultdict(Counter)
    for each in slices:
        for name, count in each.tally.named(FAILURE).items():
            found[name][each.start] += count.number
    return found


def _unknown(name: str, held: Sequence[OpenCase], seen: Iterable[datetime]) -> Signature:
    """What can be said of a signature that the record has counted and not kept."""
    moments = [*seen, *(each.since for each in held)]
    state, error = (held[0].state, held[0].error) if held else ("", name)
    return Signature(name, state, error, "", min(moments), max(moments))
