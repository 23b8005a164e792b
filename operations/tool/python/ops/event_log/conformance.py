"""Whether the path of an execution is one that its definition allows: a path that is not is a bug, here or at AWS.

The events of a course are played again on the definition, one after the other. Where events are missing, the place in
the machine is not known, and nothing is judged until it is known again.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from ops.event_log.definition import EVALUATION_FAILED, FAIL, TASK, Definition, State
from record.domain.course import Course
from record.domain.course_event import End, Event, Kind

type Step = tuple[Kind, str]
"""What may come: a kind of event, with the state's or the end's name where it has one."""
STARTED: Step = (Kind.STARTED, "")
ATTEMPT: Step = (Kind.ATTEMPTED, "")
REDRIVEN: Step = (Kind.REDRIVEN, "")
SUCCEEDED: Step = (Kind.ENDED, "SUCCEEDED")
FAILED: Step = (Kind.ENDED, "FAILED")


@dataclass(frozen=True, slots=True)
class Deviation:
    """An event that the definition does not allow where it came.

    Parameters
    ----------
    execution
        Its ARN.
    event_id
        Of Step Functions.
    at
        Milliseconds since 1970.
    state
        The state that the execution was in, or had left last; empty before the first.
    found
        What happened, as ``entered ReadPoint``.
    expected
        What the definition allows there.
    """

    execution: str
    event_id: int
    at: int
    state: str
    found: str
    expected: tuple[str, ...]


_SAID = {
    Kind.STARTED: "started",
    Kind.ENTERED: "entered",
    Kind.EXITED: "left",
    Kind.ATTEMPTED: "an attempt",
    Kind.RESTS: "handed over, and waits to be called back",
    Kind.FAILED: "an attempt failed",
    Kind.REDRIVEN: "redriven",
    Kind.ENDED: "ended",
}


def _said(kind: Kind, name: str) -> str:
    return " ".join(filter(None, (_SAID[kind], "with" if kind is Kind.FAILED and name else "", name)))


@dataclass(frozen=True, slots=True)
class _Place:
    """Where the machine stands while a course is played again.

    Parameters
    ----------
    outside
        What may come, besides what its state allows; None where nobody knows.
    state
        The one that it is in; None before the first, between two, and at the end.
    error
        Of the last attempt, where that failed; None where it did not, empty where nobody knows which.
    tries
        How often each retrier, by its place, was used in this stay.
    before_end
        Where it stood when it ended.
    """

    outside: Sequence[Step] | None
    state: State | None = None
    was_tried: bool = False
    error: str | None = None
    tries: Counter[int] = field(default_factory=Counter)
    before_end: "_Place | None" = None

    @property
    def steps(self) -> Sequence[Step] | None:
        """What may come next."""
        return (
            self.outside if self.outside is None or self.state is None else [*self.outside, *self._inside(self.state)]
        )

    @property
    def allowed(self) -> tuple[str, ...]:
        """The same in words."""
        if self.steps is None:
            return ("a state of the definition",)
        return tuple(_said(*each) for each in self.steps) or ("nothing more",)

    def _inside(self, state: State) -> Sequence[Step]:
        left: Step = (Kind.EXITED, state.name)
        if state.type != TASK:
            return [FAILED if state.type == FAIL else left]
        if self.error is None and self.was_tried:
            return [left, (Kind.RESTS, ""), (Kind.FAILED, "")]
        if self.error is None:
            return [ATTEMPT, left] if state.caught(EVALUATION_FAILED) else [ATTEMPT]
        if not self.error:
            return [ATTEMPT, left, FAILED]
        if self.may_try_again:
            return [ATTEMPT]
        return [left if state.caught(self.error) else FAILED]

    @property
    def may_try_again(self) -> bool:
        return self.retrier is not None and self.tries[self.retrier[0]] < self.retrier[1]

    @property
    def retrier(self) -> tuple[int, int] | None:
        """The place of the one that is for the last attempt's error, and how often it tries again."""
        return self.state.attempts(self.error) if self.state and self.error else None

    def may_break_off(self, status: str, error: str) -> bool:
        """Whether the execution may end here without success, by an error where it failed."""
        if self.before_end or STARTED in (self.outside or ()):
            return False
        # Aborted, or out of time: that comes from outside, wherever it stands.
        if status != "FAILED" or not error:
            return True
        if self.state is None:  # a limit of Step Functions itself, such as that of 25,000 events
            return error.startswith("States.")
        return not (error == self.error and self.may_try_again) and not self.state.caught(error)


UNKNOWN = _Place(None)


def deviations_of(course: Course, definition: Definition) -> Sequence[Deviation]:
    """The events of a course that the definition does not allow, in order; none where all is as it may be.

    What the events say happened, so it goes on from there, allowed or not.
    """
    place, ends = _Place([STARTED]), course.ends
    found: list[Deviation] = []
    ended, last, state = 0, 0, ""
    for event in course.in_order:
        if any(each not in course.others for each in range(last + 1, event.id)):
            place, ends = UNKNOWN, {}  # events are missing here, of an end perhaps
        last, end = event.id, ends.get(ended) if event.kind is Kind.ENDED else None
        is_allowed = _may_come(place, event, end, definition)
        expected = () if is_allowed else place.allowed
        if end and end.status != event.name:
            expected = (*expected, f"ended {end.status}, as its status event says")
        if expected:
            said = _said(event.kind, event.name)
            found.append(Deviation(course.execution, event.id, event.at, state, said, expected))
        place = _after(place, event, definition, is_known=is_allowed and place.steps is not None)
        ended += event.kind is Kind.ENDED
        state = event.name if event.kind in {Kind.ENTERED, Kind.EXITED} else state
    return found


def _may_come(place: _Place, event: Event, end: End | None, definition: Definition) -> bool:
    steps = place.steps
    if event.kind is Kind.ENTERED and event.name not in definition.states:
        return False
    if steps is None:
        return True
    if event.kind is Kind.ENDED and event.name != "SUCCEEDED":
        return place.may_break_off(event.name, (end.error if end else "") or place.error or "")
    return (event.kind, "" if event.kind is Kind.FAILED else event.name) in steps


def _after(place: _Place, event: Event, definition: Definition, *, is_known: bool) -> _Place:
    """Where it stands after an event; ``is_known`` says whether that was one of those that may come here."""
    after, state = place, definition.states.get(event.name)
    match event.kind:
        case Kind.STARTED:
            after = _Place([(Kind.ENTERED, definition.start)])
        case Kind.ENTERED:
            after = _Place([], state) if state else UNKNOWN
        case Kind.EXITED:
            after = _Place(_once_left(state, _result(after) if is_known else "")) if state else UNKNOWN
        case Kind.ATTEMPTED if after.state:
            tries = after.tries + Counter(after.retrier[:1] if after.retrier else ())
            after = _Place([], after.state, was_tried=True, tries=tries)
        case Kind.FAILED if after.state:
            after = replace(after, error=event.name)
        case Kind.ENDED:
            after = _Place([] if event.name == "SUCCEEDED" else [REDRIVEN], before_end=after)
        case Kind.REDRIVEN:
            # It begins again with its state, and enters that once more unless it is a task.
            after = after.before_end or after
            after = _Place([(Kind.ENTERED, after.state.name)], after.state) if after.state else after
    return after


def _result(place: _Place) -> str | None:
    """The error with which a state is left; None where it has done its work."""
    is_task = place.state is not None and place.state.type == TASK
    return EVALUATION_FAILED if is_task and not place.was_tried else place.error


def _once_left(state: State, error: str | None) -> Sequence[Step]:
    """What may come after a state that was left with an error; empty, where nobody knows whether there was one."""
    targets = state.caught(EVALUATION_FAILED if error is None else error) | (set() if error else state.after)
    steps: list[Step] = [(Kind.ENTERED, each) for each in sorted(targets)]
    return steps if error or state.after or state.type == FAIL else [*steps, SUCCEEDED]
