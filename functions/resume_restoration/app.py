"""Results for executions that wait: PaymentCleared, PaymentRejected, AdvisorDecided. Recorded first, then passed on."""

from collections.abc import Mapping
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from restoration.adapters.sqs.batch import LastTry, process_batch
from restoration.bootstrap import aws, process
from restoration.clock import utc_now
from restoration.contracts.received import RESUMING_EVENTS, parse_event
from restoration.observability import count, logger, metrics, tracer
from restoration.tracing import note_case

desk = process.resumption_desk()

GIVE_UP_AT = 22
"""The try of a record after which it is put aside with its error."""


@metrics.log_metrics
@tracer.capture_lambda_handler
@logger.inject_lambda_context(clear_state=True)
def handler(event: Mapping[str, Any], context: LambdaContext) -> Mapping[str, Any]:
    return process_batch(event, receive, aws.dead_letters, LastTry(GIVE_UP_AT))


def receive(body: str) -> None:
    event = parse_event(body, RESUMING_EVENTS, utc_now())
    for limitation_id, outcome in desk.receive(event).items():
        logger.info(
            "result passed on",
            correlation_id=limitation_id,
            result=event.detail_type,
            event=event.event_id,
            outcome=outcome,
        )
        count(f"Resumptions{outcome.title()}")
        note_case(limitation_id, outcome)
