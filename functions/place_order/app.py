"""Places orders with Enedis from their queues, and sends the outcome to the execution that waits."""

from datetime import timedelta
from functools import partial
from random import random

from restoration import settings
from restoration.adapters.sqs.batch import LastTry, handler_of
from restoration.adapters.sqs.delayed_copies import DelayedCopies
from restoration.bootstrap import aws, clients, partners
from restoration.clock import to_text, utc_now
from restoration.contracts.queued_order import QueuedOrder, parse_queued_order, token_of
from restoration.domain.deadlines import due_at
from restoration.domain.order import Priority
from restoration.errors import ConfigurationUnavailable, EnedisRejected, InvalidEvent, InvalidResponse
from restoration.observability import concern, count, logger
from restoration.tracing import annotate
from restoration.use_cases.place_order import Later, OrderDesk, OrderOutcome

orders = aws.orders()
executions = aws.executions()
urls = {Priority.URGENT: settings.text("URGENT_ORDERS_QUEUE_URL"), Priority.ORDINARY: settings.text("ORDERS_QUEUE_URL")}
order_queues = {each: DelayedCopies(clients.client("sqs"), url) for each, url in urls.items()}
partner = partners.enedis_settings()
due = partial(
    due_at,
    remote=settings.seconds("REMOTE_SLA_SECONDS"),
    technician_days=settings.whole_number("TECHNICIAN_SLA_WORKING_DAYS"),
)

GIVE_UP_AT = 7
"""The try of a record after which it is put aside with its error."""


def place(body: str) -> None:
    try:
        queued = parse_queued_order(body)
    except InvalidEvent as error:
        if token := token_of(body):
            executions.fail(token, error)
        raise
    concern(queued.limitation_id)
    try:
        outcome = order_desk(queued.priority).place(queued.placing)
    except InvalidEvent as error:
        # The execution fails where it waits, to be redriven. A forged record names a token with which no state waits:
        # only that token is used.
        executions.fail(queued.task_token, error)
        raise
    except ConfigurationUnavailable as error:
        # The desk could not be opened: nothing was sent.
        outcome = Later(timedelta(seconds=partner.retry_seconds), str(error))
    except (EnedisRejected, InvalidResponse) as error:
        # The read that should show the outcome was refused: an incident, which an operator looks into and redrives.
        logger.exception("order has an unknown outcome", reference=str(queued.reference))
        for token in waiting_tokens(queued):
            executions.fail(token, error)
        return
    # An execution that lost the claim gets this outcome by its own token; it must not take one from the present holder.
    lost = isinstance(outcome, OrderOutcome) and outcome.status == "SUPERSEDED"
    tokens = (queued.task_token,) if lost else waiting_tokens(queued)
    if isinstance(outcome, Later):
        logger.warning("order put back", reference=str(queued.reference), reason=outcome.reason)
        count("OrdersPutBack")
        annotate(outcome="PUT_BACK")
        order_queues[queued.priority].keep(body, outcome.delay)
        return
    completed = [executions.complete(token, outcome.facts(queued.reference)) for token in tokens]
    logger.info("order completed", reference=str(queued.reference), outcome=outcome.status, heard=any(completed))
    count(f"Orders{outcome.status.title()}")
    annotate(outcome=outcome.status)


def order_desk(priority: Priority) -> OrderDesk:
    return OrderDesk(
        claims=aws.claims(),
        orders=orders,
        enedis=partners.enedis(partner.order_longest_wait_seconds, priority),
        now=utc_now,
        settle=timedelta(seconds=partner.settle_seconds),
        lease=timedelta(seconds=partner.lease_seconds),
        retry=timedelta(seconds=partner.retry_seconds),
        due=due,
        chance=random,
    )


def waiting_tokens(queued: QueuedOrder) -> tuple[str, ...]:
    """The tokens that may wait: the state's newest, since it may have been entered again, and the record's own.

    An execution that is redriven after another took over from it waits with its own token, and gets the outcome, too.
    """
    newest = orders.note_token(queued.reference, queued.task_token, to_text(queued.entered_at))
    return tuple(dict.fromkeys((newest, queued.task_token)))


handler = handler_of(place, aws.dead_letters, LastTry(GIVE_UP_AT))
