"""On each date of effect, each decision decides its scenarios as they stand then, and each row has one that reaches it.

What a publication changed on purpose stands from its date on (:mod:`local.decision_tools.standing`).
"""

import re
from datetime import date
from typing import Any

import pytest

from local.decision_tools.standing import LOOK_BOOK, Scenario, Standing, run
from tests.unit.decisions.deciding import DECISIONS, FILES, book

STANDING = Standing()
BOOKS = (*FILES.values(), LOOK_BOOK)
CASES: list[Any] = [
    pytest.param(name, day, scenario, id=f"{name}{f' from {day}' if day else ''}: {scenario.says}")
    for name in BOOKS
    for day in STANDING.days(name)
    for scenario in STANDING.scenarios(name, day)
]
DAYS: list[Any] = [(name, day) for name in FILES.values() for day in STANDING.days(name)]


@pytest.mark.parametrize(("name", "day", "scenario"), CASES)
def test_decision_is_as_the_scenario_says(name: str, day: date | None, scenario: Scenario) -> None:
    outcome = run(STANDING.models(day), name, scenario.inputs)
    assert not outcome.error
    assert outcome.warnings == (), "a rule met a value it was not written for"
    assert scenario.holds(outcome), {each: outcome.value.get(each) for each in scenario.then}


@pytest.mark.parametrize(("name", "day"), DAYS)
def test_every_rule_is_reached_by_a_scenario(name: str, day: date | None) -> None:
    models = STANDING.models(day)
    rules = {rule.id for table in models[name].tables for rule in table.rules}
    outcomes = [run(models, name, it.inputs) for it in STANDING.scenarios(name, day)]
    reached = {rule for it in outcomes for rules in it.rules.values() for rule in rules}
    assert rules, "the file has decision tables"
    assert rules - reached == set(), "rules that no scenario reaches"


@pytest.mark.parametrize("file", BOOKS)
def test_no_scenario_hides_another_of_its_name(file: str) -> None:
    text = (DECISIONS.parents[2] / f"tests/unit/decisions/scenarios/{file}.yaml").read_text(encoding="utf-8")
    written = re.findall(r"^  .*: \[\{", text.partition("\nscenarios:\n")[2], re.MULTILINE)
    assert len(book(file).scenarios) == len(written)
