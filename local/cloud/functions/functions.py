"""The template's functions: each with its bounded set of warm workers."""

from __future__ import annotations

import queue
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from functools import partial
from typing import TYPE_CHECKING

from local.cloud.errors import CloudError, LambdaError, PayloadTooLargeError, ThrottledError
from local.cloud.functions.processes import Start, WorkerProcesses
from local.cloud.functions.sandbox import MAX_PAYLOAD_BYTES, FunctionConfiguration, Invocation, Sandbox
from local.cloud.observability.tracing import complete_trace_header

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from local.cloud.activity import Activity
    from local.cloud.functions.layers import LayerCache
    from local.cloud.functions.processes import WorkerProcess
    from local.cloud.observability.logs import LogStore

ASYNC_ATTEMPTS = 3
"""Lambda tries an asynchronous invocation three times. It waits a minute or two between; here nobody waits."""

DEFAULT_WORKERS = 2


class Function:
    """One function: invocations wait for a free worker, workers are started when they are first needed."""

    def __init__(
        self,
        configuration: FunctionConfiguration,
        *,
        start_sandbox: Callable[[FunctionConfiguration], Sandbox],
        max_workers: int,
        activity: Activity,
    ) -> None:
        self.configuration = configuration
        self.max_workers = max_workers
        self._start_sandbox = start_sandbox
        self._activity = activity
        self._condition = threading.Condition()
        self._idle: list[Sandbox] = []
        self._all: set[Sandbox] = set()
        self._starting = 0
        self._stopped = False
        self._wrappers: list[Callable[[bytes, Callable[[], bytes]], bytes]] = []
        self.in_flight = 0

    def invoke(self, payload: bytes, trace_header: str | None = None, client_context: str | None = None) -> bytes:
        """Run the handler, and return its result.

        Raises
        ------
        LambdaError
            When the handler raised, ran out of time or ended its process.
        ThrottledError
            When the function's reserved concurrency is used up.
        PayloadTooLargeError
            When the payload is over 6 MB.
        """
        if len(payload) > MAX_PAYLOAD_BYTES:
            raise PayloadTooLargeError(
                f"{len(payload)} byte payload is too large for the Invoke operation (limit 6291456)"
            )
        go_on = partial(self._run, payload, trace_header, client_context)
        for wrapper in list(self._wrappers):
            go_on = partial(wrapper, payload, go_on)
        return go_on()

    def wrap(self, wrapper: Callable[[bytes, Callable[[], bytes]], bytes]) -> None:
        """Let `wrapper` stand around each invocation from now on: it is given the payload and what runs the handler."""
        self._wrappers.append(wrapper)

    @contextmanager
    def wrapped(self, wrapper: Callable[[bytes, Callable[[], bytes]], bytes]) -> Iterator[None]:
        """Let `wrapper` stand around each invocation until the end of the block."""
        self.wrap(wrapper)
        try:
            yield
        finally:
            self._wrappers.remove(wrapper)

    def _run(self, payload: bytes, trace_header: str | None, client_context: str | None) -> bytes:
        invocation = Invocation(payload, complete_trace_header(trace_header), 0, client_context=client_context)
        with self._counted(), self._borrowed() as sandbox:
            return sandbox.run(invocation)

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
        with self._condition:
            if self._all or self._stopped or self._starting:
                return
            self._starting += 1
        with suppress(LambdaError):  # the cloud has stopped meanwhile
            self._add_sandbox(idle=True).wait_until_ready()

    @contextmanager
    def _counted(self) -> Iterator[None]:
        reserved = self.configuration.reserved_concurrency
        with self._condition:
            if reserved is not None and self.in_flight >= reserved:
                raise ThrottledError("Rate Exceeded.")
            self.in_flight += 1
        self._activity.report()
        try:
            yield
        finally:
            with self._condition:
                self.in_flight -= 1
            self._activity.report()

    @contextmanager
    def _borrowed(self) -> Iterator[Sandbox]:
        sandbox = self._borrow()
        try:
            yield sandbox
        finally:
            with self._condition:
                if sandbox.alive and not self._stopped:
                    self._idle.append(sandbox)
                else:
                    self._all.discard(sandbox)
                self._condition.notify()

    def _borrow(self) -> Sandbox:
        with self._condition:
            while True:
                if self._stopped:
                    raise LambdaError("Sandbox.Stopped", "the embedded cloud has stopped", b"{}")
                while self._idle:
                    sandbox = self._idle.pop()
                    if sandbox.alive:
                        return sandbox
                    self._all.discard(sandbox)
                if len(self._all) + self._starting < self.max_workers:
                    self._starting += 1
                    break
                self._condition.wait()
        return self._add_sandbox(idle=False)

    def _add_sandbox(self, *, idle: bool) -> Sandbox:
        sandbox: Sandbox | None = None
        try:
            sandbox = self._start_sandbox(self.configuration)
            return sandbox
        finally:
            with self._condition:
                self._starting -= 1
                stopped = self._stopped
                if sandbox is not None and not stopped:
                    self._all.add(sandbox)
                    if idle:
                        self._idle.append(sandbox)
                self._condition.notify()
            if sandbox is not None and stopped:
                sandbox.kill()


class Functions:
    """All functions of the stack."""

    def __init__(
        self,
        *,
        layers: LayerCache,
        processes: WorkerProcesses,
        base_environment: Callable[[], dict[str, str]],
        logs: LogStore,
        activity: Activity,
        max_workers: int = DEFAULT_WORKERS,
    ) -> None:
        self._layers = layers
        self._processes = processes
        self._base_environment = base_environment
        self._logs = logs
        self._activity = activity
        self._max_workers = max_workers
        self._functions: dict[str, Function] = {}
        self._async: queue.SimpleQueue[tuple[str, bytes, str | None] | None] = queue.SimpleQueue()
        self._async_pending = 0
        self._async_lock = threading.Lock()
        self._async_threads: list[threading.Thread] = []
        self.async_failures: list[tuple[str, LambdaError]] = []

    def add(self, configuration: FunctionConfiguration) -> None:
        """Make a function known."""
        reserved = configuration.reserved_concurrency
        self._functions[configuration.name] = Function(
            configuration,
            start_sandbox=self._start_sandbox,
            max_workers=self._max_workers if reserved is None else max(1, min(self._max_workers, reserved)),
            activity=self._activity,
        )

    def prepare(self) -> None:
        """Install the layers that are not installed yet, several at a time, before the first invocation needs them."""
        layers = {layer for item in self.all() for layer in item.configuration.layers}
        self._layers.runtime_path()
        with ThreadPoolExecutor(max(1, len(layers))) as pool:
            for _ in pool.map(self._layers.python_path, layers):
                pass

    def find(self, name: str) -> Function | None:
        """Find a function by its name, ARN (qualified or not) or logical id."""
        if name.startswith("arn:"):
            name = name.split(":")[6]
        name = name.partition(":")[0]
        if name in self._functions:
            return self._functions[name]
        return next((item for item in self._functions.values() if item.configuration.logical_id == name), None)

    def named(self, name: str) -> Function:
        """Give the function that `find` finds.

        Raises
        ------
        CloudError
            When there is none.
        """
        found = self.find(name)
        if found is None:
            raise CloudError(f"there is no function {name}")
        return found

    def all(self) -> list[Function]:
        """Every function."""
        return list(self._functions.values())

    def invoke_later(self, name: str, payload: bytes, trace_header: str | None) -> None:
        """Invoke asynchronously (`InvocationType=Event`): three attempts, the last failure kept."""
        with self._async_lock:
            self._async_pending += 1
            if not self._async_threads:
                for number in range(self._max_workers):
                    thread = threading.Thread(target=self._run_async, name=f"async-invoke-{number}", daemon=True)
                    self._async_threads.append(thread)
                    thread.start()
        self._async.put((name, payload, trace_header))

    def busy(self) -> list[str]:
        """What is running or waiting to run, in words."""
        result = [f"{item.configuration.name}: {item.in_flight} invocation(s)" for item in self.all() if item.in_flight]
        if self._async_pending:
            result.append(f"{self._async_pending} asynchronous invocation(s)")
        return result

    def warm_up(self, names: list[str]) -> None:
        """Start a worker of each named function, and wait until they have imported their handlers."""
        functions = [self.named(name) for name in names]
        with ThreadPoolExecutor(max(1, len(functions))) as pool:
            for _ in pool.map(Function.warm_up, functions):
                pass

    def stop(self) -> None:
        """End all workers of all functions."""
        for _ in self._async_threads:
            self._async.put(None)
        for function in self.all():
            function.stop()
        self._processes.stop()
        for thread in self._async_threads:
            thread.join(5)

    def _run_async(self) -> None:
        while (item := self._async.get()) is not None:
            name, payload, trace_header = item
            function = self.find(name)
            try:
                if function is not None:
                    self._try_thrice(function, payload, trace_header)
            finally:
                with self._async_lock:
                    self._async_pending -= 1
                self._activity.report()

    def _try_thrice(self, function: Function, payload: bytes, trace_header: str | None) -> None:
        for attempt in range(1, ASYNC_ATTEMPTS + 1):
            try:
                function.invoke(payload, trace_header)
            except LambdaError as error:
                if attempt == ASYNC_ATTEMPTS:
                    self.async_failures.append((function.configuration.name, error))
            except ThrottledError as error:
                if attempt == ASYNC_ATTEMPTS:
                    throttled = LambdaError("TooManyRequestsException", str(error), b"{}")
                    self.async_failures.append((function.configuration.name, throttled))
            else:
                return

    def _start_sandbox(self, configuration: FunctionConfiguration) -> Sandbox:
        def start(runtime_api: str) -> WorkerProcess:
            return self._processes.start(
                Start(
                    handler=configuration.handler,
                    code=configuration.code,
                    environment={**self._environment(configuration), "AWS_LAMBDA_RUNTIME_API": runtime_api},
                    import_front=tuple(map(self._layers.python_path, configuration.layers)),
                    import_back=(self._layers.runtime_path(),),
                )
            )

        return Sandbox(
            configuration,
            start_process=start,
            on_line=lambda line: self._logs.add(configuration.name, line),
        )

    def _environment(self, configuration: FunctionConfiguration) -> dict[str, str]:
        """Give what Lambda sets for a function of Python; see "Lambda environment variables" in its developer guide."""
        return {
            "PATH": "/usr/local/bin:/usr/bin:/bin",
            "LANG": "en_US.UTF-8",
            "TZ": ":UTC",
            "LAMBDA_TASK_ROOT": str(configuration.code),
            "LAMBDA_RUNTIME_DIR": str(self._layers.runtime_path()),
            "AWS_EXECUTION_ENV": f"AWS_Lambda_{configuration.runtime}",
            "AWS_LAMBDA_FUNCTION_NAME": configuration.name,
            "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(configuration.memory_mb),
            "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
            "AWS_LAMBDA_LOG_GROUP_NAME": f"/aws/lambda/{configuration.name}",
            "AWS_LAMBDA_LOG_STREAM_NAME": "local",
            "_HANDLER": configuration.handler,
            **self._base_environment(),
            **configuration.environment,
        }
