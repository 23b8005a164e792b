"""Places orders with Enedis from the ``enedis-orders`` queue, and tells the execution that waits what came of it."""

from collections.abc import Mapping
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from restoration import bootstrap, settings
from restoration.adapters.sqs.batch import process_batch
from restoration.clock import to_text
from restoration.contracts.queued_order import QueuedOrder, parse_queued_order
from restoration.errors import ConfigurationUnavailable, EnedisRejected, InvalidEvent, InvalidResponse
from restoration.observability import count, logger, metrics, tracer
from restoration.use_cases.place_order import Later, OrderOutcome

orders = bootstrap.orders()
executions = bootstrap.executions()
order_queue = bootstrap.order_queue()
dead_letters = bootstrap.dead_letters()


@metrics.log_metrics
@tracer.capture_lambda_handler
@logger.inject_lambda_context(clear_state=True)
def handler(event: Mapping[str, Any], context: LambdaContext) -> Mapping[str, Any]:
    return process_batch(event, context, place, dead_letters)


def place(body: str, trace_header: str | None) -> None:
    message = parse_queued_order(body)
    logger.set_correlation_id(message.limitation_id)
    try:
        outcome = bootstrap.order_desk().place(message.placing)
    except InvalidEvent as error:
        # It fails where it waits, to be redriven. A forged one names a token that nobody waits with, and gets no other.
        executions.fail(message.task_token, error)
        raise
    except ConfigurationUnavailable as error:
        # The desk could not be opened: nothing was sent.
        outcome = Later(settings.seconds("ENEDIS_RETRY_SECONDS"), str(error))
    except (EnedisRejected, InvalidResponse) as error:
        # A read that was to tell what became of the order is refused: an incident, looked into and redriven there.
        logger.exception("order has an unknown outcome", reference=str(message.reference))
        for token in waiting_tokens(message):
            executions.fail(token, error)
        return
    # Whoever lost the claim is told so with its own token; it must not take the outcome from who holds it now.
    lost = isinstance(outcome, OrderOutcome) and outcome.status == "SUPERSEDED"
    tokens = (message.task_token,) if lost else waiting_tokens(message)
    if isinstance(outcome, Later):
        logger.warning("order put back", reference=str(message.reference), reason=outcome.reason)
        count("OrdersPutBack")
        order_queue.put_back(body, outcome.delay)
        return
    heard = [executions.complete(token, outcome.facts(message.reference)) for token in tokens]
    logger.info("order completed", reference=str(message.reference), outcome=outcome.status, heard=any(heard))
    count(f"Orders{outcome.status.title()}")


def waiting_tokens(message: QueuedOrder) -> tuple[str, ...]:
    """Who may wait: the state's newest token, since it may have been entered again, and the message's own.

    An execution that is redriven after another took it over waits with its own, and is told, too.
    """
    newest = orders.note_token(message.reference, message.task_token, to_text(message.entered_at))
    return tuple(dict.fromkeys((newest, message.task_token)))
