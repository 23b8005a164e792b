"""Event source mappings: each reads records from a queue, and hands them to a function in batches."""

from __future__ import annotations

import json
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from uuid import NAMESPACE_URL, uuid5

from embedded_cloud.errors import LambdaError, PayloadTooLargeError, ThrottledError
from embedded_cloud.messaging.queues import Queues
from embedded_cloud.rights.policies import Call
from embedded_cloud.rights.principals import session_of

if TYPE_CHECKING:
    from embedded_cloud.activity import Activity
    from embedded_cloud.functions.function import Function
    from embedded_cloud.functions.functions import Functions
    from embedded_cloud.rights.rights import Rights

STANDARD_POLLERS = 5
"""Lambda begins with five concurrent batches for a mapping."""

POLLING = ("sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:GetQueueAttributes")
"""What Lambda does to a queue in the role of the function.

https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-configure.html
"""

MAX_NAP_SECONDS = 1.0
"""A record made visible through the API wakes nobody, so a poller looks at least this often."""


@dataclass(frozen=True)
class MappingConfiguration:
    """What the template says of an event source mapping from SQS."""

    logical_id: str
    queue_arn: str
    function_name: str
    batch_size: int = 10
    report_batch_item_failures: bool = False
    maximum_concurrency: int | None = None
    enabled: bool = True

    @property
    def queue_name(self) -> str:
        """The queue's name."""
        return self.queue_arn.rpartition(":")[2]

    @property
    def uuid(self) -> str:
        """What Lambda's API knows it by: the same in each run."""
        return str(uuid5(NAMESPACE_URL, f"{self.queue_arn} {self.function_name}"))


@dataclass(kw_only=True)
class Poller:
    """One mapping: a thread that collects batches, and a thread for each batch in progress."""

    configuration: MappingConfiguration
    function: Function
    queues: Queues
    activity: Activity
    rights: Rights
    pace: float
    _stopping: threading.Event = field(default_factory=threading.Event)
    _in_progress: list[threading.Thread] = field(default_factory=list)

    def __post_init__(self) -> None:
        configuration = self.configuration
        self._principal = session_of(self.function.configuration.role_arn, "AWSLambda")
        limit = min(configuration.maximum_concurrency or STANDARD_POLLERS, self.function.max_workers)
        self._free = threading.Semaphore(limit)
        self._enabled = configuration.enabled
        self._thread = threading.Thread(target=self._run, name=f"poller-{configuration.logical_id}", daemon=True)

    @property
    def enabled(self) -> bool:
        """Whether it reads records; a paused one leaves them in the queue."""
        return self._enabled

    @enabled.setter
    def enabled(self, value: bool) -> None:
        self._enabled = value
        self.queues.wake(self.configuration.queue_name)

    def check_rights(self) -> None:
        """Make sure that the function's role may read the queue, as Lambda does when a mapping is created.

        Raises
        ------
        AccessDeniedError
            When it may not.
        """
        for action in POLLING:
            self._require(action)

    def _require(self, action: str) -> None:
        self.rights.require(self._principal, Call(action, self.configuration.queue_arn))

    def start(self) -> None:
        """Begin to poll, unless it does."""
        if self._thread.ident is None:
            self._thread.start()

    def stop(self) -> None:
        """Read no more records; a batch in progress ends with its function."""
        self._stopping.set()
        self.queues.wake(self.configuration.queue_name)
        self._free.release()

    def join(self) -> None:
        """Wait until the poller's thread and its batches have ended."""
        for thread in (self._thread, *self._in_progress):
            if thread.is_alive():
                thread.join(5)

    def _run(self) -> None:
        while not self._stopping.is_set():
            self._free.acquire()
            batch = self._collect()
            if not batch:
                self._free.release()
                continue
            name = f"batch-{self.configuration.logical_id}"
            thread = threading.Thread(target=self._process, args=(batch,), name=name, daemon=True)
            self._in_progress = [item for item in self._in_progress if item.is_alive()]
            thread.start()
            self._in_progress.append(thread)

    def _collect(self) -> list[Any]:
        """Wait for records, and give those that are there."""
        queue = self.configuration.queue_name
        while not self._stopping.is_set():
            if self._enabled:
                self._require("sqs:ReceiveMessage")
                if batch := self.queues.receive(queue, self.configuration.batch_size):
                    return batch
            self.queues.wait(queue, MAX_NAP_SECONDS, paused=not self._enabled)
        return []

    def _process(self, batch: list[Any]) -> None:
        records = [self.queues.to_record(self.configuration.queue_name, message) for message in batch]
        # Those that have gone round are not handled: received too often, they come to the dead letters.
        handled = [each for each in records if not self.function.goes_round(_trace_of(each))]
        failed = {message.id for message in batch}
        try:
            if handled:
                linked = list(dict.fromkeys(header for header in map(_trace_of, handled) if header))
                answer = self.function.invoke(json.dumps({"Records": handled}).encode(), linked=linked)
                ids = {record["messageId"] for record in handled}
                failed = (failed - ids) | self._failed_ids(answer, ids)
        except (LambdaError, ThrottledError, PayloadTooLargeError):
            pass  # all of them have failed
        finally:
            self._free.release()
        queue = self.configuration.queue_name
        if len(failed) < len(batch):
            self._require("sqs:DeleteMessage")
        self.queues.delete(queue, [message.id for message in batch if message.id not in failed])
        if failed and self.pace != 1.0:
            self.queues.shorten_invisibility(queue, failed, self.pace)
        self.activity.report()

    def _failed_ids(self, answer: bytes, ids: set[str]) -> set[str]:
        """Read a partial batch response; one that makes no sense fails the whole batch, as on Lambda.

        https://docs.aws.amazon.com/lambda/latest/dg/services-sqs-errorhandling.html
        """
        if not self.configuration.report_batch_item_failures:
            return set()
        try:
            document = json.loads(answer)
            failures = (document or {}).get("batchItemFailures") or []
            failed = {failure["itemIdentifier"] for failure in failures}
        except (ValueError, AttributeError, KeyError, TypeError):
            return ids
        return min(failed, ids)


def _trace_of(record: dict[str, Any]) -> str | None:
    header: str | None = record["attributes"].get("AWSTraceHeader")
    return header


class Pollers:
    """All mappings."""

    def __init__(self, functions: Functions, queues: Queues, activity: Activity, rights: Rights, pace: float) -> None:
        self._functions = functions
        self._rights = rights
        self._queues = queues
        self._activity = activity
        self._pace = pace
        self._pollers: dict[str, Poller] = {}

    def put(self, configuration: MappingConfiguration) -> None:
        """Make a mapping known, in place of one of the same id; it polls once `start` was called."""
        poller = Poller(
            configuration=configuration,
            function=self._functions.named(configuration.function_name),
            queues=self._queues,
            activity=self._activity,
            rights=self._rights,
            pace=self._pace,
        )
        poller.check_rights()
        if configuration.uuid in self._pollers:
            self._pollers[configuration.uuid].stop()
        # Others go through the mappings meanwhile.
        self._pollers = {**self._pollers, configuration.uuid: poller}

    def remove(self, uuid: str) -> None:
        """Stop a mapping and forget it; a batch in progress ends first."""
        poller = self._pollers[uuid]
        self._pollers = {key: each for key, each in self._pollers.items() if key != uuid}
        poller.stop()
        poller.join()

    def start(self) -> None:
        """Begin to poll every queue that has a mapping, if nobody does yet."""
        for poller in self._pollers.values():
            poller.start()

    def stop(self) -> None:
        """Stop them all."""
        for poller in self._pollers.values():
            poller.stop()

    def join(self) -> None:
        """Wait until they all have stopped."""
        for poller in self._pollers.values():
            poller.join()

    def all(self) -> list[Poller]:
        """Give every mapping, in the order of the templates."""
        return list(self._pollers.values())

    def of_queue(self, queue_name: str) -> list[Poller]:
        """Give the mappings that read from a queue."""
        return [item for item in self._pollers.values() if item.configuration.queue_name == queue_name]

    def polled_queues(self) -> set[str]:
        """Names of the queues that somebody reads from."""
        return {item.configuration.queue_name for item in self._pollers.values() if item.enabled}
