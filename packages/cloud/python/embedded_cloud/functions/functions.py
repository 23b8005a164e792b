"""The functions of all stacks: how they are found, warmed up and ended."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from embedded_cloud.errors import CloudError
from embedded_cloud.functions.forking import Start
from embedded_cloud.functions.function import Function
from embedded_cloud.functions.later import Later
from embedded_cloud.functions.sandbox import Sandbox

if TYPE_CHECKING:
    from collections.abc import Callable

    from embedded_cloud.activity import Activity
    from embedded_cloud.functions.configuration import FunctionConfiguration
    from embedded_cloud.functions.forking import Forked, ForkServers
    from embedded_cloud.functions.layers import LayerCache
    from embedded_cloud.functions.segments import Write
    from embedded_cloud.metrics import MetricStore
    from embedded_cloud.observability.logs import LogStore
    from embedded_cloud.timers import Timers


@dataclass(kw_only=True)
class Functions:
    """All functions; `later` invokes them asynchronously (`InvocationType=Event`)."""

    layers: LayerCache
    processes: ForkServers
    base_environment: Callable[[FunctionConfiguration], dict[str, str]]
    logs: LogStore
    activity: Activity
    metrics: MetricStore
    timers: Timers
    write_segment: Write
    max_workers: int
    _functions: dict[str, Function] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.later = Later(self.find, self.max_workers, self.activity, self.timers)

    def put(self, configuration: FunctionConfiguration) -> None:
        """Make a function known, or change the one of that name: what it runs now goes on as it began."""
        reserved = configuration.reserved_concurrency
        max_workers = self.max_workers if reserved is None else max(1, min(self.max_workers, reserved))
        if configuration.name in self._functions:
            self._functions[configuration.name].change(configuration, max_workers)
            return
        function = Function(
            configuration=configuration,
            start_sandbox=self._start_sandbox,
            max_workers=max_workers,
            activity=self.activity,
            write_segment=self.write_segment,
            metrics=self.metrics,
        )
        # Others go through the functions meanwhile.
        self._functions = {**self._functions, configuration.name: function}

    def renew(self) -> None:
        """Let workers that start from now on import what layers have now."""
        self.processes.renew()

    def remove(self, name: str) -> None:
        """Forget a function, and end its workers."""
        function = self._functions[name]
        self._functions = {key: each for key, each in self._functions.items() if key != name}
        function.stop()

    def prepare(self) -> None:
        """Install the layers that are not installed yet, several at a time, before the first invocation needs them."""
        layers = {layer for item in self.all() for layer in item.configuration.layers}
        self.layers.runtime_path()
        with ThreadPoolExecutor(max(1, len(layers))) as pool:
            list(pool.map(self.layers.python_path, layers))

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

    def busy(self) -> list[str]:
        """What is running or waiting to run, in words."""
        result = [f"{item.configuration.name}: {item.in_flight} invocation(s)" for item in self.all() if item.in_flight]
        if self.later.pending:
            result.append(f"{self.later.pending} asynchronous invocation(s)")
        return result

    def warm_up(self) -> None:
        """Start a worker of each function, and wait until they have imported their handlers."""
        functions = self.all()
        with ThreadPoolExecutor(max(1, len(functions))) as pool:
            list(pool.map(Function.warm_up, functions))

    def stop(self) -> None:
        """End all workers of all functions."""
        self.later.stop()
        for function in self.all():
            function.stop()
        self.processes.stop()
        self.later.join()

    def _start_sandbox(self, configuration: FunctionConfiguration) -> Sandbox:
        def start(runtime_api: str) -> Forked:
            return self.processes.fork(
                Start(
                    handler=configuration.handler,
                    code=configuration.code,
                    environment={**self._environment(configuration), "AWS_LAMBDA_RUNTIME_API": runtime_api},
                    import_front=tuple(map(self.layers.python_path, configuration.layers)),
                    import_back=(self.layers.runtime_path(),),
                )
            )

        return Sandbox(
            configuration,
            start_process=start,
            on_line=lambda line: self.logs.add(configuration.name, line),
        )

    def _environment(self, configuration: FunctionConfiguration) -> dict[str, str]:
        """Give what Lambda sets for a function of Python; see "Lambda environment variables" in its developer guide."""
        return {
            "PATH": "/usr/local/bin:/usr/bin:/bin",
            "LANG": "en_US.UTF-8",
            "TZ": ":UTC",
            "LAMBDA_TASK_ROOT": str(configuration.code),
            "LAMBDA_RUNTIME_DIR": str(self.layers.runtime_path()),
            "AWS_EXECUTION_ENV": f"AWS_Lambda_{configuration.runtime}",
            "AWS_LAMBDA_FUNCTION_NAME": configuration.name,
            "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
            "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(configuration.memory_mb),
            "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
            "AWS_LAMBDA_LOG_GROUP_NAME": configuration.log_group,
            "AWS_LAMBDA_LOG_STREAM_NAME": "local",
            "_HANDLER": configuration.handler,
            **self.base_environment(configuration),
            **configuration.environment,
        }
