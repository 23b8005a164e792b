"""A batch of queued records, with partial failures: one bad record neither stops nor repeats the others."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from aws_lambda_powertools.utilities.batch import BatchProcessor, EventType, process_partial_response
from aws_lambda_powertools.utilities.data_classes.sqs_event import SQSRecord
from aws_lambda_powertools.utilities.typing import LambdaContext

from restoration.adapters.sqs.dead_letters import DeadLetters
from restoration.errors import InvalidEvent
from restoration.observability import count, logger
from restoration.tracing import annotate
from restoration.tracing import record as traced_record


@dataclass(frozen=True, slots=True)
class LastTry:
    """The try after which we give a record up with a reason, before SQS does so without one.

    Parameters
    ----------
    receives
        The number of that try; below the queue's ``maxReceiveCount``, whose last is for a worker that died.
    give_up
        Takes the body and the error, and makes sure that the record is not lost; then it counts as done. None puts it
        into the dead letters with the error.
    at_once
        Errors that no further try can help: somebody has to mend data or rules first.
    """

    receives: int
    give_up: Callable[[str, Exception], object] | None = None
    at_once: tuple[type[Exception], ...] = ()

    def is_now(self, error: Exception, receives: int) -> bool:
        return isinstance(error, self.at_once) or receives >= self.receives


def process_batch(
    event: Mapping[str, Any],
    context: LambdaContext,
    handle: Callable[[str], object],
    dead_letters: DeadLetters,
    last_try: LastTry,
) -> Mapping[str, Any]:
    """Handle the body of each record of an SQS event, in the trace that it came in.

    A record whose ``handle`` raises :class:`InvalidEvent` is put into the dead-letter queue with the reason and counts
    as done; any other error makes SQS show that record again, and only that one, until its last try. Then it is given
    up with that error: SQS would put it aside without a word.
    """

    def guarded(record: SQSRecord) -> None:
        logger.set_correlation_id(None)  # the record before may have been another customer's
        # Each record has a part of the trace to itself, which names its limitation: a batch holds many customers.
        with traced_record(record.attributes.aws_trace_header):
            attempt(record)

    def attempt(record: SQSRecord) -> None:
        try:
            handle(record.body)
        except InvalidEvent as error:
            logger.error("invalid event put aside", reason=str(error), message_id=record.message_id)
            count("InvalidEvents")
            annotate(outcome="INVALID")
            dead_letters.put(record.body, error, record.message_id)
        except Exception as error:
            # Logged here, where the record is known, and left to the batch processor, which reports it to SQS.
            receives = int(record.attributes.approximate_receive_count)
            if not last_try.is_now(error, receives):
                logger.exception("record failed, SQS will show it again", message_id=record.message_id)
                raise
            logger.exception("record failed for the last time", message_id=record.message_id)
            if last_try.give_up:
                last_try.give_up(record.body, error)
            else:
                dead_letters.put(record.body, error, record.message_id)

    processor = BatchProcessor(event_type=EventType.SQS, raise_on_entire_batch_failure=False)
    return process_partial_response(event=dict(event), record_handler=guarded, processor=processor, context=context)
