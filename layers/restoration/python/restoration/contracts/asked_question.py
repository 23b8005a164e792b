"""A question to the advisors, as the state machine carries it."""

from restoration.clock import moment_of
from restoration.contracts.wire import WireModel
from restoration.domain.claim import Question


class AskedQuestion(WireModel):
    """A question that is open; ``asked_at`` in milliseconds since 1970."""

    number: int
    reason: str
    asked_at: int

    @property
    def question(self) -> Question:
        return Question(self.number, self.reason, moment_of(self.asked_at))
