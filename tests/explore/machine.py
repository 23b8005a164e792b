"""The state machine, read from its file: a course follows ``restoration.asl.yaml`` itself, not a copy of it.

Expressions are evaluated by ``embedded_cloud.moto_mends.jsonata``, once for each combination of the values that they
name.
"""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, reduce
from operator import getitem
from pathlib import Path
from typing import Any

from embedded_cloud.moto_mends.jsonata import JsonataError, evaluate
from embedded_cloud.stack.documents import read_yaml
from tests.explore.calls import Broken

FILE = Path(__file__).resolve().parents[2] / "statemachine" / "restoration.asl.yaml"
SETTINGS = {
    "FollowFirstWaitSeconds": "60",
    "FollowMaxWaitSeconds": "14400",
    "OrderTimeoutSeconds": "2592000",
    "ClearingTimeoutSeconds": "86400",
    "AdvisorTimeoutSeconds": "172800",
    "RemoteSlaSeconds": "86400",
    "UrgentFirst": "true",
}
_PLACEHOLDER = re.compile(r"\$\{(\w+)\}")
_PATH = re.compile(r"\s*\$([A-Za-z_]\w*)((?:\.\w+)*)\s*")
_NAMED = re.compile(r"\$([A-Za-z_]\w*)((?:\.\w+)*)(?!\w|\()")

_ABSENT = object()

type Scope = Mapping[str, Any]
type Evaluated = Callable[[Scope], Any]


class Undefined(Broken):
    """Raised when an expression gives nothing: the execution fails with ``States.QueryEvaluationError``."""


@dataclass(frozen=True)
class Rule:
    """One rule of a choice."""

    condition: Evaluated
    assign: Evaluated
    next: str


@dataclass(frozen=True)
class State:
    """One state, its expressions compiled; ``function`` is a Lambda task's function, and another task's resource."""

    name: str
    kind: str
    function: str
    arguments: Evaluated
    assign: Evaluated
    next: str
    rules: tuple[Rule, ...]
    caught: Mapping[str, tuple[Evaluated, str]]
    output: Evaluated


@dataclass(frozen=True)
class Machine:
    """The whole machine."""

    start: str
    states: Mapping[str, State]


@cache
def machine() -> Machine:
    """The machine of the file."""
    text = _PLACEHOLDER.sub(lambda match: SETTINGS.get(match[1], match[1]), FILE.read_text(encoding="utf-8"))
    definition = read_yaml(text)
    return Machine(definition["StartAt"], {name: _state(name, state) for name, state in definition["States"].items()})


def _state(name: str, state: Mapping[str, Any]) -> State:
    arguments = state.get("Arguments", {})
    function = state.get("Resource", "")
    if function.endswith("lambda:invoke"):
        function, arguments = arguments["FunctionName"], arguments["Payload"]
    return State(
        name,
        state["Type"],
        function,
        compiled(arguments),
        compiled(state.get("Assign", {})),
        state.get("Next", state.get("Default", "")),
        tuple(
            Rule(compiled(rule["Condition"]), compiled(rule.get("Assign", {})), rule["Next"])
            for rule in state.get("Choices", ())
        ),
        {
            error: (compiled(catch.get("Assign", {})), catch["Next"])
            for catch in reversed(state.get("Catch", []))
            for error in catch["ErrorEquals"]
        },
        compiled(state.get("Output", {})),
    )


def compiled(template: Any) -> Evaluated:
    """The value of a template for the variables of a moment."""
    value = _value(template)

    def evaluated(scope: Scope) -> Any:
        try:
            return value(scope)
        except (KeyError, TypeError) as error:
            raise Undefined(f"{error} in {template}") from error

    return evaluated


def _value(template: Any) -> Evaluated:
    if isinstance(template, dict):
        values = {key: _value(each) for key, each in template.items()}
        return lambda scope: {key: value(scope) for key, value in values.items()}
    if isinstance(template, list):
        each_value = [_value(each) for each in template]
        return lambda scope: [value(scope) for value in each_value]
    if not isinstance(template, str) or not (template.startswith("{%") and template.endswith("%}")):
        return lambda _: template
    text = template[2:-2].strip()
    if match := _PATH.fullmatch(text):
        steps = (match[1], *match[2].split(".")[1:])
        return lambda scope: reduce(getitem, steps, scope)
    return _expression(text)


def _expression(text: str) -> Evaluated:
    """Evaluated once for each combination of the values that it names."""
    timed = text.replace("$millis()", "$nowMillis").replace("$now()", "$nowText")
    named = [(root, *steps.split(".")[1:]) for root, steps in dict.fromkeys(_NAMED.findall(timed))]
    roots = {root for root, *_ in named}
    known: dict[str, Any] = {}

    def value(scope: Scope) -> Any:
        key = repr([_at(scope, path) for path in named])
        if key not in known:
            try:
                known[key] = evaluate(timed, {root: scope[root] for root in roots if root in scope})
            except JsonataError as error:
                raise Undefined(str(error)) from error
        return known[key]

    return value


def _at(scope: Scope, path: Sequence[str]) -> Any:
    found: Any = scope
    for step in path:
        if not isinstance(found, dict) or step not in found:
            return _ABSENT
        found = found[step]
    return found
