"""Asking the decision files, and what a scenario of theirs is."""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import dmn

DECISIONS = Path(__file__).parents[3] / "functions" / "evaluate_decision" / "decisions"


@dataclass(frozen=True, slots=True)
class Decided:
    """The outcome of a decision: its value, the rules that led there, and the messages of its warnings."""

    value: Any
    rules: frozenset[str]
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Scenario:
    """A business case: what is given, beyond the usual, and what must be decided (other outputs are free).

    ``warns`` is for a value that is missing where the rules need one: the decision stands, and the audit says why.
    """

    says: str
    given: Mapping[str, Any]
    then: Mapping[str, Any]
    warns: bool = False


FILES = {
    "protection": "protection",
    "paymentCertainty": "payment",
    "coverage": "coverage",
    "action": "action",
    "progress": "progress",
    "refusal": "refusal",
    "notification": "notification",
}


@cache
def model(decision: str) -> dmn.Model:
    return dmn.load(DECISIONS / f"{FILES[decision]}.dmn")


def decide(decision: str, inputs: Mapping[str, Any]) -> Decided:
    return decided_by(model(decision), decision, inputs)


def decided_by(rules: dmn.Model, decision: str, inputs: Mapping[str, Any]) -> Decided:
    evaluation = rules.evaluate(decision, exact(dict(inputs)))
    return Decided(
        evaluation.value,
        frozenset(rule.id for step in evaluation.decisions for rule in step.matched_rules),
        tuple(f"{warning.element_id}: {warning.message}" for warning in evaluation.warnings),
    )


def exact(value: Any) -> Any:
    """Take floats for the decimals that were written, as the function does with JSON's."""
    match value:
        case float():
            return Decimal(repr(value))
        case dict():
            return {key: exact(item) for key, item in value.items()}
        case list():
            return [exact(item) for item in value]
        case _:
            return value


def play(decision: str, usual: Mapping[str, Any], scenario: Scenario) -> Decided:
    """Decide a scenario; a warning would be a rule that met a value it was not written for."""
    decided = decide(decision, {**usual, **scenario.given})
    assert bool(decided.warnings) is scenario.warns, decided.warnings
    assert {name: decided.value[name] for name in scenario.then} == exact(dict(scenario.then))
    return decided
