"""Writes to the customer: one message of a kind for a limitation, on the channel and at the hour that the rules say."""

from decimal import Decimal
from typing import Annotated, Any

from aws_lambda_powertools.utilities.parser import event_parser
from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import BeforeValidator

from restoration import bootstrap
from restoration.clock import to_text
from restoration.message import MessageKind
from restoration.notifying import Notification
from restoration.observability import count, logger, metrics, tracer
from restoration.point import Visit
from restoration.wire import Identifier, WireModel


class NotificationRequest(WireModel):
    limitation_id: Identifier
    customer_id: Identifier
    kind: MessageKind
    asked_by: str
    balance: Annotated[Decimal | None, BeforeValidator(lambda text: text or None)] = None
    floor_kva: Annotated[Decimal | None, BeforeValidator(lambda text: text or None)] = None
    visit: Visit | None = None
    visit_number: int = 1


@metrics.log_metrics
@tracer.capture_lambda_handler
@logger.inject_lambda_context(clear_state=True, correlation_id_path="limitationId")
@event_parser(model=NotificationRequest)
def handler(event: NotificationRequest, context: LambdaContext) -> dict[str, Any]:
    notified = bootstrap.notifier().notify(Notification(**dict(event)))
    logger.info("customer notified", kind=event.kind, status=notified.status, channel=notified.channel)
    count(f"Messages{notified.status.title().replace('_', '')}")
    until = to_text(notified.until) if notified.until else None
    return {"status": notified.status, "channel": notified.channel, "until": until}
