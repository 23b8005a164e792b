"""A question to the advisors."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self

from restoration.clock import moment_of


@dataclass(frozen=True, slots=True)
class Question:
    """A question to the advisors that is still open."""

    number: int
    reason: str
    asked_at: datetime

    @classmethod
    def of(cls, facts: Mapping[str, Any]) -> Self:
        """A question, as the state machine has it, and the limitation's item."""
        return cls(int(facts["number"]), facts["reason"], moment_of(facts["askedAt"]))

    @property
    def facts(self) -> dict[str, Any]:
        return {"number": self.number, "reason": self.reason, "askedAt": int(self.asked_at.timestamp() * 1000)}
