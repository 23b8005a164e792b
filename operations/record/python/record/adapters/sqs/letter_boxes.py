"""The dead-letter queues, for looking into them and for emptying them, and the queues that letters go back to.

SQS has no list of a queue's records. A look receives them, and hides them from others meanwhile. So it is short, and
gives back at its end what it does not delete; after a crash SQS does so itself. A dead-letter queue has no
dead letters of its own, so being received often does a letter no harm.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import batched
from typing import TYPE_CHECKING, Any

from record.domain.dead_letter import QUEUES, DeadLetter, Family

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient
    from mypy_boto3_sqs.type_defs import MessageTypeDef

PER_CALL = 10
"""SQS takes and gives no more at once."""

HIDDEN_SECONDS = 120
"""How long a letter stays hidden if its reader dies: longer than handle_dead_letters may run."""

WAIT_SECONDS = 1
"""A long poll asks all of SQS's servers. A short one asks some, and may find nothing where there is something."""

OF_THE_PUTTING_ASIDE = frozenset(
    {
        *("ErrorType", "ErrorReason", "OriginalMessageId"),  # ours (dead_letters.py)
        # EventBridge's: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-dlq.html
        *("RULE_ARN", "TARGET_ARN", "ERROR_CODE", "ERROR_MESSAGE", "EXHAUSTED_RETRY_CONDITION", "RETRY_ATTEMPTS"),
    }
)
"""Attributes that say why a record was put aside; a copy that goes back does not have them."""


class LetterBoxes:
    """The dead-letter queues of all families.

    Parameters
    ----------
    queues
        The address of all the stack's queues, as far as their own names.
    """

    def __init__(self, client: "SQSClient", queues: str) -> None:
        self._client = client
        self._letters = {family: f"{queues}{name}" for family, name in QUEUES.items()}

    def look(self, family: Family) -> Iterator[list[DeadLetter]]:
        """Give all letters, some at a time, until none is visible any more. They stay hidden until they are given back.

        SQS may show a letter twice, so it may come twice.
        """
        while True:
            received = self._client.receive_message(
                QueueUrl=self._letters[family],
                MaxNumberOfMessages=PER_CALL,
                WaitTimeSeconds=WAIT_SECONDS,
                VisibilityTimeout=HIDDEN_SECONDS,
                MessageAttributeNames=["All"],
                MessageSystemAttributeNames=["All"],
            ).get("Messages", [])
            if not received:
                return
            yield [_letter(family, message) for message in received]

    def give_back(self, family: Family, letters: Iterable[DeadLetter]) -> None:
        """Let others see letters again, at once."""
        for some in batched(letters, PER_CALL, strict=False):
            self._client.change_message_visibility_batch(
                QueueUrl=self._letters[family],
                Entries=[
                    {"Id": str(number), "ReceiptHandle": letter.handle, "VisibilityTimeout": 0}
                    for number, letter in enumerate(some)
                ],
            )

    def send(self, family: Family, letter: DeadLetter) -> None:
        """Send a copy to a family's queue: the same body, trace header and attributes, and the id that it had."""
        queue = self._letters[family].removesuffix("-dead-letters")
        self._client.send_message(QueueUrl=queue, MessageBody=letter.body, **letter.passed_on)

    def delete(self, family: Family, letter: DeadLetter) -> None:
        self._client.delete_message(QueueUrl=self._letters[family], ReceiptHandle=letter.handle)


def _letter(family: Family, message: "MessageTypeDef") -> DeadLetter:
    attributes, system = message.get("MessageAttributes", {}), message.get("Attributes", {})
    kept: dict[str, Any] = {
        name: {key: value for key, value in given.items() if key in {"DataType", "StringValue", "BinaryValue"}}
        for name, given in attributes.items()
        if name not in OF_THE_PUTTING_ASIDE
    }
    kept["ReplayedMessageId"] = {"DataType": "String", "StringValue": message["MessageId"]}
    passed_on: dict[str, Any] = {"MessageAttributes": kept}
    if trace := system.get("AWSTraceHeader"):
        passed_on["MessageSystemAttributes"] = {"AWSTraceHeader": {"DataType": "String", "StringValue": trace}}
    return DeadLetter(
        id=message["MessageId"],
        body=message["Body"],
        sent_at=datetime.fromtimestamp(int(system["SentTimestamp"]) / 1000, UTC),
        attributes={name: given.get("StringValue", "") for name, given in attributes.items()},
        # Our functions and EventBridge leave a reason. SQS moves to no queue of unrecognised events: no queue names it.
        was_moved_by_sqs=family is not Family.UNRECOGNISED and not (attributes.keys() & OF_THE_PUTTING_ASIDE),
        handle=message["ReceiptHandle"],
        passed_on=passed_on,
    )
