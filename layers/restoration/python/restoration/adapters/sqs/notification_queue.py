"""The ``notifications`` queue: copies of records that come again later.

A kept record is a chain of delayed copies, one every ten minutes, until its time has come: some sixty in a night. The
alternatives were one-off schedules of EventBridge Scheduler (a group, a role and one more service that can refuse) and
a table with a sweep (a function, an index and a schedule). Copies need nothing new, and they work:

- a delay is 15 minutes at most, and a record may be hidden for 12 hours at most, so one wait cannot last a night;
- each copy is received once, so waiting never carries a record to the dead letters;
- each copy is young, so that a kept record is not the oldest of the queue, which an alarm watches;
- a crash between sending the copy and deleting the record leaves two: the claim lets one of them send.
"""

from datetime import timedelta
from math import ceil
from typing import TYPE_CHECKING

from restoration.tracing import trace_of_copy

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

LONGEST_WAIT = timedelta(minutes=10)
"""Well below 15 minutes, which is SQS's longest delay, and the age from which the queue counts as too old."""


class NotificationQueue:
    """Keeps copies of records."""

    def __init__(self, client: "SQSClient", queue_url: str) -> None:
        self._client = client
        self._queue_url = queue_url

    def keep(self, body: str, delay: timedelta) -> None:
        """Send a copy that comes after ``delay``, or after ten minutes if that is sooner; its original is then done."""
        seconds = ceil(max(min(delay, LONGEST_WAIT), timedelta()).total_seconds())
        self._client.send_message(QueueUrl=self._queue_url, MessageBody=body, DelaySeconds=seconds, **trace_of_copy())
