"""Sends customers messages about their power, and records whether they arrived."""

from collections.abc import Callable
from pathlib import Path

from restoration.adapters.sqs.batch import LastTry, handler_of
from restoration.bootstrap import aws, messages, partners
from restoration.clock import to_text
from restoration.contracts.notifications import DeliveryReport, MessageRecord, parse_record
from restoration.errors import InvalidResponse, UnknownContract
from restoration.observability import concern, count, logger
from restoration.tracing import annotate
from restoration.use_cases.notify_customer import Notified
from restoration.use_cases.record_delivery import DID_NOT_ARRIVE, DeliveryDesk, Outcome

GIVE_UP_AT = 5
TO_BE_MENDED = (UnknownContract, InvalidResponse)
"""Billing's data: the record lies in the dead letters until they are mended. Rules may fail for once, as in a burst."""

desk = messages.message_desk(Path(__file__).with_name("messages"))
deliveries = DeliveryDesk(desk)
partners.billing_settings()


def receive(body: str) -> None:
    match parse_record(body):
        case MessageRecord() as record:
            notify(record, desk.notify)
        case DeliveryReport() as delivery:
            record_delivery(delivery)


def give_up(body: str, error: Exception) -> None:
    match parse_record(body):
        case MessageRecord() as record:
            notify(record, lambda failed: desk.give_up(failed, error))
        case DeliveryReport() as delivery:
            aws.dead_letters().put(body, error, delivery.attempt_id)


def notify(record: MessageRecord, how: Callable[[MessageRecord], Notified]) -> None:
    concern(record.message.limitation_id)
    notified = how(record)
    logger.info(
        "customer notified",
        key=record.attempt_id,
        status=notified.status,
        reason=notified.reason,
        channel=notified.channel,
        until=to_text(notified.until) if notified.until else None,
    )
    count(f"Messages{notified.status.title().replace('_', '')}")
    annotate(outcome=notified.status)


def record_delivery(delivery: DeliveryReport) -> None:
    outcome = deliveries.record(delivery)
    logger.info("delivery reported", key=delivery.attempt_id, report=delivery.report.name, outcome=outcome)
    if outcome is not Outcome.REPEATED:
        count(f"Messages{delivery.report.name.title()}")
        count("MessagesUndelivered", int(delivery.report in DID_NOT_ARRIVE))
    if outcome is Outcome.FAILED:
        count("MessagesFailed")


handler = handler_of(receive, aws.dead_letters, LastTry(GIVE_UP_AT, give_up, TO_BE_MENDED))
