"""What became of messages that had left: counted, and tried once over the other channel where they did not arrive."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from typing import Protocol

from restoration.contracts.notifications import Delivered, Report, Told, parse_record
from restoration.domain.sending import Sending
from restoration.errors import MessageNotDelivered
from restoration.ports import Deliveries, RecordQueue


class Outcome(StrEnum):
    """What followed from a report."""

    COUNTED = "COUNTED"
    REPEATED = "REPEATED"
    OTHER_CHANNEL = "OTHER_CHANNEL"
    FAILED = "FAILED"
    NOT_OURS = "NOT_OURS"


DID_NOT_ARRIVE = frozenset({Report.BOUNCED, Report.REJECTED, Report.UNDELIVERABLE})
"""Who complained is left in peace, and an e-mail that is late is still on its way."""


class Failures(Protocol):
    """Where a message is reported that no channel is left for."""

    def report(self, record: Told, error: Exception) -> object: ...


@dataclass(frozen=True, slots=True)
class DeliveryDesk:
    """Hears what SES and AWS End User Messaging report."""

    log: Deliveries
    queue: RecordQueue
    failures: Failures

    def record(self, delivered: Delivered) -> Outcome:
        """Act on a report, then note it with the sending that it is about.

        In this order: who dies in between acts again, and the claim of the second channel lets one copy send.
        """
        sending = self.log.find(delivered.attempt_id)
        if sending is None or sending.channel is not delivered.report.channel:
            return Outcome.NOT_OURS
        if sending.delivery == delivered.report.name:
            return Outcome.REPEATED
        outcome = self._act(delivered, sending) if delivered.report in DID_NOT_ARRIVE else Outcome.COUNTED
        self.log.note_delivery(delivered.attempt_id, delivered.report.name)
        return outcome

    def _act(self, delivered: Delivered, sending: Sending) -> Outcome:
        record = parse_record(sending.record)
        if not isinstance(record, Told):
            return Outcome.COUNTED  # given up before it was claimed: there is nothing to try again
        if record.not_by is None:
            self.queue.keep(record.without(delivered.report.channel), timedelta())
            return Outcome.OTHER_CHANNEL
        said = f"{delivered.report.name} {delivered.status}".strip()
        self.failures.report(record, MessageNotDelivered(f"{delivered.attempt_id}: {said}, after {record.not_by}"))
        return Outcome.FAILED
