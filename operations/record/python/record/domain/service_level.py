"""What customers may expect: within what time a case ends, by the kind of case.

The clock of a case begins with its execution. It stands still while the bank has to clear a payment, and while an
advisor has to decide: neither we nor Enedis can hurry them, and both have time limits of their own. The targets are
parameters, since no source says them (docs/trade.md).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from record.domain.course import Course
from record.domain.course_event import NOTHING_TO_DO
from record.domain.promises import Promised, Terms
from record.domain.states import Party
from record.domain.visit import Visit
from restoration.clock import moment_of

STANDS_STILL_FOR = frozenset({Party.BANK, Party.ADVISOR})
"""While one of them is waited for, the clock of a case does not run."""
NO_SERVICE = NOTHING_TO_DO | {"SHADOW"}
"""Outcomes with which an execution brings nothing to a customer, and owes nothing."""
WITH_AN_ORDER = frozenset({"OrderAtEnedis", "WaitForEnedis"})
"""The states in which an order is at Enedis."""
POWER_IS_OWED = WITH_AN_ORDER | {"DecidePriority", "ReadPoint"}
"""The states that a case reaches once the rules give power back."""
WITH_A_VISIT = "AnnounceVisit"


class CaseKind(StrEnum):
    """The kinds of case, each with a target of its own."""

    EARLY = "Early"
    """It ends without an order, mostly since a balance is due."""
    REMOTE = "Remote"
    """An order that Enedis carries out from afar."""
    TECHNICIAN = "Technician"
    """An order for which a technician comes."""


def due_at(kind: CaseKind, begun: datetime, terms: Terms) -> datetime:
    """The moment (UTC) by which a case should have ended, whose clock began at a moment."""
    return begun + terms.early if kind is CaseKind.EARLY else terms.due(Promised[kind.name], begun)


@dataclass(frozen=True, slots=True)
class Ended:
    """A case that ended, and whether it did so in time."""

    kind: CaseKind
    in_time: bool


def kind_of(course: Course, remote: frozenset[str] = POWER_IS_OWED, *, by_technician: bool = False) -> CaseKind:
    """The kind of a case, as far as its path tells; it is remote where it was in one of some states.

    Parameters
    ----------
    by_technician
        Whether an order of it is known to be for a technician; a visit that was announced says so, too.
    """
    states = {visit.state for visit in course.visits}
    if by_technician or WITH_A_VISIT in states:
        return CaseKind.TECHNICIAN
    return CaseKind.REMOTE if states & remote else CaseKind.EARLY


def ended(course: Course, terms: Terms, *, by_technician: bool = False) -> Ended | None:
    """How a case ended, given as it was then (:meth:`~record.domain.course.Course.at`); None where it owed nothing.

    One that failed is late, whenever it did: it has brought nothing. If a redrive brings it to its end, that end is
    counted as well, with the time since the beginning.
    """
    if course.end.outcome in NO_SERVICE:
        return None
    kind = kind_of(course, WITH_AN_ORDER, by_technician=by_technician)
    due = due_at(kind, moment_of(course.started_at) + stood_still(course.visits), terms)
    return Ended(kind, course.end.status == "SUCCEEDED" and moment_of(course.end.ended_at) <= due)


def stood_still(visits: Iterable[Visit]) -> timedelta:
    """For how long the clock stood still, in the visits that were left."""
    waits = (visit.took for visit in visits if visit.party in STANDS_STILL_FOR and visit.took)
    return timedelta(milliseconds=sum(waits))
