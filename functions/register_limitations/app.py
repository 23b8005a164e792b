"""Keeps the register of limitations, and notes what billing reports of each: the sweep looks at it."""

from typing import Any

from restoration.adapters.sqs.batch import LastTry, handler_of
from restoration.bootstrap import aws
from restoration.clock import utc_now
from restoration.contracts.envelope import parse_event
from restoration.contracts.received_limitations import LIMITATION_EVENTS
from restoration.domain.limitation import LimitedPoint, Started, Trigger
from restoration.observability import count, logger
from restoration.tracing import note_case
from restoration.use_cases.register_limitations import RegisterDesk
from restoration.use_cases.start_restoration import Hear

start = aws.restoration_start()

GIVE_UP_AT = 22
"""The try of a record after which it is put aside with its error."""


def logged(act: Hear) -> Hear:
    """The act on a fact, with a log of what follows."""

    def acted(limited: LimitedPoint, trigger: Trigger) -> Started:
        outcome = act(limited, trigger)
        said: dict[str, Any] = {"trigger": trigger.type, "event": trigger.event_id, "outcome": outcome.name}
        logger.info("fact of a limitation", correlation_id=limited.limitation_id, **said)
        note_case(limited.limitation_id, outcome.name)
        return outcome

    return acted


acts = logged(start.note), logged(start.hear)
desk = RegisterDesk(aws.register(), *acts, aws.claims(), aws.event_bus(), aws.switch())


def receive(body: str) -> None:
    now = utc_now()
    event = parse_event(body, LIMITATION_EVENTS, now)
    if (since_closing := desk.receive(event, now)) is not None:
        count("LimitationsSoonAfterClosing")
        logger.warning(
            "limited again soon after closing",
            contract=event.detail.contract_id,
            days=since_closing.days,
        )


handler = handler_of(receive, aws.dead_letters, LastTry(GIVE_UP_AT))
