"""The definition of a state machine, as far as it says which paths an execution may take.

Of machines that run one state at a time; JSONata or JSONPath makes no difference here.
https://states-language.net/spec.html
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

TASK, FAIL = "Task", "Fail"
EVALUATION_FAILED = "States.QueryEvaluationError"
_UNCATCHABLE = frozenset({"States.DataLimitExceeded", "States.Runtime"})
_TRIES_AGAIN = 3
"""How often a retrier tries again that does not say it."""


@dataclass(frozen=True, slots=True)
class State:
    """One state, as the definition has it."""

    name: str
    body: Mapping[str, Any]

    @property
    def type(self) -> str:
        return str(self.body["Type"])

    @property
    def after(self) -> set[str]:
        """The states that may come next when it has done its work; none, when the execution ends with it."""
        ways = [self.body, *self.body.get("Choices", ())]
        return {way[name] for way in ways for name in ("Next", "Default") if name in way}

    def caught(self, error: str) -> set[str]:
        """The state that follows where an error is caught; all that may, where the error is empty: nobody knows it."""
        found = [it["Next"] for it in self.body.get("Catch", ()) if not error or takes(it["ErrorEquals"], error)]
        return set(found[:1] if error else found)

    def attempts(self, error: str) -> tuple[int, int] | None:
        """The place of the retrier that is for an error, and how often it tries again."""
        for place, retrier in enumerate(self.body.get("Retry", ())):
            if takes(retrier["ErrorEquals"], error):
                return place, retrier.get("MaxAttempts", _TRIES_AGAIN)
        return None


def takes(errors: list[str], error: str) -> bool:
    """Whether a retrier, or a catcher, with some errors is for an error."""
    if error in _UNCATCHABLE:
        return error in errors
    if error == "States.HeartbeatTimeout" and "States.Timeout" in errors:
        return True
    is_task = error != "States.Timeout" and "States.TaskFailed" in errors
    return error in errors or "States.ALL" in errors or is_task


@dataclass(frozen=True, slots=True)
class Definition:
    """A state machine's states by name, and the one that it starts with."""

    start: str
    states: Mapping[str, State]

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> "Definition":
        """Read a definition, as DescribeStateMachine returns it or as its file has it.

        Raises
        ------
        ValueError
            When it has branches that run side by side: its events are not in one order.
        """
        states = {name: State(name, body) for name, body in document["States"].items()}
        for each in states.values():
            if each.type in {"Parallel", "Map"}:
                raise ValueError(f"{each.name} is a {each.type} state: its branches have no common order")
        return cls(document["StartAt"], states)
