"""moto's queues as the pollers use them: without HTTP, and woken instead of asking."""

from __future__ import annotations

import base64
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.sqs.models import sqs_backends

if TYPE_CHECKING:
    import threading
    from collections.abc import Iterable

    from local.cloud.activity import Activity


@dataclass(frozen=True)
class QueueDepth:
    """How many messages a queue has: ready, being processed, and delayed."""

    visible: int
    in_flight: int
    delayed: int

    @property
    def total(self) -> int:
        """All of them."""
        return self.visible + self.in_flight + self.delayed


class Queues:
    """Reads, deletes and counts messages, under the lock that also serialises the API's calls."""

    def __init__(self, region: str, lock: threading.RLock, activity: Activity) -> None:
        self._region = region
        self._activity = activity
        self._lock: Any = lock

    @property
    def _backend(self) -> Any:
        return sqs_backends[DEFAULT_ACCOUNT_ID][self._region]

    def receive(self, queue_name: str, count: int) -> list[Any]:
        """Receive up to `count` messages; those received too often go to the dead-letter queue instead."""
        with self._lock:
            queue = self._backend.queues[queue_name]
            before = len(queue._messages)  # noqa: SLF001 - moto has no public view of hidden messages
            received: list[Any] = self._backend.receive_message(queue_name, count, 0, queue.visibility_timeout, ["All"])
            given_up = before != len(queue._messages)  # noqa: SLF001
        if given_up:
            self._activity.report()
        return received

    def wait(self, queue_name: str, timeout_seconds: float, *, paused: bool) -> None:
        """Sleep until a message comes, becomes visible, or the time has passed."""
        queue = self._backend.queues.get(queue_name)
        if queue is None:
            return
        condition = queue._messages_lock  # noqa: SLF001 - the condition that moto notifies when a message is added
        with condition:
            nap = timeout_seconds
            if not paused:
                now = time.time() * 1000
                for message in queue._messages:  # noqa: SLF001 - moto has no public view of hidden messages
                    due = max(message.visible_at, message.delayed_until)
                    nap = min(nap, (due - now) / 1000 + 0.002)
                    if nap <= 0:
                        return
            condition.wait(nap)

    def wake(self, queue_name: str) -> None:
        """Make whoever waits for the queue look again."""
        queue = self._backend.queues.get(queue_name)
        if queue is not None:
            with queue._messages_lock:  # noqa: SLF001
                queue._messages_lock.notify_all()  # noqa: SLF001

    def delete(self, queue_name: str, message_ids: Iterable[str]) -> None:
        """Delete messages in one pass: moto walks through the whole queue for each."""
        ids = set(message_ids)
        if not ids:
            return
        with self._lock:
            queue = self._backend.queues[queue_name]
            with queue._messages_lock:  # noqa: SLF001
                kept = []
                for message in queue._messages:  # noqa: SLF001
                    if message.id in ids:
                        queue.pending_messages.discard(message)
                        queue.deleted_messages.update(message.all_receipt_handles)
                    else:
                        kept.append(message)
                queue._messages = kept  # noqa: SLF001

    def shorten_invisibility(self, queue_name: str, message_ids: Iterable[str], factor: float) -> None:
        """Multiply what remains of the visibility timeout of failed messages, so that a test need not wait for it."""
        ids = set(message_ids)
        now = time.time() * 1000
        with self._lock:
            for message in self._backend.queues[queue_name]._messages:  # noqa: SLF001
                if message.id in ids and message.visible_at > now:
                    message.visible_at = now + (message.visible_at - now) * factor
        self.wake(queue_name)

    def depths(self) -> dict[str, QueueDepth]:
        """Count the messages of every queue."""
        with self._lock:
            return {
                name: QueueDepth(
                    sum(message.visible and not message.delayed for message in queue._messages),  # noqa: SLF001
                    sum(not message.visible for message in queue._messages),  # noqa: SLF001
                    sum(message.delayed for message in queue._messages),  # noqa: SLF001
                )
                for name, queue in self._backend.queues.items()
            }

    def to_record(self, queue_name: str, message: Any) -> dict[str, Any]:
        """Give a message as Lambda gives it to a handler."""
        attributes = {
            "ApproximateReceiveCount": str(message.approximate_receive_count),
            "SentTimestamp": str(message.sent_timestamp),
            "SenderId": message.sender_id,
            "ApproximateFirstReceiveTimestamp": str(message.approximate_first_receive_timestamp),
        }
        trace = (message.system_attributes or {}).get("AWSTraceHeader")
        if trace:
            attributes["AWSTraceHeader"] = trace["StringValue"]
        optional = {
            "MessageGroupId": message.group_id,
            "MessageDeduplicationId": message.deduplication_id,
            "SequenceNumber": message.sequence_number,
        }
        attributes |= {name: value for name, value in optional.items() if value is not None}
        return {
            "messageId": message.id,
            "receiptHandle": message.receipt_handle,
            "body": message.body,
            "attributes": attributes,
            "messageAttributes": {key: _attribute(value) for key, value in message.message_attributes.items()},
            "md5OfBody": message.body_md5,
            "eventSource": "aws:sqs",
            "eventSourceARN": self._backend.queues[queue_name].queue_arn,
            "awsRegion": self._region,
        }


def _attribute(value: dict[str, Any]) -> dict[str, Any]:
    result: dict[str, Any] = {"dataType": value["DataType"], "stringListValues": [], "binaryListValues": []}
    if value.get("StringValue") is not None:
        result["stringValue"] = value["StringValue"]
    if value.get("BinaryValue") is not None:
        binary = value["BinaryValue"]
        result["binaryValue"] = base64.b64encode(binary).decode() if isinstance(binary, bytes) else binary
    return result
