"""Asking the decision files, and the business's scenarios of each decision (``scenarios/*.yaml``)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import yaml

import dmn
from restoration.domain.look import CERTAINTY, COVERAGE, LOOK, PROTECTION, inputs_of

DECISIONS = Path(__file__).parents[3] / "functions" / "evaluate_decision" / "decisions"
FILES = {
    PROTECTION: "protection",
    CERTAINTY: "payment",
    COVERAGE: "coverage",
    "action": "action",
    "progress": "progress",
    "refusal": "refusal",
    "notification": "notification",
}
OF_THE_CLAIM = {PROTECTION: ("limitedPowerKva",), CERTAINTY: (), COVERAGE: ("limitedPowerKva", "advisorDecision")}
"""The inputs of each decision of a look that the claim gives, and not billing."""


@dataclass(frozen=True, slots=True)
class Decided:
    """The outcome of a decision: its value, the rules that led there, and the messages of its warnings."""

    value: Any
    rules: frozenset[str]
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Scenario:
    """A business case: all inputs, and what must be decided (other outputs are free)."""

    says: str
    inputs: Mapping[str, Any]
    then: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Book:
    """The scenarios of a decision, and the inputs that are usual there."""

    usual: Mapping[str, Any]
    scenarios: tuple[Scenario, ...]


@cache
def book(name: str) -> Book:
    """Read the scenarios of a decision's file, or those of the whole look (``look``)."""
    path = Path(__file__).with_name("scenarios") / f"{name}.yaml"
    read = exact(yaml.safe_load(path.read_text(encoding="utf-8")))
    of_a_look = [book(FILES[each]).usual for each in LOOK] if name == "look" else []
    usual = {key: value for some in (*of_a_look, read["usual"]) for key, value in some.items()}
    of_a_payment = read.get("payment", {})
    found = []
    for says, (given, then) in read["scenarios"].items():
        inputs = usual | given
        if "payments" in inputs:
            inputs["payments"] = [of_a_payment | each for each in inputs["payments"]]
        found.append(Scenario(says, inputs, read.get("then", {}) | then))
    return Book(usual, tuple(found))


def payment(means: str, status: str, amount: float = 50, **more: Any) -> dict[str, Any]:
    """A payment as billing shows it; ``more`` may hold what is usual otherwise."""
    known = {"receivedOn": date(2026, 5, 4), "settledOn": None, "presentedOn": None, "payer": None}
    return {"paymentId": "PAY-1", "means": means, "status": status, "amount": amount, **known, **more}


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


def ask(decision: str, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Decide what no rule may be surprised by."""
    decided = decide(decision, inputs)
    assert decided.warnings == (), "a rule met a value it was not written for"
    value: dict[str, Any] = decided.value
    return value


def look(facts: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Ask protection, certainty and coverage as the process does, from the facts alone."""
    decided: dict[str, dict[str, Any]] = {}
    for decision in LOOK:
        of_the_claim = {name: facts[name] for name in OF_THE_CLAIM[decision]}
        decided[decision] = ask(decision, inputs_of(decision, facts, decided, of_the_claim))
    return decided


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
