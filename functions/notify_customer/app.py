"""Tells customers what happens to their power, and hears whether what left has arrived."""

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from restoration import bootstrap
from restoration.adapters.sqs.batch import LastTry, process_batch
from restoration.clock import to_text
from restoration.contracts.notifications import Delivered, Told, parse_record
from restoration.errors import DecisionFailed, InvalidResponse, UnknownContract
from restoration.observability import count, logger, metrics, tracer
from restoration.use_cases.notify_customer import Notified
from restoration.use_cases.record_delivery import DID_NOT_ARRIVE, Outcome

TEXTS = Path(__file__).with_name("messages")
GIVE_UP_AT = 5
TO_BE_MENDED = (UnknownContract, InvalidResponse, DecisionFailed)
"""Billing's data, or the rules: the record lies in the dead letters until they are mended."""

desk = bootstrap.message_desk(TEXTS)
deliveries = bootstrap.delivery_desk(TEXTS)
dead_letters = bootstrap.dead_letters()


@metrics.log_metrics
@tracer.capture_lambda_handler
@logger.inject_lambda_context(clear_state=True)
def handler(event: Mapping[str, Any], context: LambdaContext) -> Mapping[str, Any]:
    return process_batch(event, context, receive, dead_letters, LastTry(GIVE_UP_AT, give_up, TO_BE_MENDED))


def receive(body: str, trace_header: str | None) -> None:
    match parse_record(body):
        case Told() as record:
            tell(record, desk.notify)
        case Delivered() as delivered:
            hear(delivered)


def give_up(body: str, error: Exception) -> None:
    match parse_record(body):
        case Told() as record:
            tell(record, lambda told: desk.give_up(told, error))
        case Delivered() as delivered:
            dead_letters.put(body, error, delivered.attempt_id)


def tell(record: Told, how: Callable[[Told], Notified]) -> None:
    logger.set_correlation_id(record.message.limitation_id)
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


def hear(delivered: Delivered) -> None:
    outcome = deliveries.record(delivered)
    logger.info("delivery reported", key=delivered.attempt_id, report=delivered.report.name, outcome=outcome)
    if outcome is not Outcome.REPEATED:
        count(f"Messages{delivered.report.name.title()}")
        count("MessagesUndelivered", int(delivered.report in DID_NOT_ARRIVE))
    if outcome is Outcome.FAILED:
        count("MessagesFailed")
