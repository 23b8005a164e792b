"""What AWS's services measure of themselves, as far as alarms look at it.

- https://docs.aws.amazon.com/AWSSimpleQueueService/latest/SQSDeveloperGuide/sqs-available-cloudwatch-metrics.html
- https://docs.aws.amazon.com/step-functions/latest/dg/procedure-cw-metrics.html
"""

from __future__ import annotations

import threading
from collections import Counter
from typing import TYPE_CHECKING

from embedded_cloud.execution import RUNNING

if TYPE_CHECKING:
    from collections.abc import Callable

    from embedded_cloud.clock import Clock
    from embedded_cloud.execution import Execution
    from embedded_cloud.messaging.queues import Queues
    from embedded_cloud.metrics import MetricStore

ACTIVE_MINUTES = 6 * 60
"""SQS measures a queue for six hours after it held a record or somebody asked it for one."""

ENDS = {
    "SUCCEEDED": "ExecutionsSucceeded",
    "FAILED": "ExecutionsFailed",
    "TIMED_OUT": "ExecutionsTimedOut",
    "ABORTED": "ExecutionsAborted",
}


class QueueMetrics:
    """Measures the queues, at the end of each minute."""

    def __init__(self, metrics: MetricStore, clock: Clock, queues: Queues, polled: Callable[[], set[str]]) -> None:
        self._metrics = metrics
        self._clock = clock
        self._queues = queues
        self._polled = polled
        self._active: dict[str, int] = {}

    def measure(self) -> None:
        """Measure every queue that is in use."""
        sent = self._queues.take_sent()
        polled, ages, minute = self._polled(), self._queues.ages(), self._clock.minute
        for name, depth in self._queues.depths().items():
            if depth.total or sent[name] or name in polled:
                self._active[name] = minute
            if minute - self._active.get(name, minute - ACTIVE_MINUTES) >= ACTIVE_MINUTES:
                continue
            values = {
                "ApproximateNumberOfMessagesVisible": depth.visible,
                "ApproximateAgeOfOldestMessage": ages[name],
                "NumberOfMessagesSent": sent[name],
            }
            self._metrics.put("AWS/SQS", values, {"QueueName": name})


class ExecutionMetrics:
    """Measures executions, as they begin and end."""

    def __init__(self, metrics: MetricStore) -> None:
        self._metrics = metrics
        self._lock = threading.Lock()
        self._begun: set[str] = set()
        self._ended: Counter[str] = Counter()

    def hear(self, execution: Execution) -> None:
        """Take note of something that happened to an execution; a listener of `Subscriptions`."""
        with self._lock:
            is_new = execution.arn not in self._begun
            self._begun.add(execution.arn)
            # A redriven execution ends once more.
            has_ended = execution.status != RUNNING and self._ended[execution.arn] <= execution.redrives
            self._ended[execution.arn] += has_ended
        if is_new:
            self._count(execution, "ExecutionsStarted")
        if has_ended:
            self._count(execution, ENDS[execution.status])

    def _count(self, execution: Execution, name: str) -> None:
        machine = execution.arn.replace(":execution:", ":stateMachine:").rpartition(":")[0]
        self._metrics.put("AWS/States", {name: 1}, {"StateMachineArn": machine})
