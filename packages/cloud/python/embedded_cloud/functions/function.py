"""One function, with its bounded set of warm workers."""

from __future__ import annotations

import threading
import time
from collections import Counter
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import partial
from typing import TYPE_CHECKING

from embedded_cloud.errors import LambdaError, PayloadTooLargeError, RecursiveInvocationError, ThrottledError
from embedded_cloud.functions.invocation import MAX_PAYLOAD_BYTES, Invocation
from embedded_cloud.functions.segments import InvocationTrace
from embedded_cloud.observability.lineage import MOST_ROUNDS, lineage_of, mark_of, with_lineage
from embedded_cloud.observability.tracing import complete_trace_header
from embedded_cloud.subscriptions import Hooks

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from embedded_cloud.activity import Activity
    from embedded_cloud.functions.configuration import FunctionConfiguration
    from embedded_cloud.functions.sandbox import Sandbox
    from embedded_cloud.functions.segments import Write
    from embedded_cloud.metrics import MetricStore


@dataclass(kw_only=True)
class Function:
    """A function: invocations wait for a free worker, workers are started when they are first needed."""

    configuration: FunctionConfiguration
    start_sandbox: Callable[[FunctionConfiguration], Sandbox]
    max_workers: int
    activity: Activity
    metrics: MetricStore
    write_segment: Write
    wrappers: Hooks[Callable[[bytes, Callable[[], bytes]], bytes]] = field(default_factory=Hooks)
    """They stand around each invocation: each is given the payload, and what runs the handler."""
    in_flight: int = 0
    _condition: threading.Condition = field(default_factory=threading.Condition)
    _idle: list[Sandbox] = field(default_factory=list)
    _all: set[Sandbox] = field(default_factory=set)
    _lent: int = 0
    _stopped: bool = False

    def invoke(
        self,
        payload: bytes,
        trace_header: str | None = None,
        linked: Sequence[str] = (),
    ) -> bytes:
        """Run the handler, and return its result.

        Parameters
        ----------
        linked
            The trace headers of the records in the payload: their traces are linked to the invocation's own.

        Raises
        ------
        LambdaError
            When the handler raised, ran out of time or ended its process.
        ThrottledError
            When the function's reserved concurrency is used up.
        PayloadTooLargeError
            When the payload is over 6 MB.
        RecursiveInvocationError
            When the function went round in a loop.
        """
        if self.goes_round(trace_header):
            raise RecursiveInvocationError(
                "Lambda has detected your function being invoked in a recursive loop with other Amazon Web Services "
                "resources and stopped your function's invocation."
            )
        if len(payload) > MAX_PAYLOAD_BYTES:
            raise PayloadTooLargeError(
                f"{len(payload)} byte payload is too large for the Invoke operation (limit 6291456)"
            )
        go_on = partial(self._run, payload, trace_header, linked)
        for wrapper in list(self.wrappers):
            go_on = partial(wrapper, payload, go_on)
        return self._measured(go_on)

    def _measured(self, go_on: Callable[[], bytes]) -> bytes:
        """Measure an invocation as it ends: https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html."""
        began, outcome = time.monotonic(), {"Invocations": 1, "Errors": 0, "Throttles": 0}
        try:
            return go_on()
        except ThrottledError:
            outcome = {"Throttles": 1}
            raise
        except LambdaError:
            outcome["Errors"] = 1
            raise
        finally:
            ran = {"Duration": (time.monotonic() - began) * 1000, "ConcurrentExecutions": self.in_flight + 1}
            values = {**outcome, **(ran if "Invocations" in outcome else {})}
            self.metrics.put("AWS/Lambda", values, {"FunctionName": self.configuration.name})

    def _run(self, payload: bytes, trace_header: str | None, linked: Sequence[str]) -> bytes:
        trace = InvocationTrace(self.configuration, complete_trace_header(trace_header), linked, self.write_segment)
        times = lineage_of(trace_header, *linked) + Counter([mark_of(self.configuration.arn)])
        invocation = Invocation(payload, with_lineage(trace.worker_header, times), 0)
        timeout = self.configuration.timeout_seconds
        with trace.whole(), self._counted():
            with self._borrowed() as sandbox:
                if sandbox.becomes_ready():
                    with trace.running(invocation.request_id):
                        return sandbox.run(invocation, timeout)
            # A worker that took too long is begun again, as a part of the invocation.
            began = time.monotonic()
            with self._borrowed() as sandbox, trace.running(invocation.request_id):
                if not sandbox.becomes_ready(timeout):
                    raise invocation.time_out(timeout)
                return sandbox.run(invocation, timeout - (time.monotonic() - began))

    def goes_round(self, *trace_headers: str | None) -> bool:
        """Whether it was invoked so often on the way here that Lambda would not invoke it once more."""
        times = lineage_of(*trace_headers)[mark_of(self.configuration.arn)]
        return times >= MOST_ROUNDS and not self.configuration.may_recurse

    def change(self, configuration: FunctionConfiguration, max_workers: int) -> None:
        """Begin each invocation from now on in a worker of another configuration."""
        with self._condition:
            self.configuration, self.max_workers = configuration, max_workers
            self._condition.notify_all()

    def stop(self) -> None:
        """End all workers."""
        with self._condition:
            self._stopped = True
            sandboxes = list(self._all)
            self._all.clear()
            self._idle.clear()
            self._condition.notify_all()
        for sandbox in sandboxes:
            sandbox.kill()
        for sandbox in sandboxes:
            sandbox.join()

    def worker_pids(self) -> list[int]:
        """Process ids of the workers there are."""
        with self._condition:
            return [sandbox.pid for sandbox in self._all]

    def warm_up(self) -> None:
        """Start one worker ahead of the first invocation."""
        if not self.worker_pids():
            with suppress(LambdaError), self._borrowed() as sandbox:  # the cloud may have stopped meanwhile
                sandbox.becomes_ready()

    @contextmanager
    def _counted(self) -> Iterator[None]:
        reserved = self.configuration.reserved_concurrency
        with self._condition:
            if reserved is not None and self.in_flight >= reserved:
                raise ThrottledError("Rate Exceeded.")
            self.in_flight += 1
        self.activity.report()
        try:
            yield
        finally:
            with self._condition:
                self.in_flight -= 1
            self.activity.report()

    @contextmanager
    def _borrowed(self) -> Iterator[Sandbox]:
        with self._condition:
            self._condition.wait_for(lambda: self._stopped or self._lent < self.max_workers)
            if self._stopped:
                raise LambdaError("Sandbox.Stopped", "the embedded cloud has stopped", b"{}")
            self._lent += 1
        sandbox: Sandbox | None = None
        try:
            sandbox = self._worker()
            yield sandbox
        finally:
            with self._condition:
                self._lent -= 1
                if sandbox is not None:
                    self._idle.append(sandbox)
                self._condition.notify()

    def _worker(self) -> Sandbox:
        """Give an idle worker of today's configuration, or start one."""
        with self._condition:
            while self._idle:
                sandbox = self._idle.pop()
                if sandbox.alive and sandbox.configuration is self.configuration:
                    return sandbox
                self._all.discard(sandbox)
                if sandbox.alive:
                    sandbox.kill()
        sandbox = self.start_sandbox(self.configuration)
        with self._condition:
            self._all.add(sandbox)
            has_stopped = self._stopped
        if has_stopped:
            sandbox.kill()
        return sandbox
