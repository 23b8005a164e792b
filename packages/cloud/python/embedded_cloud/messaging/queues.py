"""moto's queues as the pollers use them: without HTTP, and woken instead of asking."""

from __future__ import annotations

import copy
import datetime as dt
import time
import uuid
from collections import Counter
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING, Any

from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.sqs.models import MAXIMUM_MESSAGE_DELAY, Message, SQSBackend, sqs_backends

from embedded_cloud.observability.lineage import lineage_of, with_lineage
from embedded_cloud.observability.tracing import current_trace_header
from embedded_cloud.patching import around, mending

if TYPE_CHECKING:
    import threading
    from collections.abc import Iterable
    from contextlib import AbstractContextManager

    from embedded_cloud.activity import Activity
    from embedded_cloud.clock import Clock


def patched(clock: Clock) -> AbstractContextManager[None]:
    """Make moto's queues carry trace headers and the clock's moments, and take no longer when they hold many records.

    For each record that is sent moto counts all records of the queue to read one attribute of it: that takes 4 ms for a
    queue of a thousand.
    """
    return mending((SQSBackend, "send_message", around(partial(_send_message, clock))))


def _send_message(clock: Clock, original: Any, backend: Any, queue_name: str, *args: Any, **kwargs: Any) -> Any:
    header = current_trace_header()
    given = kwargs.get("system_attributes") or {}
    if header:
        # A trace that the sender names does not hide on whose way the record is.
        named = given.get("AWSTraceHeader", {}).get("StringValue", header)
        value = {"DataType": "String", "StringValue": with_lineage(named, lineage_of(header, named))}
        kwargs["system_attributes"] = {**given, "AWSTraceHeader": value}
    queue = backend.queues.get(queue_name)
    if queue is None or int(kwargs.get("delay_seconds") or 0) > MAXIMUM_MESSAGE_DELAY:
        return original(backend, queue_name, *args, **kwargs)
    message = _send_to_queue(backend, queue, *args, **kwargs)
    message.__dict__["sent_at"] = clock.now()
    queue.__dict__["sent"] = queue.__dict__.get("sent", 0) + 1
    return message


def _send_to_queue(
    backend: Any,
    queue: Any,
    message_body: str,
    message_attributes: dict[str, Any] | None = None,
    delay_seconds: int | None = None,
    system_attributes: dict[str, Any] | None = None,
    **_: object,
) -> Any:
    """Do what moto's `send_message` does, without the checks of FIFO queues, which count every record."""
    delay = queue.delay_seconds if delay_seconds is None else int(delay_seconds)
    backend._validate_message(queue, message_body=message_body, delay_seconds=delay, group_id=None)  # noqa: SLF001
    message = Message(str(uuid.uuid4()), message_body, system_attributes)
    message.message_attributes = message_attributes or {}
    message.mark_sent(delay_seconds=delay)
    queue.add_message(message)
    return message


def _receive_from_queue(queue: Any, count: int, careless: Careless | None) -> list[Any]:
    """Do what moto's `receive_message` does, in one pass."""
    now = time.time() * 1000
    limit = queue.redrive_policy["maxReceiveCount"] if queue.dead_letter_queue and queue.redrive_policy else None
    received: list[Any] = []
    given_up: list[Any] = []
    messages = queue._messages  # noqa: SLF001 - moto has no public view of hidden messages
    for message in messages if careless is None else reversed(messages):
        if message.visible_at >= now or message.delayed_until > now:
            continue
        queue.pending_messages.discard(message)
        if limit is not None and message.approximate_receive_count >= limit:
            given_up.append(message)
            continue
        queue.pending_messages.add(message)
        message.mark_received(visibility_timeout=queue.visibility_timeout)
        if careless is not None:
            careless.repeat(message)
        received.append(copy.copy(message))
        if len(received) >= count:
            break
    for message in given_up:
        queue._messages.remove(message)  # noqa: SLF001
        queue.dead_letter_queue.add_message(message)
    return received


class Careless:
    """A standard queue that gives the newest record first, and each to the next caller as well: twice in all.

    A record that is sent again, as a delayed copy, is the second of those that it was copied from.

    Attributes
    ----------
    repeated
        The bodies of the records that came twice.
    """

    def __init__(self) -> None:
        self.repeated: set[str] = set()

    def repeat(self, message: Any) -> None:
        """Let a record that was received for the first time be received at once again."""
        if message.body not in self.repeated:
            self.repeated.add(message.body)
            message.visible_at = 0
            message.__dict__["due_again"] = True


def _is_due_again(message: Any) -> bool:
    return "due_again" in message.__dict__ and message.approximate_receive_count == 1


def _sent_at(message: Any) -> dt.datetime:
    """Give when a record was sent, by the cloud's clock; moto knows it by the machine's."""
    return message.__dict__.get("sent_at") or dt.datetime.fromtimestamp(message.sent_timestamp / 1000, tz=dt.UTC)


def _age_of(message: Any, now: dt.datetime, on_the_machine: float) -> float:
    """Give the age of a record in seconds. A delay passes by the machine's clock, however far the cloud's was moved."""
    if message.delayed_until > on_the_machine:
        return float(on_the_machine - message.sent_timestamp) / 1000
    return (now - _sent_at(message)).total_seconds()


def _depth_of(queue: Any, now: float) -> QueueDepth:
    delays = [message.delayed_until - now for message in queue._messages if message.delayed_until > now]  # noqa: SLF001
    in_flight = sum(message.visible_at >= now for message in queue._messages)  # noqa: SLF001
    visible = len(queue._messages) - len(delays) - in_flight  # noqa: SLF001
    return QueueDepth(visible, in_flight, len(delays), sum(delay > RESTS_MILLISECONDS for delay in delays))


RESTS_MILLISECONDS = 60_000
"""A record that is delayed for longer rests, as an execution does in a Wait state."""


@dataclass(frozen=True)
class QueueDepth:
    """The number of records in a queue: ready, being processed, and delayed, some of them for more than a minute."""

    visible: int
    in_flight: int
    delayed: int
    resting: int

    @property
    def total(self) -> int:
        """All of them."""
        return self.visible + self.in_flight + self.delayed

    @property
    def going_on(self) -> int:
        """All but those that rest."""
        return self.total - self.resting


class Queues:
    """Reads, deletes and counts records, under the lock that also serialises the API's calls.

    Attributes
    ----------
    careless : dict[str, Careless]
        By their names, queues that do no more than SQS promises.
    """

    def __init__(self, region: str, lock: threading.RLock, activity: Activity, clock: Clock) -> None:
        self._clock = clock
        self._region = region
        self._activity = activity
        self._lock: Any = lock
        self.careless: dict[str, Careless] = {}

    @property
    def _backend(self) -> Any:
        return sqs_backends[DEFAULT_ACCOUNT_ID][self._region]

    def receive(self, queue_name: str, count: int) -> list[Any]:
        """Receive up to `count` records; those received too often go to the dead-letter queue instead."""
        with self._lock:
            queue = self._backend.queues[queue_name]
            before = len(queue._messages)  # noqa: SLF001 - moto has no public view of hidden messages
            received = _receive_from_queue(queue, count, self.careless.get(queue_name))
            given_up = before != len(queue._messages)  # noqa: SLF001
        if given_up:
            self._activity.report()
        return received

    def wait(self, queue_name: str, timeout_seconds: float, *, paused: bool) -> None:
        """Sleep until a record comes, becomes visible, or the time has passed."""
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
        """Make the threads that wait for the queue look again."""
        queue = self._backend.queues.get(queue_name)
        if queue is not None:
            with queue._messages_lock:  # noqa: SLF001
                queue._messages_lock.notify_all()  # noqa: SLF001

    def delete(self, queue_name: str, message_ids: Iterable[str]) -> None:
        """Delete records in one pass: moto walks through the whole queue for each."""
        ids = set(message_ids)
        if not ids:
            return
        with self._lock:
            queue = self._backend.queues[queue_name]
            with queue._messages_lock:  # noqa: SLF001
                kept = []
                for message in queue._messages:  # noqa: SLF001
                    if message.id in ids and not _is_due_again(message):
                        queue.pending_messages.discard(message)
                        queue.deleted_messages.update(message.all_receipt_handles)
                    else:
                        kept.append(message)
                queue._messages = kept  # noqa: SLF001

    def shorten_invisibility(self, queue_name: str, message_ids: Iterable[str], factor: float) -> None:
        """Multiply what remains of the visibility timeout of failed records, so that a test need not wait for it."""
        ids = set(message_ids)
        now = time.time() * 1000
        with self._lock:
            for message in self._backend.queues[queue_name]._messages:  # noqa: SLF001
                if message.id in ids and message.visible_at > now:
                    message.visible_at = now + (message.visible_at - now) * factor
        self.wake(queue_name)

    def depths(self, ends: tuple[str, ...] = ("",)) -> dict[str, QueueDepth]:
        """Count the records of every queue whose name has one of these ends."""
        now = time.time() * 1000
        with self._lock:
            return {name: _depth_of(it, now) for name, it in self._backend.queues.items() if name.endswith(ends)}

    def ages(self) -> dict[str, float]:
        """Give the age in seconds of the oldest record of every queue, by the cloud's clock; 0 where there is none."""
        now, on_the_machine = self._clock.now(), time.time() * 1000
        with self._lock:
            return {
                name: max((_age_of(message, now, on_the_machine) for message in queue._messages), default=0.0)  # noqa: SLF001
                for name, queue in self._backend.queues.items()
            }

    def take_sent(self) -> Counter[str]:
        """Count the records that were sent to each queue since the last call."""
        with self._lock:
            return Counter({name: queue.__dict__.pop("sent", 0) for name, queue in self._backend.queues.items()})

    def bodies(self, queue_name: str) -> list[str]:
        """Give the bodies of the records in a queue, ready or being processed; delayed ones are left out."""
        now = time.time() * 1000
        with self._lock:
            messages = self._backend.queues[queue_name]._messages  # noqa: SLF001 - moto has no public view of hidden messages
            return [message.body for message in messages if message.delayed_until <= now]

    def to_record(self, queue_name: str, message: Any) -> dict[str, Any]:
        """Return a record as Lambda gives it to a handler."""
        attributes = {
            "ApproximateReceiveCount": str(message.approximate_receive_count),
            "SentTimestamp": str(message.sent_timestamp),
            "SenderId": message.sender_id,
            "ApproximateFirstReceiveTimestamp": str(message.approximate_first_receive_timestamp),
        }
        trace = (message.system_attributes or {}).get("AWSTraceHeader")
        if trace:
            attributes["AWSTraceHeader"] = trace["StringValue"]
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
    """Give an attribute of a record, of text or a number."""
    return {
        "dataType": value["DataType"],
        "stringListValues": [],
        "binaryListValues": [],
        "stringValue": value["StringValue"],
    }
