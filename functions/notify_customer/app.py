"""Sends customers messages about their power, and records whether they arrived."""

from collections.abc import Callable
from datetime import timedelta
from functools import cache, partial
from pathlib import Path
from uuid import uuid4

from restoration import settings
from restoration.adapters.files.wordings import read_wording
from restoration.adapters.sqs.batch import LastTry, handler_of
from restoration.bootstrap import aws, messages, partners
from restoration.clock import to_text, utc_now
from restoration.contracts.notifications import DeliveryReport, MessageRecord, parse_record
from restoration.domain.claim import HolderStatus
from restoration.domain.message import Channel
from restoration.domain.wording import CasePage, Supplier, Wordings
from restoration.errors import InvalidResponse, UnknownContract
from restoration.observability import concern, count, logger
from restoration.tracing import annotate
from restoration.use_cases.notify_customer import MessageDesk, Notified
from restoration.use_cases.record_delivery import DID_NOT_ARRIVE, Outcome, record_report

GIVE_UP_AT = 5
TO_BE_MENDED = (UnknownContract, InvalidResponse)
"""Billing's data: the record lies in the dead letters until they are mended. Rules may fail for once, as in a burst."""

answer_term = timedelta(days=settings.whole_number("ANSWER_TERM_DAYS"))
case_page = settings.optional("CASE_PAGE")
supplier = Supplier(
    settings.text("SUPPLIER_NAME"),
    settings.text("SUPPLIER_TELEPHONE"),
    settings.text("PAYMENT_LINK"),
    timedelta(days=settings.whole_number("BALANCE_TERM_DAYS")),
    answer_term,
    CasePage(case_page, messages.case_keys()) if case_page else None,
)
desk = MessageDesk(
    claims=aws.claims(),
    contact=lambda customer_id: partners.billing().contact(customer_id),
    rules=aws.decision_function(),
    text_of=Wordings(cache(partial(read_wording, Path(__file__).with_name("messages"))), supplier).text_of,
    log=aws.sending_log(),
    carriers={Channel.EMAIL: messages.mail(), Channel.SMS: messages.text_messages()},
    keep=aws.notification_queue().keep,
    put_aside=aws.dead_letters().put,
    bus=aws.event_bus(),
    now=utc_now,
    new_attempt=lambda: uuid4().hex,
    is_at_work=lambda execution: aws.executions().status_of(execution) is HolderStatus.ALIVE,
    may_defer=settings.switch("DEFER_MESSAGES"),
    balance_delay=settings.seconds("BALANCE_DUE_DELAY_SECONDS"),
    answer_term=answer_term,
)
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
    outcome = record_report(desk, delivery)
    logger.info("delivery reported", key=delivery.attempt_id, report=delivery.report.name, outcome=outcome)
    if outcome is not Outcome.REPEATED:
        count(f"Messages{delivery.report.name.title()}")
        count("MessagesUndelivered", int(delivery.report in DID_NOT_ARRIVE))
    if outcome is Outcome.FAILED:
        count("MessagesFailed")


handler = handler_of(receive, aws.dead_letters, LastTry(GIVE_UP_AT, give_up, TO_BE_MENDED))
