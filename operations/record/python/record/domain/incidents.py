"""Incidents: failures by signature, how many customers each holds now, and how to redrive them."""

import shlex
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
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
    times
        How many executions failed so in the range; one that was redriven and failed again counts again.
    customers
        How many customers met it for the first time; None where only single cases were searched, which don't say it.
    first, last
        The first and the last hour, or day, of the range in which it was; None where it was only before.
    before, last_before
        How many failed so in the range before, and in which hour or day the last of them did.
    held
        The cases that hold their limitation now because of it, the oldest first.
    series
        How many failed so, by the steps of the range.
    """

    signature: Signature
    times: int
    customers: int | None
    before: int
    last_before: datetime | None
    held: Sequence[OpenCase]
    series: Sequence[int]
    first: datetime | None = None
    last: datetime | None = None

    @property
    def holds(self) -> int:
        """How many customers it holds now."""
        return len({each.limitation_id for each in self.held})


@dataclass(frozen=True, slots=True)
class Steps:
    """The steps of a series: so many of a length since a moment."""

    since: datetime
    length: timedelta
    number: int

    @classmethod
    def over(cls, since: datetime, until: datetime, length: timedelta) -> "Steps":
        """The whole hours or days of a range, with those that it begins and ends in."""
        first = since.replace(minute=0, second=0, microsecond=0)
        first = first.replace(hour=0) if length >= timedelta(days=1) else first
        return cls(first, length, max(1, -(-(until - first) // length)))

    def place(self, moment: datetime) -> int:
        return min(self.number - 1, max(0, (moment - self.since) // self.length))


def incidents(
    slices: Sequence[Slice],
    earlier: Sequence[Slice],
    signatures: Mapping[str, Signature],
    open_cases: Iterable[OpenCase],
    steps: Steps,
    *,
    knows_customers: bool = True,
) -> Sequence[Incident]:
    """The incidents of a range, with all that hold customers now; worst first.

    That is: those that hold most customers, then those that failed most often, then the latest. ``knows_customers``
    says whether slices count first failures apart.
    """
    now, before = _failures(slices), _failures(earlier)
    held: dict[str, list[OpenCase]] = defaultdict(list)
    for case in open_cases:
        if not case.runs:
            held[case.signature].append(case)
    found = []
    for name in {*now, *held}:
        counts, past = now.get(name, ()), before.get(name, ())
        series = [0] * steps.number
        for start, times, _ in counts:
            series[steps.place(start)] += times
        found.append(
            Incident(
                signatures.get(name) or _unknown(name, held[name], [start for start, _, _ in counts]),
                sum(series),
                sum(first for _, _, first in counts) if knows_customers else None,
                sum(times for _, times, _ in past),
                max((start for start, _, _ in past), default=None),
                sorted(held[name], key=lambda case: (case.since, case.execution)),
                series,
                min((start for start, _, _ in counts), default=None),
                max((start for start, _, _ in counts), default=None),
            )
        )
    return sorted(found, key=lambda it: (-it.holds, -it.times, -it.signature.last_seen.timestamp(), it.signature.id))


def held_now(signatures: Mapping[str, Signature], open_cases: Iterable[OpenCase], now: datetime) -> Sequence[Incident]:
    """The incidents that hold customers now, whatever failed before; worst first."""
    return incidents((), (), signatures, open_cases, Steps.over(now, now, timedelta.max))


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


def _failures(slices: Iterable[Slice]) -> Mapping[str, Sequence[tuple[datetime, int, int]]]:
    """By signature: when, how often, and how many had not failed so before."""
    found: dict[str, list[tuple[datetime, int, int]]] = defaultdict(list)
    for each in slices:
        for name, count in each.tally.named(FAILURE).items():
            found[name].append((each.start, count.number, count.sums.get("first", 0)))
    return found


def _unknown(name: str, held: Sequence[OpenCase], seen: Sequence[datetime]) -> Signature:
    """What can be said of a signature that the record has counted and not kept."""
    moments = [*seen, *(each.since for each in held)]
    state, error = (held[0].state, held[0].error) if held else ("", name)
    return Signature(name, state, error, "", min(moments), max(moments))
