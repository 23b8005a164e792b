"""Records kept for later: young copies, received once each."""

from datetime import timedelta
from typing import Any

import pytest

from restoration.adapters.sqs.notification_queue import NotificationQueue
from tests.integration.adapters.recording import Front


@pytest.mark.parametrize(
    ("delay", "seconds"),
    [
        (timedelta(hours=11), 600),
        (timedelta(minutes=10), 600),
        (timedelta(seconds=4.2), 5),
        (timedelta(), 0),
        (timedelta(seconds=-3), 0),
    ],
)
def test_a_copy_comes_when_its_time_has_come_or_in_ten_minutes(sqs: Any, delay: timedelta, seconds: int) -> None:
    front: Any = Front(sqs)
    url = sqs.create_queue(QueueName="notifications")["QueueUrl"]
    NotificationQueue(front, url).keep('{"detail-type": "PowerRestored"}', delay)
    ((_, sent),) = front.calls
    assert sent == {"QueueUrl": url, "MessageBody": '{"detail-type": "PowerRestored"}', "DelaySeconds": seconds}
