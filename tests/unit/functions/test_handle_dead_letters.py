"""handle_dead_letters: a request that does not say who asks, why, or what was looked at, is refused."""

from typing import Any

import pytest
from pydantic import ValidationError

from tests.fakes.samples import payment
from tests.unit.functions.conftest import Call

WHO = {"operation": "operation-1", "by": "arn:somebody", "reason": "mended, ticket 12"}


@pytest.mark.parametrize(
    "request_of_nobody",
    [
        {"action": "REPLAY", "family": "payments", "letters": [{"id": "x", "sha256": "0" * 64}]},
        {"action": "REPLAY", "family": "payments", "letters": [], **WHO},
        {"action": "REPLAY", "family": "payments", "letters": [{"id": "x", "sha256": "short"}], **WHO},
        {"action": "REPLAY", "family": "payments", "letters": [{"id": "x", "body": payment("PAY-1")}], **WHO},
        {"action": "DISCARD", "family": "payments", "letters": [{"id": "x", "sha256": "0" * 64}], **WHO, "reason": " "},
        {"action": "SEND", "family": "payments", "body": payment("PAY-1")},
        {"action": "LOOK", "family": "neighbours"},
    ],
)
def test_request_without_who_why_or_what_was_looked_at_is_refused(
    call: Call, request_of_nobody: dict[str, Any]
) -> None:
    with pytest.raises(ValidationError):
        call("handle_dead_letters", request_of_nobody)
