"""State machines as their files tell them, for scripts, demo and tests: states, however nested, and their ways on."""

import re
from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[1]
MACHINE_FILES = sorted((*ROOT.glob("statemachine/*.asl.yaml"), *ROOT.glob("operations/statemachine/*.asl.yaml")))
RESTORATION = ROOT / "statemachine" / "restoration.asl.yaml"
SUBSTITUTION = re.compile(r"\$\{(\w+)\}")
CALLBACK = ".waitForTaskToken"


def definition_of(text: str) -> dict[str, Any]:
    """A definition of its own for the caller, of a text that is parsed once in a process."""
    return deepcopy(_parsed(text))


@cache
def _parsed(text: str) -> dict[str, Any]:
    # By libyaml: PyYAML's own parser takes ten times as long.
    loaded: dict[str, Any] = yaml.load(text, Loader=yaml.CSafeLoader)
    return loaded


@dataclass(frozen=True, slots=True)
class Way:
    """One way from a state to another.

    Parameters
    ----------
    kind
        ``Next``, ``Default``, ``Choices`` or ``Catch``: where the definition has it.
    assigns
        Of a choice: the variables it sets to a literal, which differ where choices have the same target.
    """

    source: str
    target: str
    kind: str
    comment: str = ""
    errors: tuple[str, ...] = ()
    assigns: tuple[tuple[str, str], ...] = ()

    @property
    def is_error(self) -> bool:
        return self.kind == "Catch"

    @property
    def label(self) -> str:
        """When it is taken, where that is not plain."""
        return {"Next": "", "Default": "otherwise"}.get(self.kind, self.comment)


@dataclass(frozen=True)
class State:
    """One state with its place: ``scope`` holds the names it may go on to."""

    name: str
    body: Mapping[str, Any]
    scope: Mapping[str, Any]

    @property
    def type(self) -> str:
        return str(self.body.get("Type"))

    @property
    def resource(self) -> str:
        return str(self.body.get("Resource", ""))

    @property
    def retriers(self) -> list[Mapping[str, Any]]:
        return self.body.get("Retry") or []

    @property
    def catchers(self) -> list[Mapping[str, Any]]:
        return self.body.get("Catch") or []

    @property
    def rules(self) -> list[Mapping[str, Any]]:
        return self.body.get("Choices") or []

    @property
    def function(self) -> str:
        """The logical name of the function that a Lambda task invokes, as its substitution says; empty for others."""
        return self._substitution("FunctionName") if ":lambda:" in self.resource else ""

    @property
    def queue(self) -> str:
        """The name of the substitution for the queue that a task with a token writes to; the last of several."""
        return self._substitution("QueueUrl") if f":sqs:sendMessage{CALLBACK}" in self.resource else ""

    @property
    def decision(self) -> str:
        """The decision that it asks the rules for; empty where it asks none."""
        return str(((self.body.get("Arguments") or {}).get("Payload") or {}).get("decision", ""))

    def _substitution(self, argument: str) -> str:
        named = SUBSTITUTION.findall(str((self.body.get("Arguments") or {}).get(argument, "")))
        return named[-1] if named else ""

    def ways(self) -> Iterator[Way]:
        """All ways out; one without a target is none."""
        for rule in self.rules:
            plain = {key: it for key, it in rule.get("Assign", {}).items() if isinstance(it, str) and "{%" not in it}
            yield Way(self.name, rule.get("Next", ""), "Choices", rule.get("Comment", ""), (), tuple(plain.items()))
        yield from (Way(self.name, self.body[kind], kind) for kind in ("Default", "Next") if kind in self.body)
        for catcher in self.catchers:
            errors = tuple(catcher.get("ErrorEquals") or ())
            yield Way(self.name, catcher.get("Next", ""), "Catch", catcher.get("Comment", ""), errors)

    @property
    def successors(self) -> list[str]:
        """The states that this one may go on to."""
        return [way.target for way in self.ways() if way.target]


@dataclass(frozen=True)
class Machine:
    """A definition as written, before its substitutions."""

    name: str
    text: str

    @classmethod
    def read(cls, path: Path) -> "Machine":
        return cls(path.name.removesuffix(".asl.yaml"), path.read_text(encoding="utf-8"))

    @property
    def document(self) -> dict[str, Any]:
        return definition_of(self.text)

    def scopes(self) -> Iterator[Mapping[str, Any]]:
        """The machine itself and each processor or branch in it: everything with ``StartAt`` and ``States``."""
        waiting: list[Mapping[str, Any]] = [self.document]
        while waiting:
            scope = waiting.pop()
            yield scope
            for body in scope.get("States", {}).values():
                waiting += body.get("Branches", [])
                waiting += [body[key] for key in ("ItemProcessor", "Iterator") if key in body]

    def states(self) -> Iterator[State]:
        for scope in self.scopes():
            yield from states_in(scope)

    @property
    def substitutions(self) -> set[str]:
        return set(SUBSTITUTION.findall(self.text))


def states_in(scope: Mapping[str, Any]) -> Iterator[State]:
    """The states of a definition, or of a part of one with states of its own."""
    return (State(name, body, scope) for name, body in scope.get("States", {}).items())


def function_named(logical: str) -> str:
    """A function's name, by its logical id in a template."""
    return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", logical.removesuffix("Function")).lower()


def expressions(value: Any) -> Iterator[str]:
    """All texts within a part of a definition."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from expressions(item)
    elif isinstance(value, list):
        for item in value:
            yield from expressions(item)
