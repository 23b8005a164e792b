"""The figures of "Dossier": on one line of time, whom the case waited for, and what was sent and returned."""

from collections.abc import Sequence
from datetime import datetime

from record.cases.dossier import Dossier
from record.cases.timeline import Line, step_said, timeline
from record.cases.ways import way_of
from record.domain.course import Course
from record.domain.waits import Wait, waits_of
from record.words import Language
from restoration.clock import moment_of
from supervision.question import Range

MARKED = frozenset({"order", "message"})
"""The kinds of lines of which each is a moment of its own."""


def spans(execution: Course, now: datetime) -> Sequence[tuple[Wait, Range]]:
    """The waits of an execution, as everywhere, through the loop and through looks after news; and when each was."""
    # An execution that failed never left its last state: it stayed there to its end.
    end = moment_of(execution.ended_at) if execution.ended_at is not None else now
    return [
        (each, Range(moment_of(each.since), end if each.until is None else moment_of(each.until)))
        for each in waits_of(execution.visits)
    ]


def marks(dossier: Dossier, language: Language) -> Sequence[Line]:
    """The moments of a case, oldest first: its orders, its messages, and its ends (``failure`` or ``end``)."""
    found = [each for each in timeline(dossier, language) if each.kind in MARKED]
    for each in dossier.executions:
        if not each.runs and (way := way_of(each)):
            kind, text = "failure" if each.end.error else "end", step_said(way[-1].what, language)
            found.append(Line(way[-1].at, kind, text, text))
    return sorted(found, key=lambda line: line.at)
