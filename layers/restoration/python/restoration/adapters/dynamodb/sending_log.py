"""The ``messages`` table: the claim and the outcome of each sending.

The claim comes before the sending and outlives the redrive window, so that no customer gets the message of a repeated
or replayed event twice. Every write is conditional on the attempt that made the claim. boto3 repeats a write whose
response was lost; the attempt then finds its own claim.

The table holds ids, amounts, states and times, and the event that asked for the message; no address, no text.
"""

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from restoration.adapters.dynamodb.items import record_of
from restoration.adapters.dynamodb.writes import item_at, put_if, set_if, setting, update_if
from restoration.clock import from_text, to_text, utc_now
from restoration.domain.message import Channel, LastSaid
from restoration.domain.sending import Sending, SendingState
from restoration.errors import RetryableError

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.service_resource import DynamoDBServiceResource

KEPT_FOR = timedelta(days=400)
"""Longer than an execution (1 year) may run, and so than any redrive or replay."""


class SendingLogConflict(RetryableError):
    """Raised when an item changed between writing and reading it."""


class SendingLog:
    """Claims and notes sendings, each by the id that it is claimed by."""

    def __init__(self, dynamodb: "DynamoDBServiceResource", table: str, now: Callable[[], datetime] = utc_now) -> None:
        self._table = dynamodb.Table(table)
        self._now = now

    def find(self, attempt_id: str) -> Sending | None:
        """A sending, as it is known."""
        item = self._item(attempt_id)
        return _sending(item) if item else None

    def claim(self, attempt_id: str, by: str, channel: Channel, record: str) -> Sending | None:
        """Claim a sending for an attempt; None when the attempt has it, else the sending as it is known.

        One that was surely not sent may be claimed again.
        """
        item = {
            "messageId": attempt_id,
            "limitationId": limitation_of(attempt_id),
            "state": SendingState.CLAIMED,
            "claimedBy": by,
            "claimedAt": to_text(self._now()),
            "channel": channel,
            "record": record,
            **self._expiry(),
        }
        is_free = "attribute_not_exists(messageId) OR #state = :failed"
        if put_if(self._table, item, is_free, {":failed": SendingState.FAILED}):
            return None
        known = self.find(attempt_id)
        if known is None:
            raise SendingLogConflict(f"{attempt_id} was claimed, and is not there any more")
        return None if known.by == by and known.state is SendingState.CLAIMED else known

    def note_sent(self, attempt_id: str, by: str, carrier_id: str) -> None:
        """Note that a carrier took the message, and under which id; even if it was noted as unknown meanwhile."""
        own = {"state": SendingState.SENT, "carrierId": carrier_id, "sentAt": to_text(self._now())}
        self._note(attempt_id, "claimedBy = :by", {":by": by}, **own)

    def note_failed(self, attempt_id: str, by: str, error: str) -> None:
        """Give a claim back: the message was surely not sent. Without a claim, note that it was given up."""
        update, values = setting(
            state=SendingState.FAILED,
            error=error,
            claimedBy=by,
            limitationId=limitation_of(attempt_id),
            failedAt=to_text(self._now()),
            **self._expiry(),
        )
        update = f"{update}, claimedAt = if_not_exists(claimedAt, :failedAt)"
        is_ours = "attribute_not_exists(messageId) OR #state = :state OR (#state = :claimed AND claimedBy = :claimedBy)"
        update_if(self._table, {"messageId": attempt_id}, update, is_ours, values | {":claimed": SendingState.CLAIMED})

    def note_unknown(self, attempt_id: str, by: str, error: str) -> Sending | None:
        """Note that nobody knows whether the claim ``by`` was sent; the sending instead, if it was noted meanwhile."""
        own = {"state": SendingState.UNKNOWN, "error": error, "unknownAt": to_text(self._now())}
        is_open = "claimedBy = :by AND (#state = :claimed OR #state = :state)"
        noted = self._note(attempt_id, is_open, {":by": by, ":claimed": SendingState.CLAIMED}, **own)
        return None if noted else self.find(attempt_id)

    def note_reported(self, attempt_id: str) -> None:
        """Note that its failure was published on the bus."""
        self._note(attempt_id, "attribute_exists(messageId)", reportedAt=to_text(self._now()))

    def note_delivery(self, attempt_id: str, report: str) -> None:
        """Note the carrier's report."""
        self._note(attempt_id, "attribute_exists(messageId)", delivery=report, deliveryAt=to_text(self._now()))

    def newest_visit(self, limitation_id: str, case: str, generation: int, number: int) -> tuple[int, int]:
        """Note a technician's visit; return the generation and number of the newest known visit of the case."""
        visits = f"{limitation_id}#VISITS#{case}"
        condition = (
            "attribute_not_exists(messageId) OR generation < :generation"
            " OR (generation = :generation AND visit <= :visit)"
        )
        is_newest = self._note(visits, condition, generation=generation, visit=number, **self._expiry())
        item = None if is_newest else self._item(visits)
        return (int(item["generation"]), int(item["visit"])) if item else (generation, number)

    def last_said(self, limitation_id: str, topic: str) -> LastSaid | None:
        """The last thing that the customer was told on a topic of a limitation."""
        item = self._item(_said_key(limitation_id, topic))
        return LastSaid(item["words"], item["byMessage"], from_text(item["saidAt"])) if item else None

    def note_said(self, limitation_id: str, topic: str, generation: int, said: LastSaid) -> None:
        """Note what the customer is told on a topic, unless a newer claim has told them since."""
        # An older claim's message that comes late changes nothing: the newer word stands.
        own = {"words": said.words, "byMessage": said.message_id, "saidAt": to_text(said.at), "generation": generation}
        is_newest = "attribute_not_exists(messageId) OR generation <= :generation"
        self._note(_said_key(limitation_id, topic), is_newest, **own, **self._expiry())

    def _item(self, attempt_id: str) -> dict[str, Any]:
        return item_at(self._table, messageId=attempt_id)

    def _note(self, attempt_id: str, *condition: Any, **attributes: Any) -> bool:
        """Make one conditional update; False when its condition does not hold."""
        return set_if(self._table, {"messageId": attempt_id}, *condition, **attributes)

    def _expiry(self) -> dict[str, int]:
        return {"expiresAt": int((self._now() + KEPT_FOR).timestamp())}


def limitation_of(attempt_id: str) -> str:
    """The limitation in a sending's id, whose index finds all sendings about one."""
    return attempt_id.partition("#")[0]


def _said_key(limitation_id: str, topic: str) -> str:
    return f"{limitation_id}#SAID" + (f"#{topic}" if topic else "")


def _sending(item: Mapping[str, Any]) -> Sending:
    return record_of(Sending, item, by=item["claimedBy"], reported="reportedAt" in item)
