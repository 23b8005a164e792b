"""Each decision decides its business scenarios as they say, and each rule of each table has one that reaches it."""

import re
from typing import Any

import pytest

from restoration.domain.look import COVERAGE
from tests.unit.decisions.deciding import DECISIONS, FILES, Scenario, ask, book, decide, look

FILE_OF = FILES | {"look": "look"}
CASES: list[Any] = [
    pytest.param(decision, scenario, id=f"{decision}: {scenario.says}")
    for decision, file in FILE_OF.items()
    for scenario in book(file).scenarios
]


@pytest.mark.parametrize(("decision", "scenario"), CASES)
def test_decision_is_as_the_scenario_says(decision: str, scenario: Scenario) -> None:
    value = look(scenario.inputs)[COVERAGE] if decision == "look" else ask(decision, scenario.inputs)
    assert {name: value[name] for name in scenario.then} == scenario.then


@pytest.mark.parametrize("decision", FILES)
def test_every_rule_is_reached_by_a_scenario(decision: str) -> None:
    text = (DECISIONS / f"{FILES[decision]}.dmn").read_text(encoding="utf-8")
    rules = set(re.findall(r'<rule id="([^"]+)"', text))
    reached = set[str]().union(*(decide(decision, it.inputs).rules for it in book(FILES[decision]).scenarios))
    assert rules, "the file has decision tables"
    assert rules - reached == set(), "rules that no scenario reaches"


@pytest.mark.parametrize("file", FILE_OF.values())
def test_no_scenario_hides_another_of_its_name(file: str) -> None:
    text = (DECISIONS.parents[2] / f"tests/unit/decisions/scenarios/{file}.yaml").read_text(encoding="utf-8")
    written = re.findall(r"^  .*: \[\{", text.partition("\nscenarios:\n")[2], re.MULTILINE)
    assert len(book(file).scenarios) == len(written)
