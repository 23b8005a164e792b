"""The archive of executions: a line of JSON for each end that was counted, for what counts do not say."""

from collections.abc import Iterable, Mapping
from typing import Any

from record.domain.counting import outcome_of, problem_in
from record.domain.course import Course
from record.domain.reach import reach_of
from record.domain.visit import Visit
from restoration.clock import moment_of, to_text
from restoration.domain.limitation import limitation_of


def line_of(course: Course, version: str, **told: Iterable[str]) -> Mapping[str, Any]:
    """The line of an end: ids, moments and words of the process, nothing of a person.

    The path has the states that were left before this end and not before an earlier one, and the state in which it
    failed. So the lines of an execution add up, as its counts do.

    Parameters
    ----------
    course
        As it was at that end.
    version, told
        As of :class:`record.domain.record.EndedCase`; told are ``means``, ``codes``, ``rules``.
    """
    end, problem = course.end, problem_in(course)
    visits = [] if end.did_nothing else course.visits
    reach, ended = reach_of(visits, end), course.ended_at or 0
    return {
        "execution": course.name,
        "redrives": course.redrives,
        "limitation": limitation_of(course.execution),
        "trigger": course.origin.partition("|")[0],
        "version": version,
        "started": to_text(moment_of(course.started_at)),
        "ended": to_text(moment_of(ended)),
        "tookms": ended - course.started_at,
        "status": end.status,
        "outcome": outcome_of(course),
        "reason": end.reason,
        "stage": None if end.did_nothing else reach.stage.value,
        "certain": None if reach.certain_at is None else to_text(moment_of(reach.certain_at)),
        "state": problem.state if problem else visits[-1].state if visits else "",
        "error": problem.error if problem else "",
        "signature": problem.id if problem else "",
        "words": problem.words if problem else "",
        **{name: sorted(values) for name, values in told.items()},
        "path": [_step(each) for each in visits if each.left_in in {None, course.redrives}],
    }


def _step(visit: Visit) -> dict[str, Any]:
    was_left = visit.left_at is not None
    return {
        "state": visit.state,
        "party": visit.party.value,
        "entered": to_text(moment_of(visit.entered_at)),
        "tookms": visit.took,
        "retries": visit.retries if was_left else 0,
        "failures": list(visit.failures) if was_left else [],
    }
