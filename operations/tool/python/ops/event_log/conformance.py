"""Whether the path of an execution is one that its definition allows: a path that is not is a bug, here or at AWS.

The events of a course are played again on the definition, one after the other. Where events are missing, the place in
the machine is not known, and nothing is judged until it is known again.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import Enum, auto

from ops.event_log.definition import EVALUATION_FAILED, FAIL, TASK, Definition, StateDefinition
from record.domain.course import Course
from record.domain.course_event import End, Event, Kind

NOTHING = "nothing more"


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


class _Place(Enum):
    BEFORE = auto()
    IN = auto()
    BETWEEN = auto()
    ENDED = auto()
    UNKNOWN = auto()


@dataclass(slots=True)
class _Standing:
    """Where the machine stands while a course is played again.

    Parameters
    ----------
    state
        The state that it is in, or has left last.
    onward
        Between two states: those that may come.
    error
        Of the last attempt, where that failed; None where it did not.
    tries
        How often each retrier was used in this stay.
    is_fresh
        It was just redriven: the state may be entered or tried again.
    before_end, status
        Where it stood before it ended, and how it ended.
    ended
        How often it has; None where an end may be missing.
    """

    place: _Place = _Place.BEFORE
    state: str = ""
    onward: frozenset[str] = frozenset()
    was_tried: bool = False
    error: str | None = None
    tries: Counter[int] = field(default_factory=Counter)
    is_fresh: bool = False
    before_end: _Place = _Place.UNKNOWN
    status: str = ""
    ended: int | None = 0


_SAID = {
    Kind.STARTED: "started",
    Kind.ATTEMPTED: "an attempt",
    Kind.RESTS: "handed over, and waits to be called back",
    Kind.FAILED: "an attempt failed",
    Kind.REDRIVEN: "redriven",
}


def deviations_of(course: Course, definition: Definition) -> Sequence[Deviation]:
    """The events of a course that the definition does not allow, in order; none where all is as it may be."""
    replay = _Replay(definition, course.ends)
    found: list[Deviation] = []
    last = 0
    for event in course.in_order:
        if any(each not in course.others for each in range(last + 1, event.id)):
            replay.lose_track()
        last, state = event.id, replay.state
        if expected := replay.take(event):
            found.append(Deviation(course.execution, event.id, event.at, state, _said(event), tuple(expected)))
    return found


def _said(event: Event) -> str:
    match event.kind:
        case Kind.ENTERED:
            return f"entered {event.name}"
        case Kind.EXITED:
            return f"left {event.name}"
        case Kind.ENDED:
            return f"ended {event.name}"
        case Kind.FAILED if event.name:
            return f"{_SAID[event.kind]} with {event.name}"
        case _:
            return _SAID[event.kind]


class _Replay:
    """Plays events on a definition. What it is told happened, so it goes on from there, allowed or not."""

    def __init__(self, definition: Definition, ends: Mapping[int, End]) -> None:
        self._definition = definition
        self._ends = ends
        self._now = _Standing()

    @property
    def state(self) -> str:
        return self._now.state

    def lose_track(self) -> None:
        """Events are missing here."""
        self._now = _Standing(_Place.UNKNOWN, self._now.state, was_tried=True, ended=None)

    def take(self, event: Event) -> Sequence[str]:
        """Go on with an event; returns what was allowed in its place where it was not."""
        return list(_TAKES[event.kind](self, event))

    # ── What the definition allows now ──

    def _inside(self) -> StateDefinition | None:
        """The state that it is in; None where it is in none, or in one that the definition does not have."""
        return self._definition.states.get(self._now.state) if self._now.place is _Place.IN else None

    def _allowed(self) -> Sequence[str]:
        """In words, what may come now."""
        now = self._now
        match now.place:
            case _Place.BEFORE:
                return ["started"]
            case _Place.ENDED:
                return [NOTHING] if now.status == "SUCCEEDED" else ["redriven", NOTHING]
            case _Place.BETWEEN:
                return [f"entered {each}" for each in sorted(now.onward)] or ["ended SUCCEEDED"]
            case _:
                return self._allowed_in(self._inside())

    def _allowed_in(self, state: StateDefinition | None) -> Sequence[str]:
        if state is None:
            return []
        if state.type == FAIL:
            return ["ended FAILED"]
        if self._now.error is not None:
            return self._after_failure(state, self._now.error)
        return [*([f"an attempt of {state.name}"] if state.type == TASK else []), f"left {state.name}"]

    def _after_failure(self, state: StateDefinition, error: str) -> Sequence[str]:
        if not error:  # nobody knows which rule is for it
            return ["an attempt", f"left {state.name}", "ended FAILED"]
        if self._may_try_again(state, error):
            return ["an attempt"]
        return [f"left {state.name}"] if state.catcher(error) else ["ended FAILED"]

    def _may_try_again(self, state: StateDefinition, error: str) -> bool:
        found = state.retrier(error)
        return found is not None and self._now.tries[found[0]] < found[1].attempts

    # ── One event each ──

    def start(self, _: Event) -> Iterable[str]:
        allowed = [] if self._now.place in {_Place.BEFORE, _Place.UNKNOWN} else self._allowed()
        self._now = _Standing(_Place.BETWEEN, onward=frozenset({self._definition.start}), ended=self._now.ended)
        return allowed

    def enter(self, event: Event) -> Iterable[str]:
        now = self._now
        is_allowed = (now.place is _Place.BETWEEN and event.name in now.onward) or now.place is _Place.UNKNOWN
        is_allowed |= now.is_fresh and now.place is _Place.IN and event.name == now.state
        is_allowed &= event.name in self._definition.states
        allowed = [] if is_allowed else self._allowed() or ["a state of the definition"]
        place = _Place.IN if event.name in self._definition.states else _Place.UNKNOWN
        self._now = _Standing(place, event.name, ended=now.ended)
        return allowed

    def exit(self, event: Event) -> Iterable[str]:
        now, allowed = self._now, self._allowed()
        state = self._definition.states.get(event.name)
        onward = self._onward(state)
        is_here = now.place is _Place.IN and event.name == now.state and onward is not None
        place = _Place.BETWEEN if state else _Place.UNKNOWN
        self._now = _Standing(place, event.name, _all_of(state) if onward is None else onward, ended=now.ended)
        return [] if is_here or now.place is _Place.UNKNOWN else allowed

    def _onward(self, state: StateDefinition | None) -> frozenset[str] | None:
        """The states that may follow the one that is left; None where it may not be left."""
        now = self._now
        if state is None or state.type == FAIL:
            return None
        if now.place is not _Place.IN:
            return _all_of(state)
        if state.type != TASK:
            return state.after
        if now.error is None:
            evaluated = state.catcher(EVALUATION_FAILED)
            caught = frozenset({evaluated.target}) if evaluated else frozenset()
            return state.after | caught if now.was_tried else caught or None
        if not now.error:
            return _all_of(state)
        catcher = None if self._may_try_again(state, now.error) else state.catcher(now.error)
        return frozenset({catcher.target}) if catcher else None

    def attempt(self, _: Event) -> Iterable[str]:
        now, state = self._now, self._inside()
        allowed = [] if now.place is _Place.UNKNOWN or self._may_be_tried(state) else self._allowed()
        if now.is_fresh:
            now.tries.clear()
        elif state and now.error and (found := state.retrier(now.error)):
            now.tries[found[0]] += 1
        now.was_tried, now.error, now.is_fresh = True, None, False
        return allowed

    def _may_be_tried(self, state: StateDefinition | None) -> bool:
        now = self._now
        if state is None or state.type != TASK:
            return False
        if now.is_fresh or not now.was_tried:
            return True
        return now.error is not None and (not now.error or self._may_try_again(state, now.error))

    def fail(self, event: Event) -> Iterable[str]:
        allowed = self.while_tried(event)
        self._now.error = event.name
        return allowed

    def while_tried(self, _: Event) -> Iterable[str]:
        now, state = self._now, self._inside()
        is_under_way = state is not None and state.type == TASK and now.was_tried and now.error is None
        return [] if is_under_way or now.place is _Place.UNKNOWN else self._allowed()

    def end(self, event: Event) -> Iterable[str]:
        now = self._now
        end = None if now.ended is None else self._ends.get(now.ended)
        allowed = [] if self._may_end(event.name, end) else list(self._allowed())
        if end and end.status != event.name:
            allowed.append(f"ended {end.status}, as its status event says")
        now.before_end, now.place = now.place, _Place.ENDED
        now.status, now.ended = event.name, None if now.ended is None else now.ended + 1
        return allowed

    def _may_end(self, status: str, end: End | None) -> bool:
        now = self._now
        if now.place is _Place.UNKNOWN:
            return True
        if now.place in {_Place.BEFORE, _Place.ENDED}:
            return False
        if status == "SUCCEEDED":
            left = self._definition.states.get(now.state)
            return now.place is _Place.BETWEEN and left is not None and left.is_last
        # Aborted, or out of time: that comes from outside, wherever it stands.
        return status != "FAILED" or self._may_fail((end.error if end else "") or now.error or "")

    def _may_fail(self, error: str) -> bool:
        now, state = self._now, self._inside()
        if now.place is _Place.BETWEEN:  # a limit of Step Functions itself, such as that of 25,000 events
            return not error or error.startswith("States.")
        if state is None or state.type == FAIL or not error:
            return True
        is_tried_again = error == now.error and self._may_try_again(state, error)
        return not is_tried_again and state.catcher(error) is None

    def redrive(self, _: Event) -> Iterable[str]:
        now = self._now
        allowed: Sequence[str] = []
        if now.place is _Place.ENDED:
            allowed = self._allowed() if now.status == "SUCCEEDED" else []
            now.place = now.before_end
        elif now.place is not _Place.UNKNOWN:
            allowed = self._allowed()
        now.is_fresh = True
        return allowed


_TAKES: Mapping[Kind, Callable[[_Replay, Event], Iterable[str]]] = {
    Kind.STARTED: _Replay.start,
    Kind.ENTERED: _Replay.enter,
    Kind.EXITED: _Replay.exit,
    Kind.ATTEMPTED: _Replay.attempt,
    Kind.RESTS: _Replay.while_tried,
    Kind.FAILED: _Replay.fail,
    Kind.ENDED: _Replay.end,
    Kind.REDRIVEN: _Replay.redrive,
}


def _all_of(state: StateDefinition | None) -> frozenset[str]:
    """Each state that may follow one, whatever happened there."""
    return state.after | {each.target for each in state.catchers} if state else frozenset()
