"""An attempt to redrive one item, and what came of it by the execution's history."""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from record.domain.course import Course
from record.domain.course_event import Kind
from record.domain.kept import Kept, Moment


class End(StrEnum):
    """The end of one item; each has exactly one in the report."""

    PASSED = "PASSED"
    """It went on past the state where it had stopped."""
    FAILED_AGAIN = "FAILED_AGAIN"
    """It stopped there again."""
    FAILED_ELSEWHERE = "FAILED_ELSEWHERE"
    """It went on past the state, and stopped at another."""
    SUPERSEDED = "SUPERSEDED"
    """It had nothing to do: another execution has the case, or it is closed."""
    LEFT_ALONE = "LEFT_ALONE"
    """It is not any more as the manifest has it: somebody redrove it, or it runs."""
    NOT_REDRIVABLE = "NOT_REDRIVABLE"
    STILL_THERE = "STILL_THERE"
    """It was redriven, and is still in the state: it waits for a partner, or tries again."""
    NOT_REACHED = "NOT_REACHED"
    """The redrive ended before its turn."""
    ANNOUNCED = "ANNOUNCED"
    """No end yet: its redrive is about to be asked for, or was and the response is lost."""


OPEN = frozenset({End.STILL_THERE, End.ANNOUNCED})
"""Ends that a later look may change."""

FAILED = frozenset({End.FAILED_AGAIN, End.FAILED_ELSEWHERE})

VERDICTS = FAILED | {End.PASSED}


@dataclass(frozen=True, slots=True)
class Attempt(Kept):
    """What came of one item, as far as one knows.

    Parameters
    ----------
    index
        The item's place in the manifest.
    at
        When its redrive was announced.
    is_redriven
        Whether we redrove it.
    state, error
        Where it is now, or stopped, and by which error.
    outcome
        The business outcome of an execution that succeeded.
    why
        Why it was not redriven, and what takes the case over.
    """

    index: int
    end: End
    at: Moment
    is_redriven: Annotated[bool, Field(alias="redriven")] = False
    state: str = ""
    error: str = ""
    outcome: str = ""
    why: str = ""


def verdict(attempt: Attempt, state: str, course: Course) -> Attempt:
    """Say what came of a redriven item.

    Parameters
    ----------
    state
        Where it had stopped. A redrive of a task does not enter its state again, that of a choice does.
    course
        What happened since its redrive.
    """
    now, has_passed = state, False
    for event in course.in_order:
        if event.kind is Kind.ENTERED:
            now, has_passed = event.name, has_passed or event.name != state
        elif event.kind is Kind.EXITED:
            has_passed = has_passed or event.name == state
    ended = course.ends.get(0)
    if ended is None:
        return replace(attempt, end=End.PASSED if has_passed else End.STILL_THERE, state=now)
    if ended.status == "SUCCEEDED":
        end = End.SUPERSEDED if ended.did_nothing else End.PASSED
        return replace(attempt, end=end, state=now, outcome=ended.outcome)
    end = End.FAILED_AGAIN if now == state else End.FAILED_ELSEWHERE
    return replace(attempt, end=end, state=now, error=ended.error or ended.status)
