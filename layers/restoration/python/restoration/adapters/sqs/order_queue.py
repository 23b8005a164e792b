"""The queues of orders: putting a record back for later."""

from datetime import timedelta
from math import ceil
from typing import TYPE_CHECKING

from restoration.domain.order import LONGEST_DELAY
from restoration.tracing import trace_of_copy

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

LONGEST_DELAY_SECONDS = int(LONGEST_DELAY.total_seconds())


class OrderQueue:
    """Puts records back for later."""

    def __init__(self, client: "SQSClient", queue_url: str) -> None:
        self._client = client
        self._queue_url = queue_url

    def put_back(self, body: str, delay: timedelta) -> None:
        """Send a delayed copy of a record; its original is then acknowledged.

        A copy, because a record that is shown again counts as received once more, and an outage would carry the order
        of a customer who has paid to the dead-letter queue. The delay is at least one second, at most SQS's longest.
        """
        seconds = min(max(ceil(delay.total_seconds()), 1), LONGEST_DELAY_SECONDS)
        self._client.send_message(QueueUrl=self._queue_url, MessageBody=body, DelaySeconds=seconds, **trace_of_copy())
