"""Carriers' reports on messages: each is counted; a message that did not arrive is tried over the other channel."""

from datetime import timedelta
from enum import StrEnum

from restoration.contracts.notifications import DeliveryReport, MessageRecord, Report, parse_record
from restoration.domain.sending import Sending
from restoration.errors import MessageNotDelivered
from restoration.use_cases.notify_customer import MessageDesk


class Outcome(StrEnum):
    """The outcomes of a report."""

    COUNTED = "COUNTED"
    REPEATED = "REPEATED"
    OTHER_CHANNEL = "OTHER_CHANNEL"
    FAILED = "FAILED"
    NOT_OURS = "NOT_OURS"


DID_NOT_ARRIVE = frozenset({Report.BOUNCED, Report.REJECTED, Report.UNDELIVERABLE})
"""A customer who complained gets no second message, and an e-mail that is late is still on its way."""


def record_report(desk: MessageDesk, delivery: DeliveryReport) -> Outcome:
    """Act on a report of SES or AWS End User Messaging, then note it with the sending that it is about.

    In this order: after a crash in between it acts again, and the claim of the second channel lets one copy send.
    """
    sending = desk.log.find(delivery.attempt_id)
    if sending is None or sending.channel is not delivery.report.channel:
        return Outcome.NOT_OURS
    if sending.delivery == delivery.report.name:
        return Outcome.REPEATED
    outcome = _act(desk, delivery, sending) if delivery.report in DID_NOT_ARRIVE else Outcome.COUNTED
    desk.log.note_delivery(delivery.attempt_id, delivery.report.name)
    return outcome


def _act(desk: MessageDesk, delivery: DeliveryReport, sending: Sending) -> Outcome:
    record = parse_record(sending.record)
    if not isinstance(record, MessageRecord):
        return Outcome.COUNTED  # given up before it was claimed: there is nothing to try again
    if record.not_by is None:
        desk.keep(record.without(delivery.report.channel), timedelta())
        return Outcome.OTHER_CHANNEL
    status = f"{delivery.report.name} {delivery.status}".strip()
    desk.report(record, MessageNotDelivered(f"{delivery.attempt_id}: {status}, after {record.not_by}"))
    return Outcome.FAILED
