"""The ``enedis-orders`` queue: putting a message back for later."""

from datetime import timedelta
from math import ceil
from typing import TYPE_CHECKING

from restoration.domain.order import LONGEST_DELAY

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

LONGEST_DELAY_SECONDS = int(LONGEST_DELAY.total_seconds())


class OrderQueue:
    """Puts messages back for later."""

    def __init__(self, client: "SQSClient", queue_url: str) -> None:
        self._client = client
        self._queue_url = queue_url

    def put_back(self, body: str, delay: timedelta) -> None:
        """Send a delayed copy of a message; its original is then acknowledged.

        A copy, because a message shown again counts as received once more, and an outage would carry a paid customer
        to the dead-letter queue. The delay is at least one second and at most what SQS knows.
        """
        seconds = min(max(ceil(delay.total_seconds()), 1), LONGEST_DELAY_SECONDS)
        self._client.send_message(QueueUrl=self._queue_url, MessageBody=body, DelaySeconds=seconds)
