"""Records that can't be processed: put aside with the reason, so that nothing is lost and nothing else stops."""

import re
from typing import TYPE_CHECKING

from restoration.tracing import trace_of_copy

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

MAX_ATTRIBUTE_LENGTH = 2000
_NOT_IN_SQS = "[^\\t\\n\\r\\x20-\\ud7ff\\ue000-\\ufffd\\U00010000-\\U0010ffff]"
"""The characters that SQS refuses (its documentation names those that XML 1.0 allows), compiled for a first letter."""


class DeadLetters:
    """A function's dead-letter queue."""

    def __init__(self, client: "SQSClient", queue_url: str) -> None:
        self._client = client
        self._queue_url = queue_url

    def put(self, body: str, error: Exception, message_id: str) -> None:
        """Put a record aside with the class and text of its error, as attributes, and in the trace that it came in."""
        attributes = {
            "ErrorType": type(error).__name__,
            "ErrorReason": str(error)[:MAX_ATTRIBUTE_LENGTH] or type(error).__name__,
            "OriginalMessageId": message_id,
        }
        self._client.send_message(
            QueueUrl=self._queue_url,
            MessageBody=_acceptable(body) or " ",
            MessageAttributes={
                name: {"DataType": "String", "StringValue": _acceptable(value)} for name, value in attributes.items()
            },
            **trace_of_copy(),
        )


def _acceptable(text: str) -> str:
    return re.sub(_NOT_IN_SQS, "\N{REPLACEMENT CHARACTER}", text)
