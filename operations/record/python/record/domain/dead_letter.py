"""A dead letter: a record that was put aside, why, and whether it may go back to a queue."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from hashlib import sha256
from typing import Any

from record.domain.kept import Kept

KEPT_FOR = timedelta(days=14)
"""How long SQS keeps a record: its longest time, which all our queues have."""

DIED = "FunctionDied"
"""The error of a letter that SQS itself moved: no worker lived to say why."""

UNRECOGNISED = "UnrecognisedEvent"


class Family(StrEnum):
    """The families of dead letters, each with its own queue."""

    PAYMENTS = "payments"
    LIMITATIONS = "limitations"
    RESUMPTIONS = "resumptions"
    ORDERS = "orders"
    FLOWS = "flows"
    NOTIFICATIONS = "notifications"
    UNRECOGNISED = "unrecognised"


QUEUES = {
    Family.PAYMENTS: "payments-dead-letters",
    Family.LIMITATIONS: "limitations-dead-letters",
    Family.RESUMPTIONS: "resumptions-dead-letters",
    Family.ORDERS: "enedis-orders-dead-letters",
    Family.FLOWS: "enedis-flows-dead-letters",
    Family.NOTIFICATIONS: "notifications-dead-letters",
    Family.UNRECOGNISED: "unrecognised-events",
}
"""The names of the queues, without the stack's. A letter goes back to the one whose name is this without its end."""


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A record in a dead-letter queue.

    Parameters
    ----------
    id
        Its message id.
    sent_at
        When it was put where it lies. SQS keeps the first moment for records that it moves itself.
    attributes
        The texts of its message attributes.
    was_moved_by_sqs
        Whether SQS moved it, because its queue had shown it too often.
    handle
        With what it is deleted: that of the newest look at it.
    passed_on
        What its adapter sends along with a copy.
    """

    id: str
    body: str
    sent_at: datetime
    attributes: Mapping[str, str]
    was_moved_by_sqs: bool
    handle: str
    passed_on: Mapping[str, Any] = field(default_factory=dict)

    @property
    def digest(self) -> str:
        """The SHA-256 of its body: what was looked at is what is handled."""
        return sha256(self.body.encode()).hexdigest()

    @property
    def kept_until(self) -> datetime:
        """When SQS forgets it."""
        return self.sent_at + KEPT_FOR

    @property
    def error(self) -> str:
        """Why it lies here, in one word: an error's class, EventBridge's code, or one of ours."""
        given = self.attributes.get("ErrorType") or self.attributes.get("ERROR_CODE")
        return given or (DIED if self.was_moved_by_sqs else UNRECOGNISED)

    @property
    def reason(self) -> str:
        """Why it lies here, in words."""
        if "ErrorType" in self.attributes:
            return self.attributes.get("ErrorReason", self.error)
        if "ERROR_CODE" in self.attributes:
            tries = self.attributes.get("RETRY_ATTEMPTS")
            often = f" after {tries} retries" if tries else ""
            said = self.attributes.get("ERROR_MESSAGE", "no message")
            return f"EventBridge could not deliver it{often}: {said}"
        if self.was_moved_by_sqs:
            return "the function died on it each time, so nobody could say why: its log has this id"
        return "no rule knows its type and source"


@dataclass(frozen=True, slots=True)
class Judgement:
    """Whether a letter may go back today.

    Parameters
    ----------
    what
        What the record is, in words: type and id.
    to
        The family whose queue would take it; None when it must not go back.
    words
        Why, or why not.
    """

    what: str
    to: Family | None
    words: str


class Action(StrEnum):
    """The actions that one may take on a letter."""

    REPLAY = "REPLAY"
    DISCARD = "DISCARD"


class Fate(StrEnum):
    """The outcomes of an action on one letter."""

    REPLAYED = "REPLAYED"
    DISCARDED = "DISCARDED"
    REFUSED = "REFUSED"
    CHANGED = "CHANGED"
    """Under its id lies another body than the one that was looked at."""
    NOT_FOUND = "NOT_FOUND"
    """It is gone, or somebody else looks at it now."""
    NOT_REACHED = "NOT_REACHED"
    """There was no time left for it."""


@dataclass(frozen=True, slots=True)
class Handled(Kept):
    """What became of one letter."""

    id: str
    fate: Fate
    words: str = ""
