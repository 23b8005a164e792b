"""The state machine, read from its file: a course follows ``restoration.asl.yaml`` itself, not a copy of it.

Expressions are evaluated by ``embedded_cloud.moto_mends.jsonata``, once for each combination of the values that they
name.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
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
    expressions: list[Evaluated] = []
    code = _code(template, expressions)
    fast = _function(code, expressions)

    def value(scope: Scope) -> Any:
        try:
            return fast(scope)
        except (KeyError, TypeError) as error:
            raise Undefined(f"{error} in {template}") from error

    return value


def _code(template: Any, expressions: list[Evaluated]) -> str:
    """Python's code for a template; anything more than a path is put into ``expressions`` and called."""
    if isinstance(template, dict):
        return "{" + ", ".join(f"{key!r}: {_code(value, expressions)}" for key, value in template.items()) + "}"
    if isinstance(template, list):
        return "[" + ", ".join(_code(value, expressions) for value in template) + "]"
    if not isinstance(template, str) or not (template.startswith("{%") and template.endswith("%}")):
        return repr(template)
    text = template[2:-2].strip()
    if match := _PATH.fullmatch(text):
        return _path(match[1], match[2])
    expressions.append(_expression(text))
    return f"called[{len(expressions) - 1}](scope)"


def _path(root: str, steps: str) -> str:
    return f"scope[{root!r}]" + "".join(f"[{step!r}]" for step in steps.split(".")[1:])


def _function(code: str, called: list[Evaluated]) -> Evaluated:
    """Python's own speed: a hundred thousand courses enter six million states."""
    made: Evaluated = eval(f"lambda scope: {code}", {"called": called})  # noqa: S307 - from our own file
    return made


def _expression(text: str) -> Evaluated:
    timed = text.replace("$millis()", "$nowMillis").replace("$now()", "$nowText")
    named = list(dict.fromkeys(_NAMED.findall(timed)))
    roots = list(dict.fromkeys(root for root, _ in named))
    all_there = _function(f"repr([{', '.join(_path(*name) for name in named)}])", [])
    known: dict[str, Any] = {}

    def value(scope: Scope) -> Any:
        try:
            key = all_there(scope)
        except (KeyError, TypeError):
            key = repr([_at(scope, root, steps) for root, steps in named])
        found = known.get(key, _ABSENT)
        if found is _ABSENT:
            try:
                found = known[key] = evaluate(timed, {root: scope[root] for root in roots if root in scope})
            except JsonataError as error:
                raise Undefined(str(error)) from error
        return found

    return value


def _at(scope: Scope, root: str, steps: str) -> Any:
    found = scope.get(root, _ABSENT)
    for step in steps.split(".")[1:]:
        if not isinstance(found, dict) or step not in found:
            return _ABSENT
        found = found[step]
    return found
