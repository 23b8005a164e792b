"""Results for executions that wait: PaymentCleared, PaymentRejected, AdvisorDecided. Recorded first, then passed on."""

from restoration.adapters.sqs.batch import LastTry, handler_of
from restoration.bootstrap import aws
from restoration.clock import utc_now
from restoration.contracts.envelope import parse_event
from restoration.contracts.received import RESUMING_EVENTS
from restoration.observability import count, logger
from restoration.tracing import note_case
from restoration.use_cases.resume_restoration import ResumptionDesk

desk = ResumptionDesk(aws.register(), aws.restoration_start(), aws.lost_ground_desk())

GIVE_UP_AT = 22
"""The try of a record after which it is put aside with its error."""


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


handler = handler_of(receive, aws.dead_letters, LastTry(GIVE_UP_AT))
