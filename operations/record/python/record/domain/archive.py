"""The archive of executions: a line of JSON for each end that was counted, for what counts do not say."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from record.domain.counting import ended_at, outcome_of, problem_at, started_at
from record.domain.course import Course
from record.domain.reach import reach_of
from record.domain.visit import Visit
from restoration.clock import moment_of, to_text
from restoration.domain.limitation import limitation_of


@dataclass(frozen=True, slots=True)
class CountedEnd:
    """An end of an execution that was counted.

    Parameters
    ----------
    redrives
        How often it had been redriven before.
    version, means, codes, rules
        As of :class:`record.domain.record.EndedCase`.
    """

    course: Course
    redrives: int
    version: str
    means: frozenset[str] = frozenset()
    codes: frozenset[str] = frozenset()
    rules: frozenset[str] = frozenset()

    def line(self) -> dict[str, Any]:
        """The line: ids, moments and words of the process, nothing of a person.

        The path has the states that were left before this end and not before an earlier one, and the state in which it
        failed. So the lines of an execution add up, as its counts do.
        """
        course, redrives = self.course, self.redrives
        end, problem = course.ends[redrives], problem_at(course, redrives)
        visits = [] if end.did_nothing else [each for each in course.visits if each.entered_in <= redrives]
        reach = reach_of(visits, end)
        began, ended = started_at(course, redrives), ended_at(course, redrives)
        return {
            "execution": course.execution.rpartition(":")[2],
            "redrives": redrives,
            "limitation": limitation_of(course.execution),
            "trigger": end.trigger.partition("|")[0],
            "version": self.version,
            "started": to_text(moment_of(began)),
            "ended": to_text(moment_of(ended)),
            "tookms": ended - began,
            "status": end.status,
            "outcome": outcome_of(course, redrives),
            "reason": end.reason,
            "stage": None if end.did_nothing else reach.stage.value,
            "certain": None if reach.certain_at is None else to_text(moment_of(reach.certain_at)),
            "state": problem.state if problem else visits[-1].state if visits else "",
            "error": problem.error if problem else "",
            "signature": problem.id if problem else "",
            "words": problem.words if problem else "",
            "means": sorted(self.means),
            "codes": sorted(self.codes),
            "rules": sorted(self.rules),
            "path": [_step(each, redrives) for each in visits if each.left_in is None or each.left_in >= redrives],
        }


def key_of_line(line: Mapping[str, Any]) -> tuple[str, int]:
    """What a line is known by: an execution, and how often it had been redriven."""
    return line["execution"], line["redrives"]


def _step(visit: Visit, redrives: int) -> dict[str, Any]:
    was_left = visit.left_in is not None and visit.left_in <= redrives
    return {
        "state": visit.state,
        "party": visit.party.value,
        "entered": to_text(moment_of(visit.entered_at)),
        "tookms": visit.took if was_left else None,
        "retries": visit.retries if was_left else 0,
        "failures": list(visit.failures) if was_left else [],
    }
