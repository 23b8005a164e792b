"""The last decision about a limitation, read back from what the decision log keeps."""

from datetime import datetime
from typing import Any

import boto3
import pytest

from restoration.adapters.dynamodb import decision_log
from restoration.adapters.dynamodb.decision_log import DecisionLog
from restoration.clock import from_text
from restoration.domain.decision import DecisionRequest, DecisionResult
from supervision.adapters.kept_decisions import KeptDecisions


@pytest.fixture
def kept(dynamodb: Any, monkeypatch: pytest.MonkeyPatch) -> KeptDecisions:
    log = DecisionLog(dynamodb, "decisions")

    def keep(at: str, decision: str, value: Any) -> None:
        monkeypatch.setattr(decision_log, "utc_now", lambda: from_text(at))
        request = DecisionRequest(decision, "LIM-1", "execution-1/Decide", {"medical": True})
        log.keep(request, DecisionResult(value, f"v-{decision}", ("rule",), {"value": value}))

    keep("2026-11-25T10:00:00+00:00", "coverage", {"outcome": "BALANCE_DUE", "balance": 12.4})
    keep("2026-11-25T10:00:01+00:00", "action", {"action": "KEEP"})
    keep("2026-11-25T12:00:00+00:00", "coverage", {"outcome": "RESTORE"})
    return KeptDecisions(boto3.client("dynamodb", region_name=dynamodb.meta.client.meta.region_name), "decisions")


def moment(text: str) -> datetime:
    return from_text(f"2026-11-25T{text}+00:00")


def test_the_last_one_up_to_a_moment_is_read(kept: KeptDecisions) -> None:
    found = kept.last("LIM-1", "coverage", moment("11:00:00"))
    assert found is not None
    assert (found.version, str(found.value["balance"])) == ("v-coverage", "12.4")
    at_the_moment = kept.last("LIM-1", "coverage", moment("12:00:00"))
    assert at_the_moment is not None
    assert at_the_moment.value == {"outcome": "RESTORE"}


def test_nothing_is_found_before_the_first_or_of_another_limitation(kept: KeptDecisions) -> None:
    assert kept.last("LIM-1", "coverage", moment("09:00:00")) is None
    assert kept.last("LIM-2", "coverage", moment("12:00:00")) is None
