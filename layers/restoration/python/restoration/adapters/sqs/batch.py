"""A batch of queued records, with partial failures: one bad record neither stops nor repeats the others."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from restoration.adapters.sqs.dead_letters import DeadLetters
from restoration.errors import InvalidEvent
from restoration.observability import Handler, count, logger, observed
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


def handler_of(receive: Callable[[str], object], dead_letters: Callable[[], DeadLetters], last_try: LastTry) -> Handler:
    """The handler of a function that reads a queue, record by record, as :func:`process_batch` does."""

    @observed
    def handler(event: Mapping[str, Any], _: LambdaContext) -> Mapping[str, Any]:
        return process_batch(event, receive, dead_letters, last_try)

    return handler


def process_batch(
    event: Mapping[str, Any],
    handle: Callable[[str], object],
    dead_letters: Callable[[], DeadLetters],
    last_try: LastTry,
) -> Mapping[str, Any]:
    """Handle the body of each record of an SQS event, in the trace that it came in.

    A record whose ``handle`` raises :class:`InvalidEvent` is put into the dead-letter queue with the reason and counts
    as done; any other error makes SQS show that record again, and only that one, until its last try. Then it is given
    up with that error: SQS would put it aside without a word.

    Powertools' batch processor does no more, and imports the classes of all of AWS's events (decision 0085).
    """

    def attempt(body: str, message_id: str, receives: int) -> None:
        try:
            handle(body)
        except InvalidEvent as error:
            logger.error("invalid event put aside", reason=str(error), message_id=message_id)
            count("InvalidEvents")
            annotate(outcome="INVALID")
            dead_letters().put(body, error, message_id)
        except Exception as error:
            if not last_try.is_now(error, receives):
                raise
            logger.exception("record failed for the last time", message_id=message_id)
            if last_try.give_up:
                last_try.give_up(body, error)
            else:
                dead_letters().put(body, error, message_id)

    failed = []
    for record in event["Records"]:
        attributes = record["attributes"]
        logger.set_correlation_id(None)  # the record before may have been another customer's
        try:
            # Each record has a part of the trace to itself, which names its limitation: a batch holds many customers.
            with traced_record(attributes.get("AWSTraceHeader")):
                attempt(record["body"], record["messageId"], int(attributes["ApproximateReceiveCount"]))
        except Exception:  # noqa: BLE001 - whatever failed, and be it the dead letters, the other records go on
            logger.exception("record failed, SQS will show it again", message_id=record["messageId"])
            failed.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": failed}
