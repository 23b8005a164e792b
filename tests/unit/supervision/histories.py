"""Histories of cases that walk through the process as it is drawn, and what each of them should count."""

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from record.domain.counting import outcome_of, problem_at, tally_of
from record.domain.course import Course
from record.domain.course_event import End, Event
from record.domain.tally import Tally
from supervision.process import process

_OUTCOMES = {"Restored": "RESTORED", "BalanceDue": "BALANCE_DUE", "Refused": "REFUSED"}
_LONGEST = 40


@dataclass(frozen=True)
class Walk:
    """A case that ended.

    Parameters
    ----------
    left
        The states that it left, in order.
    ways
        The ways that it took, as pairs of states.
    retries
        How often the task of each state was tried again, in stays that it left.
    stopped_in
        The state in which it failed; empty where it did not.
    """

    course: Course
    left: Sequence[str]
    ways: Sequence[tuple[str, str]]
    retries: Counter[str]
    stopped_in: str

    @property
    def outcome(self) -> str:
        return outcome_of(self.course, 0)

    @property
    def tally(self) -> Tally:
        return tally_of(self.course, 0)

    @property
    def signature(self) -> str:
        """The id of its failure; empty where it did not fail."""
        problem = problem_at(self.course, 0)
        return problem.id if problem else ""


def walks(dice: random.Random, number: int) -> Sequence[Walk]:
    """So many cases; some of them fail, some try a task again."""
    return [_walk(dice, f"arn:execution:LIM-{place}-a") for place in range(number)]


def _walk(dice: random.Random, execution: str) -> Walk:
    drawn = process()
    after = {state: [target for source, target in drawn.edges if source == state] for state in drawn.states}
    events, left, ways, retries = [Event.of(1, "ExecutionStarted", 0)], list[str](), [], Counter[str]()
    now, state, stopped_in = 0, drawn.start, ""

    def add(kind: str, name: str = "", error: str = "") -> None:
        events.append(Event.of(len(events) + 1, kind, now, name, error))

    while True:
        kind = drawn.states[state].kind
        add(f"{kind}StateEntered", state)
        again = 0
        now += dice.randrange(1, 5000)
        if kind == "Task":
            add("TaskScheduled")
            while dice.random() < 0.1:
                add("TaskFailed", error="EnedisUnavailable")
                add("TaskScheduled")
                again += 1
            if dice.random() < 0.01:
                add("TaskFailed", error="InvalidResponse")
                stopped_in = state
                break
        add(f"{kind}StateExited", state)
        left.append(state)
        retries[state] += again
        if kind == "Succeed":
            break
        # A walk that was long enough takes the way to an ending wherever there is one.
        ends = [each for each in after[state] if each in {"CloseOrLetGo", "HowItEnded", "Restored"}]
        chosen = ends[0] if ends and len(left) > _LONGEST else dice.choice(after[state])
        if chosen == "NothingToDo":  # of such a case no way is counted
            chosen = next(each for each in after[state] if each != chosen)
        ways.append((state, chosen))
        state = chosen
    add("ExecutionFailed" if stopped_in else "ExecutionSucceeded")
    status = "FAILED" if stopped_in else "SUCCEEDED"
    cause = {"error": "InvalidResponse", "cause": f"{state} got nonsense"} if stopped_in else {}
    end = End(0, status, 0, now, "" if stopped_in else _OUTCOMES.get(state, state.upper()), **cause)
    return Walk(Course.of(execution, events, [end]), left, ways, retries, stopped_in)
