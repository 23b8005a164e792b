"""Each decision decides its business scenarios as they say, and each rule of each table has one that reaches it."""

import re
from collections.abc import Mapping, Sequence
from types import ModuleType
from typing import Any

import pytest

from tests.unit.decisions.deciding import DECISIONS, FILES, Scenario, decide, play
from tests.unit.decisions.scenarios import action, coverage, notification, payment, progress, protection, refusal

SCENARIOS: Mapping[str, ModuleType] = {
    "protection": protection,
    "paymentCertainty": payment,
    "coverage": coverage,
    "action": action,
    "progress": progress,
    "refusal": refusal,
    "notification": notification,
}


def cases(decision: str) -> Sequence[Any]:
    return [pytest.param(it, id=it.says) for it in SCENARIOS[decision].SCENARIOS]


@pytest.mark.parametrize("scenario", cases("protection"))
def test_protection(scenario: Scenario) -> None:
    play("protection", protection.USUAL, scenario)


@pytest.mark.parametrize("scenario", cases("paymentCertainty"))
def test_payment_certainty(scenario: Scenario) -> None:
    play("paymentCertainty", payment.USUAL, scenario)


@pytest.mark.parametrize("scenario", cases("coverage"))
def test_coverage(scenario: Scenario) -> None:
    play("coverage", coverage.USUAL, scenario)


@pytest.mark.parametrize("scenario", cases("action"))
def test_action(scenario: Scenario) -> None:
    play("action", action.USUAL, scenario)


@pytest.mark.parametrize("scenario", cases("progress"))
def test_progress(scenario: Scenario) -> None:
    play("progress", progress.USUAL, scenario)


@pytest.mark.parametrize("scenario", cases("refusal"))
def test_refusal(scenario: Scenario) -> None:
    play("refusal", refusal.USUAL, scenario)


@pytest.mark.parametrize("scenario", cases("notification"))
def test_notification(scenario: Scenario) -> None:
    play("notification", notification.USUAL, scenario)


@pytest.mark.parametrize("decision", FILES)
def test_every_rule_is_reached_by_a_scenario(decision: str) -> None:
    file = DECISIONS / f"{FILES[decision]}.dmn"
    rules = set(re.findall(r'<rule id="([^"]+)"', file.read_text(encoding="utf-8")))
    scenarios = SCENARIOS[decision]

    reached = set[str]().union(*(decide(decision, {**scenarios.USUAL, **it.given}).rules for it in scenarios.SCENARIOS))

    assert rules, "the file has decision tables"
    assert rules - reached == set(), "rules that no scenario reaches"


@pytest.mark.parametrize("decision", FILES)
def test_scenarios_have_names_of_their_own(decision: str) -> None:
    names = [it.says for it in SCENARIOS[decision].SCENARIOS]

    assert len(names) == len(set(names))
