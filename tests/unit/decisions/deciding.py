"""Asking the decision files, and the business's scenarios of each decision (``stories/decisions``)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

import dmn
from local.decision_tools.scenarios.books import OF_THE_CLAIM, Book, Tables, read_book
from ops.decisions.tables import DECISIONS
from restoration.domain.look import LOOK, inputs_of

TABLES = Tables()
FILES = TABLES.files


@dataclass(frozen=True, slots=True)
class Decided:
    """The outcome of a decision: its value, the rules that led there, and the messages of its warnings."""

    value: Any
    rules: frozenset[str]
    warnings: tuple[str, ...]


@cache
def book(table: str) -> Book:
    """Read the scenarios of a table, or those of the whole look (``look``)."""
    return read_book(table, TABLES)


def payment(means: str, status: str, amount: float = 50, **more: Any) -> dict[str, Any]:
    """A payment as billing shows it; ``more`` may hold what is usual otherwise."""
    known: dict[str, Any] = dict.fromkeys(("settledOn", "presentedOn", "payer", "thirdPartyMeans"))
    known["receivedOn"] = date(2026, 5, 4)
    return {"paymentId": "PAY-1", "means": means, "status": status, "amount": amount, **known, **more}


@cache
def model(decision: str) -> dmn.Model:
    return dmn.load(DECISIONS / f"{FILES[decision]}.dmn")


def decide(decision: str, inputs: Mapping[str, Any]) -> Decided:
    evaluation = model(decision).evaluate(decision, inputs)
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
        inputs = inputs_of(decision, facts, decided, {name: facts[name] for name in OF_THE_CLAIM})
        reads = model(decision).decisions[decision].inputs
        decided[decision] = ask(decision, {name: inputs[name] for name in reads})
    return decided
