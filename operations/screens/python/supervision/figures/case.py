"""The figures of "Dossier": on one line of time, whom the case waited for, and what was sent and returned."""

from dataclasses import dataclass
from datetime import datetime

from record.cases.dossier import Dossier
from record.cases.timeline import step_said, timeline
from record.cases.ways import way_of
from record.domain.course import Course
from record.domain.states import Party
from record.domain.waits import waits_of
from record.words import Language
from restoration.clock import moment_of

MARKED = frozenset({"order", "message"})
"""The kinds of lines of which each is a moment of its own."""


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time in which a case waited for one party.

    Parameters
    ----------
    states
        The states that it was in meanwhile, each once, in order.
    runs
        Whether it waits so still.
    """

    since: datetime
    until: datetime
    party: Party
    states: tuple[str, ...]
    runs: bool = False


@dataclass(frozen=True, slots=True)
class Mark:
    """A moment: ``kind`` is order, message, failure or end; ``name`` says which."""

    at: datetime
    kind: str
    name: str


def spans(execution: Course, now: datetime) -> list[Span]:
    """The stretches of an execution: its waits, as everywhere, through the loop and through looks after news."""
    ended_at = moment_of(execution.ended_at) if execution.ended_at is not None else now
    return [
        Span(
            moment_of(wait.since),
            # An execution that failed never left its last state: it stayed there to its end.
            ended_at if wait.until is None else moment_of(wait.until),
            wait.party,
            wait.states,
            wait.until is None and execution.runs,
        )
        for wait in waits_of(execution.visits)
    ]


def marks(dossier: Dossier, language: Language) -> list[Mark]:
    """The moments of a case, oldest first, named in the words of a language."""
    found = [Mark(each.at, each.kind, each.said) for each in timeline(dossier, language) if each.kind in MARKED]
    for each in dossier.executions:
        if not each.runs and (way := way_of(each)):
            last = way[-1]
            found.append(Mark(last.at, "failure" if each.end.error else "end", step_said(last.what, language)))
    return sorted(found, key=lambda mark: mark.at)
