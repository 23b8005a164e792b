"""Each decision decides its business scenarios as they say, and each rule of each table has one that reaches it."""

from datetime import date

import pytest

from local.decision_tools.scenarios.books import tables_with_scenarios
from tests.unit.decisions.deciding import FILES, TABLES, book, model

BOOKS = tables_with_scenarios()
SPANS = [(table, first, last) for table in BOOKS for first, last in TABLES.spans(table)]


@pytest.mark.parametrize(("table", "first", "last"), SPANS)
def test_decision_is_as_the_scenarios_say(table: str, first: date, last: date) -> None:
    played = [book(table).play(it, TABLES.on(first)) for it in book(table).counting(first, last)]
    wrong = [
        (f"{table}.csv, line {it.scenario.line}", it.error, book(table).tell(it)) for it in played if not it.passes
    ]
    assert wrong == []


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
