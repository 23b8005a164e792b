"""SQS's message move tasks, which moto does not have: records leave a dead-letter queue, at a rate, in the background.

https://docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_StartMessageMoveTask.html
"""

from __future__ import annotations

import base64
import json
import threading
import time
import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from moto.core.models import DEFAULT_ACCOUNT_ID
from moto.sqs.models import sqs_backends

from local.cloud.backends.operations import Operation, RefusedError, serve
from local.cloud.messaging.queues import source_of

if TYPE_CHECKING:
    from local.cloud.activity import Activity
    from local.cloud.backends.protocol import AwsRequest, AwsResponse

FASTEST = 500
"""Records a second: AWS takes no more, and chooses at most so many by itself."""
LONGEST_LIST = 10


@dataclass
class MoveTask:
    """One task, whether it runs or has ended."""

    source: str
    destination: str
    rate: int | None
    to_move: int
    handle: str
    started_ms: int = field(default_factory=lambda: int(time.time() * 1000))
    status: str = "RUNNING"
    moved: int = 0
    failure: str = ""
    cancelled: threading.Event = field(default_factory=threading.Event)


class MoveTasks:
    """An interceptor for the dispatcher: it serves the three operations, and leaves SQS's others to moto."""

    def __init__(self, region: str, lock: threading.RLock, activity: Activity) -> None:
        self._region = region
        self._lock: Any = lock
        self._activity = activity
        self._tasks: list[MoveTask] = []
        self._threads: list[threading.Thread] = []
        self._operations: dict[str, Operation] = {
            "StartMessageMoveTask": self._start,
            "ListMessageMoveTasks": self._list,
            "CancelMessageMoveTask": self._cancel,
        }

    def __call__(self, request: AwsRequest) -> AwsResponse | None:
        """Serve one of the operations; None for any other."""
        operation = self._operations.get(request.action) if request.service == "sqs" else None
        return serve(operation, request)

    def stop(self) -> None:
        """Cancel what still runs, and wait for its end."""
        for task in self._tasks:
            task.cancelled.set()
        for thread in self._threads:
            thread.join(5)

    def _start(self, parameters: dict[str, Any]) -> dict[str, Any]:
        source, destination = parameters["SourceArn"], parameters.get("DestinationArn", "")
        rate = parameters.get("MaxNumberOfMessagesPerSecond")
        if rate is not None and not 0 < int(rate) <= FASTEST:
            raise RefusedError("InvalidParameterValue", f"MaxNumberOfMessagesPerSecond must be from 1 to {FASTEST}")
        with self._lock:
            queue = self._queue(source)
            if all(queue is not other.dead_letter_queue for other in self._backend.queues.values()):
                raise RefusedError("InvalidParameterValue", "Source queue must be configured as a Dead Letter Queue.")
            if destination:
                self._queue(destination)
            if any(task.source == source and task.status in {"RUNNING", "CANCELLING"} for task in self._tasks):
                raise RefusedError(
                    "AWS.SimpleQueueService.UnsupportedOperation",
                    "There is already a task running. Only one active task is allowed for a source queue arn.",
                )
            identity = {"taskId": str(uuid.uuid4()), "sourceArn": source}
            handle = base64.b64encode(json.dumps(identity).encode()).decode()
            task = MoveTask(source, destination, int(rate) if rate else None, len(queue._messages), handle)  # noqa: SLF001 - moto has no public view
            self._tasks.append(task)
            thread = threading.Thread(target=self._run, args=(task,), name="move-task", daemon=True)
            self._threads.append(thread)
        thread.start()
        return {"TaskHandle": handle}

    def _list(self, parameters: dict[str, Any]) -> dict[str, Any]:
        self._queue(parameters["SourceArn"])
        count = min(int(parameters.get("MaxResults") or 1), LONGEST_LIST)
        newest = [task for task in reversed(self._tasks) if task.source == parameters["SourceArn"]]
        return {"Results": [_described(task) for task in newest[:count]]}

    def _cancel(self, parameters: dict[str, Any]) -> dict[str, Any]:
        handle = parameters["TaskHandle"]
        with self._lock:
            task = next((it for it in self._tasks if it.handle == handle and it.status == "RUNNING"), None)
            if task is None:
                raise RefusedError("ResourceNotFoundException", "The task handle does not name a task that runs.")
            task.status = "CANCELLING"
            task.cancelled.set()
        return {"ApproximateNumberOfMessagesMoved": task.moved}

    def _run(self, task: MoveTask) -> None:
        """Move the records that are there, those that are being looked at last."""
        pause = 0.0 if task.rate is None else 1 / task.rate
        try:
            while not task.cancelled.is_set() and self._move_one(task):
                self._activity.report()
                task.cancelled.wait(pause)
        except RefusedError as error:
            task.failure = error.code
        with self._lock:
            if task.failure:
                task.status = "FAILED"
            else:
                task.status = "CANCELLED" if task.cancelled.is_set() else "COMPLETED"
        self._activity.report()

    def _move_one(self, task: MoveTask) -> bool:
        now = time.time() * 1000
        with self._lock:
            queue = self._queue(task.source)
            with queue._messages_lock:  # noqa: SLF001
                found = next((it for it in queue._messages if it.visible_at < now), None)  # noqa: SLF001
                if found is None or task.moved >= task.to_move:
                    return False
                destination = task.destination or source_of(found)
                if not destination:
                    raise RefusedError("CouldNotDetermineMessageSource", "No queue is known from which it came.")
                self._queue(destination)
                queue._messages.remove(found)  # noqa: SLF001
            self._backend.send_message(
                destination.rpartition(":")[2], found.body, message_attributes=dict(found.message_attributes)
            )
            task.moved += 1
        return True

    @property
    def _backend(self) -> Any:
        return sqs_backends[DEFAULT_ACCOUNT_ID][self._region]

    def _queue(self, arn: str) -> Any:
        queue = self._backend.queues.get(arn.rpartition(":")[2])
        if queue is None:
            raise RefusedError("ResourceNotFoundException", "The resource that you specified doesn't exist.")
        return queue


def _described(task: MoveTask) -> dict[str, Any]:
    result = {
        "Status": task.status,
        "SourceArn": task.source,
        "ApproximateNumberOfMessagesMoved": task.moved,
        "ApproximateNumberOfMessagesToMove": task.to_move,
        "StartedTimestamp": task.started_ms,
    }
    if task.status == "RUNNING":
        result["TaskHandle"] = task.handle
    if task.destination:
        result["DestinationArn"] = task.destination
    if task.rate is not None:
        result["MaxNumberOfMessagesPerSecond"] = task.rate
    if task.failure:
        result["FailureReason"] = task.failure
    return result
