"""Each row names its guardians, and whom it met."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

import dmn
from local.decision_tools.pages.rows import Guardians, Met, guardians_of, met
from ops.decisions.tables import DECISIONS
from record.cases.kept_decisions import KeptDecision


def kept(limitation_id: str, rule: str, inputs: dict[str, Any] | None) -> KeptDecision:
    at = datetime(2026, 11, 29, tzinfo=UTC)
    grounds = [{"decision": "ruling", "rule": rule}]
    return KeptDecision(limitation_id, at, "", "coverage", "a/B", "v", None, grounds, inputs, None, "", "")


def test_who_guards_a_row_alone_is_named_and_many_are_counted() -> None:
    assert Guardians(["carte"], []).told == "seul : @carte"
    assert Guardians([], ["Un cas"]).told == "seul : « Un cas »"
    assert Guardians(["carte"], ["Un cas"]).told == "@carte ; « Un cas »"
    assert Guardians(["a", "b"], ["c", "d", "e"]).told == "2 histoires ; 3 cas"
    assert Guardians([], []).told == "**aucun**"


def test_a_row_that_a_story_and_scenarios_reach_has_both() -> None:
    found = guardians_of(dmn.load(DECISIONS / "refusal.dmn"))
    assert "refus-deux" in found["refusal_functional_again"].stories
    assert found["refusal_functional_again"].scenarios == ["Une deuxième erreur fonctionnelle revient à un conseiller"]


def test_a_customer_counts_once_in_each_row_with_what_they_owed_last() -> None:
    found = met(
        [
            kept("LIM-1", "restore", {"limitationDebt": Decimal(100)}),
            kept("LIM-1", "restore", {"limitationDebt": Decimal("80.50")}),
            kept("LIM-2", "restore", {"limitationDebt": Decimal(20)}),
            kept("LIM-3", "refuse", None),
        ]
    )
    assert found == {"restore": Met(2, Decimal("100.50")), "refuse": Met(1, Decimal(0))}
