"""The way that an execution took: its states that take time, its redrives and its ends, with rounds folded."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from record.domain.course import Course
from record.domain.course_event import End, Kind
from record.domain.states import STATES
from restoration.clock import moment_of


@dataclass(frozen=True, slots=True)
class Step:
    """States that were entered one after the other, so many ``times``; or a redrive with its number, or an end.

    The ``rest`` of an end is its outcome, or its error, which may have a ``cause``.
    """

    at: datetime = field(compare=False)
    states: tuple[str, ...] = ()
    times: int = 1
    what: str = ""
    rest: str = ""
    cause: str = ""


def way_of(course: Course) -> Sequence[Step]:
    """The states that took time, in order; those that came again and again in one step with their number."""
    return _folded(list(_steps(course)))


def _steps(course: Course) -> Iterator[Step]:
    # A state that nobody knows any more took time where something was tried in it.
    takes_time = STATES.keys() | {visit.state for visit in course.visits if visit.attempts}
    redrives = 0
    for event in course.in_order:
        at = moment_of(event.at)
        if event.kind is Kind.ENTERED and event.name in takes_time:
            yield Step(at, (event.name,))
        elif event.kind is Kind.REDRIVEN:
            redrives += 1
            yield Step(at, what="redriven", rest=str(redrives))
        elif event.kind is Kind.ENDED:
            yield _ended(at, event.name, course.ends.get(redrives))


def _ended(at: datetime, status: str, end: End | None) -> Step:
    if status == "SUCCEEDED":
        return Step(at, what="ended", rest=f"{end.outcome} {end.reason}".strip() if end else "")
    error, cause = (end.error, end.cause) if end else ("", "")
    return Step(at, what=status.replace("_", "").lower(), rest=error or cause, cause=cause if error else "")


def _folded(steps: Sequence[Step]) -> Sequence[Step]:
    """Fold rounds, such as WaitForEnedis, ReadCase, DecideProgress, into one step at the last round's moment."""
    folded: list[Step] = []
    index = 0
    while index < len(steps):
        size, rounds = _rounds_at(steps, index)
        names = tuple(name for step in steps[index : index + size] for name in step.states)
        folded.append(replace(steps[index + size * (rounds - 1)], states=names, times=rounds))
        index += size * rounds
    return folded


def _rounds_at(steps: Sequence[Step], index: int) -> tuple[int, int]:
    for size in range(1, 5):
        rounds = 1
        while steps[index + rounds * size : index + (rounds + 1) * size] == steps[index : index + size]:
            rounds += 1
        if rounds > 1:
            return size, rounds
    return 1, 1
