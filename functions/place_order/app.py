"""Places orders with Enedis from the ``enedis-orders`` queue, and tells the execution that waits what came of it."""

from collections.abc import Mapping
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from restoration import bootstrap, settings
from restoration.adapters.order_queue import OrderMessage, parse_order_message
from restoration.adapters.sqs_batch import process_batch
from restoration.clock import to_text
from restoration.errors import ConfigurationUnavailable, EnedisRejected, InvalidAnswer, InvalidEvent
from restoration.observability import count, logger, metrics, tracer
from restoration.placing import Later

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
    message = parse_order_message(body)
    logger.set_correlation_id(message.limitation_id)
    try:
        answer = bootstrap.order_desk().place(message.placing)
    except InvalidEvent as error:
        # It fails where it waits, to be redriven. A forged one names a token that nobody waits with, and gets no other.
        executions.fail(message.task_token, error)
        raise
    except ConfigurationUnavailable as error:
        # The desk could not be opened: nothing was sent.
        answer = Later(settings.seconds("ENEDIS_RETRY_SECONDS"), str(error))
    except (EnedisRejected, InvalidAnswer) as error:
        # A read that was to tell what became of the order is refused: an incident, looked into and redriven there.
        logger.exception("order's fate unknown", reference=str(message.reference))
        executions.fail(newest_token(message), error)
        return
    token = newest_token(message)
    if isinstance(answer, Later):
        logger.warning("order put back", reference=str(message.reference), reason=answer.reason)
        count("OrdersPutBack")
        order_queue.put_back(body, answer.delay)
        return
    heard = executions.answer(token, answer.facts(message.reference))
    logger.info("order answered", reference=str(message.reference), answer=answer.status, heard=heard)
    count(f"Orders{answer.status.title()}")


def newest_token(message: OrderMessage) -> str:
    """The token of the state that waits now: it may have been entered again since this message was sent."""
    return orders.note_token(message.reference, message.task_token, to_text(message.entered_at))
