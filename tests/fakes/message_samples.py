"""Cases, contacts and rules that tests of messages to customers share."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from restoration.adapters.dmn.rule_book import RuleBook
from restoration.contracts.contact import Contact
from restoration.contracts.published import MessageFailed
from restoration.domain.decision import DecisionRequest
from restoration.domain.limitation import LimitationStatus
from tests.fakes.message_world import OPEN, REACHABLE, World

DECISIONS = Path(__file__).parents[2] / "functions" / "evaluate_decision" / "decisions"
NIGHT = datetime(2026, 5, 4, 21, 30, tzinfo=UTC)  # 23:30 in Paris
HELD = replace(OPEN, holder="arn:me")
CLOSED = replace(OPEN, status=LimitationStatus.CLOSED)


def by_the_table(inputs: Any) -> Any:
    """The rules as business wrote them."""
    return RuleBook(DECISIONS).evaluate(DecisionRequest("notification", "LIM-1", "test", inputs)).value


def no_email() -> Contact:
    return REACHABLE.model_copy(update={"email": None})


def dies_at(step: str, when: str) -> Any:
    """A process that dies once, at a step."""
    left = [f"dies {when}"]
    return lambda name: left.pop() if name == step and left else ""


def failed(world: World) -> list[tuple[str, str]]:
    return [(event.kind, event.key) for event in world.published if isinstance(event, MessageFailed)]
