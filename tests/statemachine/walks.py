"""Courses as the definition of a machine allows them, with failures, retries, catches and redrives."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st

from local.asl import State
from record.domain.course import Course
from record.domain.course_event import End, Event

ARN = "arn:aws:states:eu-west-3:111122223333:execution:restoration-restoration:LIM-1-abc"
LONGEST = 40
"""States of a walk, after which it is aborted."""
FOREIGN = "SomethingElse"
"""An error that only ``States.ALL`` is for."""


@dataclass
class Walk:
    """The events of an execution, and the states in order."""

    events: list[Event] = field(default_factory=list)
    ends: list[End] = field(default_factory=list)
    path: list[tuple[str, int]] = field(default_factory=list)
    """Each state with the id of its entry."""

    def add(self, kind: str, name: str = "", error: str = "") -> int:
        number = len(self.events) + 1
        self.events.append(Event.of(number, kind, 1000 * number, name, error))
        return number

    def end(self, status: str, error: str = "") -> None:
        names = {"SUCCEEDED": "Succeeded", "FAILED": "Failed", "ABORTED": "Aborted", "TIMED_OUT": "TimedOut"}
        number = self.add(f"Execution{names[status]}")
        self.ends.append(End(len(self.ends), status, 1000, 1000 * number, error=error))

    @property
    def course(self) -> Course:
        return Course.of(ARN, self.events, self.ends)


@st.composite
def walks(draw: st.DrawFn, definition: Mapping[str, Any]) -> Walk:
    """An execution's way from the start to an end, or until it is aborted."""
    walk, states = Walk(), definition["States"]
    walk.add("ExecutionStarted")
    name: str | None = definition["StartAt"]
    while name is not None:
        state = states[name]
        walk.path.append((name, walk.add(f"{state['Type']}StateEntered", name)))
        if len(walk.path) == LONGEST:
            walk.end("ABORTED")
            return walk
        target = _task(draw, walk, state) if state["Type"] == "Task" else None
        walk.add(f"{state['Type']}StateExited", name)
        onward = [target] if target else successors(state)
        name = draw(st.sampled_from(onward)) if onward else None
    walk.end("SUCCEEDED")
    return walk


def successors(state: Mapping[str, Any]) -> Sequence[str]:
    """The states that a definition names as the next ones, where no error was caught."""
    return sorted({way.target for way in State("", state, {}).ways() if not way.is_error})


def _task(draw: st.DrawFn, walk: Walk, state: Mapping[str, Any]) -> str | None:
    """The attempts of a task; returns where a catcher leads, if one takes the last error."""
    used: Counter[int] = Counter()
    rules = [*state.get("Retry", ()), *state.get("Catch", ())]
    errors = [*sorted({error for rule in rules for error in rule["ErrorEquals"]} - {"States.ALL"}), FOREIGN]
    for _ in range(draw(st.integers(0, 3))):
        error = draw(st.sampled_from(errors))
        walk.add("TaskScheduled")
        walk.add("TaskStarted")
        walk.add("TaskTimedOut" if error == "States.Timeout" else "TaskFailed", error=error)
        place = next(
            (i for i, it in enumerate(state.get("Retry", ())) if {error, "States.ALL"} & {*it["ErrorEquals"]}), -1
        )
        if place >= 0 and used[place] < state["Retry"][place].get("MaxAttempts", 3):
            used[place] += 1
            continue
        for catch in state.get("Catch", ()):
            if {error, "States.ALL"} & {*catch["ErrorEquals"]}:
                return str(catch["Next"])
        walk.end("FAILED", error)
        walk.add("ExecutionRedriven")
        used.clear()
    walk.add("TaskScheduled")
    walk.add("TaskStarted")
    if str(state["Resource"]).endswith(".waitForTaskToken"):
        walk.add("TaskSubmitted")
    walk.add("TaskSucceeded")
    return None
