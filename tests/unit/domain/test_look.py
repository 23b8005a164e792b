"""A look gives each decision its inputs, and the process nothing that only the rules need."""

import json
from typing import Any

import pytest

from restoration.domain.look import CERTAINTY, COVERAGE, PRIORITY, PROTECTION, inputs_of, value_for_the_process
from tests.fakes.situations import CERTAIN, facts

HEALTH = (
    "medical",
    "medicalUntil",
    "overIndebtedness",
    "overIndebtednessAdmittedOn",
    "overIndebtednessUntil",
    "energyVoucher",
    "energyVoucherUntil",
)
PROTECTED: dict[str, Any] = {
    "measure": "FLOOR",
    "floorKva": 3,
    "reason": "MEDICAL",
    "until": "2026-12-31",
    "owedKva": 3,
    "frozenDebt": 20,
}
DECIDED: dict[str, dict[str, Any]] = {PROTECTION: PROTECTED, CERTAINTY: CERTAIN}


def inputs(decision: str, **given: Any) -> dict[str, Any]:
    return inputs_of(decision, facts(), DECIDED, given)


def test_protection_is_decided_on_the_protections_and_the_limited_power() -> None:
    given = inputs(PROTECTION, limitedPowerKva=1.0)
    assert set(HEALTH) < set(given)
    assert (given["limitedPowerKva"], given["subscribedPowerKva"]) == (1.0, 6)


@pytest.mark.parametrize("decision", [CERTAINTY, COVERAGE])
def test_only_the_protection_gets_facts_about_health(decision: str) -> None:
    assert not set(HEALTH) & set(inputs(decision))


def test_coverage_gets_the_earlier_decisions_and_the_claim_s_inputs() -> None:
    given = inputs(COVERAGE, advisorDecision="NONE", limitedPowerKva=1.0)
    assert (given["protection"], given["protectionFloorKva"], given["protectionReason"]) == ("FLOOR", 3, "MEDICAL")
    assert (given["certainAmount"], given["limitationDebt"], given["advisorDecision"]) == (50, 123.45, "NONE")
    assert given["frozenDebt"] == 20
    assert (given["protectionUntil"], given["instalmentCertain"], given["goodwillUntil"]) == ("2026-12-31", 50, None)
    assert not {"payments", "rejectedAmount", "rejectedMeans", "countedPayments"} & set(given)


def test_process_learns_the_measure_of_a_protection_and_not_its_reason() -> None:
    shown = value_for_the_process(PROTECTION, PROTECTED)
    assert shown == {"measure": "FLOOR", "floorKva": 3, "owedKva": 3}
    assert "MEDICAL" not in json.dumps(shown)
    assert value_for_the_process(PRIORITY, {"class": "URGENT", "reason": "MEDICAL"}) == {"class": "URGENT"}
