"""Asking the decision files, and the business's scenarios of each decision (``stories/decisions``)."""

from collections.abc import Mapping
from datetime import date
from functools import cache
from typing import Any

import dmn
from local.decision_tools.scenarios.books import OF_THE_CLAIM, Book, Tables, read_book
from ops.decisions.tables import DECISIONS
from restoration.domain.look import LOOK, inputs_of

TABLES = Tables()
FILES = TABLES.files


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


def ask(decision: str, inputs: Mapping[str, Any]) -> dict[str, Any]:
    """Decide what no rule may be surprised by."""
    evaluation = model(decision).evaluate(decision, inputs)
    assert list(evaluation.warnings) == [], "a rule met a value it was not written for"
    value: dict[str, Any] = evaluation.value
    return value


def reached(decision: str, inputs: Mapping[str, Any]) -> set[str]:
    """The ids of the rules that lead to what is decided."""
    return {rule.id for step in model(decision).evaluate(decision, inputs).decisions for rule in step.matched_rules}


def look(facts: Mapping[str, Any]) -> dict[str, dict[str, Any]]:
    """Ask protection, certainty and coverage as the process does, from the facts alone."""
    decided: dict[str, dict[str, Any]] = {}
    for decision in LOOK:
        inputs = inputs_of(decision, facts, decided, {name: facts[name] for name in OF_THE_CLAIM})
        reads = model(decision).decisions[decision].inputs
        decided[decision] = ask(decision, {name: inputs[name] for name in reads})
    return decided
