"""Records that come again later, as delayed copies in their queue; an original is then done.

A copy, because a record that is shown again counts as received once more: in an outage the order of a customer who has
paid would come to the dead letters.

A message that is kept for the morning is a chain of copies, one every ten minutes: some sixty in a night. The
alternatives were one-off schedules of EventBridge Scheduler (a group, a role and one more service that can refuse) and
a table with a sweep (a function, an index and a schedule). Copies need nothing new, and they work:

- a delay is 15 minutes at most, and a record may be hidden for 12 hours at most, so one wait cannot last a night;
- each copy is received once, so waiting never carries a record to the dead letters;
- each copy is young, so that a kept record is not the oldest of the queue, which an alarm watches;
- a crash between sending the copy and deleting the record leaves two: a claim lets one of them act.
"""

from datetime import timedelta
from math import ceil
from typing import TYPE_CHECKING

from restoration.domain.order import LONGEST_DELAY
from restoration.tracing import trace_of_copy

if TYPE_CHECKING:
    from mypy_boto3_sqs import SQSClient

LONGEST_WAIT = timedelta(minutes=10)
"""Of a message: well below SQS's longest delay, and the age from which the queue counts as too old."""
SOONEST = timedelta(seconds=1)


class DelayedCopies:
    """Keeps copies of a queue's records. None waits for more than ``longest``, however late it is to come."""

    def __init__(self, client: "SQSClient", queue_url: str, longest: timedelta = LONGEST_DELAY) -> None:
        self._client = client
        self._queue_url = queue_url
        self._longest = longest

    def keep(self, body: str, delay: timedelta) -> None:
        """Send a copy that comes after ``delay``."""
        seconds = ceil(max(min(delay, self._longest), SOONEST).total_seconds())
        self._client.send_message(QueueUrl=self._queue_url, MessageBody=body, DelaySeconds=seconds, **trace_of_copy())
