"""Promises: by when a case is said to go on, and whether it did.

Each sentence about a case has a time. A promise is made where a wait begins: our check, the bank, an advisor, Enedis
from afar, a technician. It is kept where that wait ended by its time, whatever came of it; broken where it ended later,
is open after its time, or was stopped by an incident. A redrive makes the promise of its wait once more. What a
customer asks on the page or on the telephone promises that a person sees to it: made, kept and broken alike.

The first time counts: what is said later in the same wait softens nothing. But an order for a technician after a remote
one has a time of its own, and both are judged.
"""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from itertools import groupby

from record.domain.states import Party
from record.domain.visit import Visit
from record.domain.waits import INSIDE, waits_of
from restoration.clock import PARIS, from_text, moment_of, to_text
from restoration.domain.deadlines import CHECKED_WITHIN, due_at
from restoration.domain.order import Intent


class Promised(StrEnum):
    """What is to end in time."""

    CHECK = "check"
    BANK = "bank"
    ADVISOR = "advisor"
    REMOTE = "remote"
    TECHNICIAN = "technician"
    REVIEW = "review"
    POWER_MISSING = "power_missing"
    PLAN = "plan"
    DISPUTE = "dispute"
    PROTECTION = "protection"
    DECLARATION = "declaration"


REQUESTS = frozenset(Promised) - {
    Promised.CHECK, Promised.BANK, Promised.ADVISOR, Promised.REMOTE, Promised.TECHNICIAN
}  # fmt: skip
"""Those of the channels; all others are of a wait of an execution."""


@dataclass(frozen=True, slots=True)
class Terms:
    """How long each thing may take; the templates' parameters have the same defaults.

    Parameters
    ----------
    early
        Of a case that ends without an order.
    technician_days
        Working days of France, until the end of the last one.
    """

    check: timedelta = CHECKED_WITHIN
    remote: timedelta = timedelta(days=1)
    technician_days: int = 5
    clearing: timedelta = timedelta(days=1)
    answer: timedelta = timedelta(days=7)
    early: timedelta = timedelta(minutes=30)

    def due(self, what: Promised, since: datetime, bank: datetime | None = None) -> datetime:
        """By when a wait is to end that began at ``since`` (aware); ``bank`` is what the rules expect of the bank."""
        if what in {Promised.REMOTE, Promised.TECHNICIAN}:
            intent = Intent.RESTORE_BY_TECHNICIAN if what is Promised.TECHNICIAN else Intent.RESTORE_REMOTELY
            return due_at(intent, since, remote=self.remote, technician_days=self.technician_days)
        if what is Promised.BANK:
            return bank or since + self.clearing
        return since + (self.check if what is Promised.CHECK else self.answer)


TERMS = Terms()
"""The defaults."""


def end_of_banks_day(day: str) -> datetime:
    """By when the bank's result of a day (ISO-8601) is known to us."""
    return datetime.combine(date.fromisoformat(day), time(20), PARIS)


@dataclass(frozen=True, slots=True)
class Promise:
    """One promise; ``ended`` is None while its wait is open, and where an incident stopped it."""

    what: Promised
    due: datetime
    ended: datetime | None

    def result(self, now: datetime | None = None) -> str:
        """``kept``, ``broken`` or ``open``; without a moment it is counted with an end, and none is open any more."""
        if self.ended is not None:
            return "kept" if self.ended <= self.due else "broken"
        return "open" if now and now <= self.due else "broken"

    def __str__(self) -> str:
        return f"{self.what}|{to_text(self.due)}|{to_text(self.ended) if self.ended else ''}"

    @classmethod
    def read(cls, text: str) -> "Promise":
        """A promise as ``str`` wrote it."""
        what, due, ended = text.split("|")
        return cls(Promised(what), from_text(due), from_text(ended) if ended else None)


def promises_of(
    visits: Sequence[Visit],
    terms: Terms = TERMS,
    orders: Collection[Promised] = (),
    bank: Sequence[tuple[datetime, datetime]] = (),
) -> Iterator[Promise]:
    """The promises of an execution, in the order in which they were made.

    Parameters
    ----------
    orders
        Remote, technician, or both: the kinds of order that Enedis accepted.
    bank
        When the rules said until when the bank takes, and until when: in their order.
    """
    waits = list(waits_of(visits))
    if [each.party for each in waits[-2:]] == [Party.ENEDIS, Party.US] and waits[-1].until is None:
        waits[-2] = replace(waits[-2], until=None)  # our own steps have not ended, and belong to the wait
    accepted = [moment_of(each.entered_at) for each in visits if each.state == "AnnounceOrder"]
    for party, its in groupby(waits, key=lambda each: None if each.party in INSIDE else each.party):
        run = list(its)
        since, ended = moment_of(run[0].since), None if (until := run[-1].until) is None else moment_of(until)
        if party is Party.ENEDIS:
            placed = [each for each in accepted if ended is None or each <= ended]
            kinds = sorted(set(orders)) if placed else []
            for what in kinds or [Promised.REMOTE]:
                begun = placed[-1] if len(kinds) > 1 and what is Promised.TECHNICIAN else since
                yield Promise(what, terms.due(what, begun), ended)
        elif party:
            said = [until for at, until in bank if at <= since]
            yield Promise(what := Promised(party), terms.due(what, since, said[-1] if said else None), ended)
        elif any(each.party is Party.BILLING for each in run):  # each look at a case asks billing
            yield Promise(Promised.CHECK, terms.due(Promised.CHECK, since), ended)
