"""Each row says whom it met; its guardians stand in the documents, which test_pages draws."""

from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from local.decision_tools.pages.rows import Met, met
from record.cases.kept_decisions import KeptDecision


def kept(limitation_id: str, rule: str, inputs: dict[str, Any] | None) -> KeptDecision:
    at = datetime(2026, 11, 29, tzinfo=UTC)
    grounds = [{"decision": "ruling", "rule": rule}]
    return KeptDecision(limitation_id, at, "", "coverage", "a/B", "v", None, grounds, inputs, None, "", "")


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
