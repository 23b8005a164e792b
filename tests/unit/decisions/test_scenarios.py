"""Each decision decides its business scenarios as they say, and each rule of each table has one that reaches it."""

from datetime import date
from typing import Any

import pytest

from local.decision_tools.scenarios.books import tables_with_scenarios
from local.decision_tools.scenarios.scenarios_csv import Scenario
from tests.unit.decisions.deciding import FILES, TABLES, book, model

BOOKS = tables_with_scenarios()
CASES: list[Any] = [
    pytest.param(table, scenario, first, id=f"{table}: {scenario.name}, {first}")
    for table in BOOKS
    for first, last in TABLES.spans(table)
    for scenario in book(table).counting(first, last)
]


@pytest.mark.parametrize(("table", "scenario", "day"), CASES)
def test_decision_is_as_the_scenario_says(table: str, scenario: Scenario, day: date) -> None:
    played = book(table).play(scenario, TABLES.on(day))
    assert (played.error, book(table).tell(played)) == ("", []), f"{table}.csv, line {scenario.line}"


def test_every_decision_has_scenarios_and_so_has_the_look() -> None:
    assert set(BOOKS) == {*FILES.values(), "look"}


@pytest.mark.parametrize("decision", FILES)
def test_every_rule_is_reached_by_a_scenario(decision: str) -> None:
    of_the_table = book(FILES[decision])
    rules = {rule.id for table in model(decision).tables for rule in table.rules}
    models = {decision: model(decision)}
    reached = set[str]().union(*(of_the_table.play(it, models).rules for it in of_the_table.scenarios))
    assert rules, "the file has decision tables"
    assert rules - reached == set(), "rules that no scenario reaches"
