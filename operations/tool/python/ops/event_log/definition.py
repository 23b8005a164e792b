"""The definition of a state machine, as far as it says which paths an execution may take.

Of machines that run one state at a time; JSONata or JSONPath makes no difference here.
https://states-language.net/spec.html
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

TASK, FAIL = "Task", "Fail"
EVALUATION_FAILED = "States.QueryEvaluationError"
_UNCATCHABLE = frozenset({"States.DataLimitExceeded", "States.Runtime"})
_TRIES_AGAIN = 3
"""How often a retrier tries again that does not say it."""


@dataclass(frozen=True, slots=True)
class Rule:
    """The errors that a retrier or a catcher is for.

    Parameters
    ----------
    target
        A catcher's next state.
    attempts
        How often a retrier tries again.
    """

    errors: frozenset[str]
    target: str = ""
    attempts: int = 0

    def takes(self, error: str) -> bool:
        """Whether the rule is for an error."""
        if error in _UNCATCHABLE:
            return error in self.errors
        if error == "States.HeartbeatTimeout" and "States.Timeout" in self.errors:
            return True
        is_task = error != "States.Timeout" and "States.TaskFailed" in self.errors
        return error in self.errors or "States.ALL" in self.errors or is_task


@dataclass(frozen=True, slots=True)
class StateDefinition:
    """One state: its type, the states that follow it, and what happens to its errors.

    Parameters
    ----------
    after
        The states that may come next when it has done its work; none, when the execution ends with it.
    """

    name: str
    type: str
    after: frozenset[str]
    retriers: tuple[Rule, ...] = ()
    catchers: tuple[Rule, ...] = ()

    def retrier(self, error: str) -> Rule | None:
        return next((each for each in self.retriers if each.takes(error)), None)

    def catcher(self, error: str) -> Rule | None:
        return next((each for each in self.catchers if each.takes(error)), None)


@dataclass(frozen=True, slots=True)
class Definition:
    """A state machine's states by name, and the one that it starts with."""

    start: str
    states: Mapping[str, StateDefinition]

    @classmethod
    def of(cls, document: Mapping[str, Any]) -> "Definition":
        """Read a definition, as DescribeStateMachine returns it or as its file has it.

        Raises
        ------
        ValueError
            When it has branches that run side by side: its events are not in one order.
        """
        return cls(document["StartAt"], {name: _state(name, body) for name, body in document["States"].items()})


def _state(name: str, body: Mapping[str, Any]) -> StateDefinition:
    if body["Type"] in {"Parallel", "Map"}:
        raise ValueError(f"{name} is a {body['Type']} state: its branches have no common order")
    targets = [body.get("Next"), body.get("Default"), *(each["Next"] for each in body.get("Choices", ()))]
    return StateDefinition(
        name,
        body["Type"],
        frozenset(target for target in targets if target),
        _rules(body.get("Retry", ())),
        _rules(body.get("Catch", ())),
    )


def _rules(rules: Iterable[Mapping[str, Any]]) -> tuple[Rule, ...]:
    return tuple(
        Rule(frozenset(rule["ErrorEquals"]), rule.get("Next", ""), rule.get("MaxAttempts", _TRIES_AGAIN))
        for rule in rules
    )
