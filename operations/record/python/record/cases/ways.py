"""The way that an execution took: its states that take time, its redrives and its ends, with rounds folded."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from record.domain.course import Course
from record.domain.course_event import End, Kind
from record.domain.states import STATES
from restoration.clock import moment_of


@dataclass(frozen=True, slots=True)
class Step:
    """Something of an execution's way: a state that was entered, a redrive, or its end."""

    at: datetime
    what: str


def way_of(course: Course) -> Sequence[Step]:
    """The states that took time, in order; those that came again and again in one line with their number."""
    return _folded(list(_steps(course)))


def _steps(course: Course) -> Iterator[Step]:
    # A state that nobody knows any more took time where something was tried in it.
    takes_time = STATES.keys() | {visit.state for visit in course.visits if visit.attempts}
    redrives = 0
    for event in course.in_order:
        at = moment_of(event.at)
        if event.kind is Kind.ENTERED and event.name in takes_time:
            yield Step(at, event.name)
        elif event.kind is Kind.REDRIVEN:
            redrives += 1
            yield Step(at, f"redriven {redrives}")
        elif event.kind is Kind.ENDED:
            yield Step(at, _ended(event.name, course.ends.get(redrives)))


def _ended(status: str, end: End | None) -> str:
    if status == "SUCCEEDED":
        said = " ".join(part for part in (end.outcome, end.reason) if part) if end else ""
        return f"ended {said}".strip()
    said = ": ".join(part for part in (end.error, end.cause) if part) if end else ""
    return f"{status.replace('_', '').lower()} {said}".strip()


def _folded(steps: Sequence[Step]) -> Sequence[Step]:
    """Fold rounds, such as WaitForEnedis, ReadCase, DecideProgress, into one line at the last round's moment."""
    folded: list[Step] = []
    index = 0
    while index < len(steps):
        size, rounds = _rounds_at(steps, index)
        names = " → ".join(step.what for step in steps[index : index + size])
        told = f"{names} ({rounds} times)" if rounds > 1 else names
        folded.append(Step(steps[index + size * (rounds - 1)].at, told))
        index += size * rounds
    return folded


def _rounds_at(steps: Sequence[Step], index: int) -> tuple[int, int]:
    for size in range(1, 5):
        first = [step.what for step in steps[index : index + size]]
        rounds = 1
        while [step.what for step in steps[index + rounds * size : index + (rounds + 1) * size]] == first:
            rounds += 1
        if rounds > 1 and len(first) == size:
            return size, rounds
    return 1, 1
