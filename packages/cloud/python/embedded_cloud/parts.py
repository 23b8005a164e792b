"""The parts of an embedded cloud: how they start, and how they end."""

from __future__ import annotations

import datetime as dt
from contextlib import ExitStack
from dataclasses import KW_ONLY, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, ClassVar, Self

from moto.core.models import DEFAULT_ACCOUNT_ID

from embedded_cloud.activity import Activity
from embedded_cloud.alarms.alarms import Alarms
from embedded_cloud.alarms.service_metrics import ExecutionMetrics, QueueMetrics
from embedded_cloud.backends import tables, xray_api
from embedded_cloud.backends.clients import SECRET_KEY, Clients
from embedded_cloud.backends.dispatch import Dispatcher
from embedded_cloud.backends.moto_state import forgetting, reset_backends
from embedded_cloud.clock import Clock, ticking
from embedded_cloud.endpoint import endpoint_of
from embedded_cloud.errors import AlreadyRunningError
from embedded_cloud.functions import lambda_api
from embedded_cloud.functions.forking import ForkServers, Preloaded
from embedded_cloud.functions.functions import Functions
from embedded_cloud.functions.layers import LayerCache
from embedded_cloud.http_apis.http_apis import HttpApis
from embedded_cloud.messaging import event_rules, mappings_api, queue_policies, queues
from embedded_cloud.messaging.carriers import Carriers
from embedded_cloud.messaging.pollers import Pollers
from embedded_cloud.messaging.queues import Queues
from embedded_cloud.messaging.targets import Targets
from embedded_cloud.metrics import MetricStore
from embedded_cloud.moto_mends import mended
from embedded_cloud.observability.logs import LogStore
from embedded_cloud.observability.traces import TraceStore
from embedded_cloud.rights.gate import Gate
from embedded_cloud.rights.rights import Removal, Rights
from embedded_cloud.stack.creation import CreationContext
from embedded_cloud.stack.description import StacksApi
from embedded_cloud.stack.stacks import Stacks
from embedded_cloud.states import interpreter, logs_api, traces
from embedded_cloud.states.api import StatesApi
from embedded_cloud.states.executions import Executions
from embedded_cloud.states.machine_logs import MachineLogs
from embedded_cloud.states.strikes import Strikes
from embedded_cloud.subscriptions import Subscriptions
from embedded_cloud.timers import Timers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from embedded_cloud.backends.throttling import Throttling
    from embedded_cloud.functions.configuration import FunctionConfiguration
    from embedded_cloud.functions.layers import Layer
    from embedded_cloud.stack.stack import Stack
    from embedded_cloud.stack.stacks import Application


@dataclass(eq=False)
class CloudParts:
    """Starts all parts of a cloud, and ends them; `EmbeddedCloud` is what one does with them."""

    region: ClassVar = "eu-west-3"
    _running: ClassVar[CloudParts | None] = None

    applications: Sequence[Application]
    _: KW_ONLY
    workdir: Path = Path("build/cloud")
    workers_per_function: int = 2
    pace: float = 1.0
    warm: bool = False
    preloaded: Preloaded = field(default_factory=Preloaded)
    without: Sequence[str] = ()
    throttling: Throttling | None = None
    clock: Clock = field(default_factory=Clock)
    ticking: bool = False
    _exits: ExitStack = field(default_factory=ExitStack)

    @property
    def endpoint_url(self) -> str:
        """The HTTP endpoint of every AWS API."""
        return self._endpoint.url

    def client(self, service: str, key: str = "") -> Any:
        """Give a boto3 client of this cloud, for whose key it is or for the administrator; it calls without HTTP."""
        return self._clients.get(service, access_key=key)

    # Starting and stopping

    def __enter__(self) -> Self:
        if CloudParts._running is not None:
            raise AlreadyRunningError("an embedded cloud runs in this process already; moto has one state per process")
        CloudParts._running = self
        try:
            self._start()
        except BaseException:
            self._stop()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._stop()

    def _start(self) -> None:
        reset_backends()
        self._exits.enter_context(forgetting())
        self._exits.enter_context(mended())
        self.activity = Activity()
        self.subscriptions = Subscriptions()
        self.timers = Timers(self.clock, self.activity, self.pace)
        self.timers.start()
        self._exits.callback(self.timers.stop)
        self._executions = Executions(self.activity, self.subscriptions)
        self.rights = Rights(DEFAULT_ACCOUNT_ID, [*map(Removal.of, self.without)])
        self._start_serving()
        self._start_tracing()
        self._start_measuring()
        self.strikes = Strikes()
        self._exits.enter_context(
            interpreter.patched(self._clients, self.rights, self._executions, self.strikes, self.pace)
        )
        self.functions = Functions(
            layers=LayerCache(self.workdir.resolve() / "layers"),
            processes=ForkServers(self.workdir.resolve() / "bytecode", self.preloaded),
            base_environment=self._worker_environment,
            logs=self._logs,
            activity=self.activity,
            metrics=self._metrics,
            timers=self.timers,
            max_workers=self.workers_per_function,
            write_segment=self._traces.write,
        )
        self.machine_logs = MachineLogs(self.functions, self.rights, self._executions)
        self.queues = Queues(self.region, self.dispatcher.lock, self.activity, self.clock)
        self.pollers = Pollers(self.functions, self.queues, self.activity, self.rights, self.pace)
        self._queue_metrics = QueueMetrics(self._metrics, self.clock, self.queues, self.pollers.polled_queues)
        # Ended from the last line to the first: a batch ends with its function, and only then may its queue go.
        self._exits.callback(self.pollers.join)
        self._exits.callback(self.functions.stop)
        self.http_apis = HttpApis(
            self.region, self.functions, self.rights, self.clock, self._metrics, self.client("logs")
        )
        self._exits.callback(self.http_apis.stop)
        self._exits.callback(self.machine_logs.stop)
        self._states = StatesApi(self.region, self.activity, self._executions)
        self._exits.enter_context(queues.patched(self.clock))
        self._exits.enter_context(tables.patched(self.dispatcher.indexes))
        self.targets = Targets(self.functions, self._clients, self.rights, self.timers)
        self._delivery = self._exits.enter_context(event_rules.patched(self.targets, self.subscriptions))
        self._exits.callback(self._states.stop_all)
        self.carriers = Carriers(self._delivery, self.dispatcher.ask_moto)
        if self.throttling is not None:
            self.dispatcher.interceptors.append(self.throttling)
        context = CreationContext(
            client=self.client,
            stack_name="",
            account=DEFAULT_ACCOUNT_ID,
            region=self.region,
            endpoint_url=self.endpoint_url,
            root=Path(),
            services=self,
            localised=self.http_apis.localised,
        )
        self.stacks = Stacks(context)
        self._serve_apis()
        self.layers: dict[str, Layer] = {}
        self._exits.callback(self.pollers.stop)
        for application in self.applications:
            self.deploy(application)
        self.rights.check_removals()
        if self.ticking:
            self._exits.enter_context(ticking(self.clock, self._end_minute))
        if self.warm:
            self.functions.warm_up()

    def deploy(self, application: Application) -> Stack:
        """Create a stack, or change the one of that name, as `sam deploy` does; what runs goes on meanwhile.

        Executions go on with the definition that they began with, invocations with the code.

        Raises
        ------
        TemplateError
            When the template is wrong, or a resource cannot be created: the account has one of that physical id, for
            instance. The stack has again what it had before; a new one is left with nothing.
        UnsupportedResourceError
            When the template has a resource that nothing here can create.
        """
        try:
            return self.stacks.deploy(application)
        finally:
            self.functions.prepare()
            self.pollers.start()

    def delete_stack(self, name: str) -> None:
        """Delete a stack while the others run; what its template retains is left.

        Raises
        ------
        TemplateError
            When there is none of this name, or something of it cannot be deleted, such as a bus with rules of another
            stack: it says what to delete first. The rest of the stack is gone then, as on AWS.
        """
        self.stacks.delete(name)

    def _start_serving(self) -> None:
        gate = Gate(self.rights)
        self.dispatcher = Dispatcher(self.region, self.activity, self.clock, gate, gate.after)
        self._exits.callback(self.dispatcher.close)
        self._endpoint = endpoint_of(self.dispatcher)
        self._exits.callback(self._endpoint.stop)
        self._clients = Clients(self.dispatcher, self.region, self.endpoint_url)

    def _start_tracing(self) -> None:
        self._traces = TraceStore(lambda: traces.documents(self._executions.all()))
        self._traces.start()
        self._exits.callback(self._traces.stop)

    def _serve_apis(self) -> None:
        """Serve what differs from moto, or what it lacks."""
        for operations in (
            lambda_api.operations(self.functions),
            mappings_api.operations(self.pollers),
            logs_api.operations(self.functions, self._logs, self.machine_logs),
            queue_policies.operations(self.rights),
            self.carriers.operations,
            self._states.operations,
            xray_api.operations(self._traces),
            StacksApi(self.stacks).operations,
        ):
            self.dispatcher.serve(operations)

    def _start_measuring(self) -> None:
        self._metrics = MetricStore(self.clock)
        self._logs = LogStore(self._metrics)
        self._exits.enter_context(self._metrics.patched())
        self.subscriptions.executions.append(ExecutionMetrics(self._metrics).hear)
        self.alarms = Alarms(self.region, self.clock, self._metrics, self.client, self.rights)
        self._exits.enter_context(self.alarms.patched())

    def _end_minute(self, move: dt.timedelta = dt.timedelta(0)) -> None:
        self._queue_metrics.measure()
        self.clock.move(move)
        self.alarms.evaluate(self.clock.minute)

    def _stop(self) -> None:
        try:
            self._exits.close()
            reset_backends()
        finally:
            CloudParts._running = None

    def _worker_environment(self, configuration: FunctionConfiguration) -> dict[str, str]:
        host, _, port = self._traces.address.partition(":")
        key = self.rights.key_of_role(configuration.role_arn, "lambda.amazonaws.com", configuration.name)
        return {
            "AWS_REGION": self.region,
            "AWS_DEFAULT_REGION": self.region,
            "AWS_ACCESS_KEY_ID": key,
            "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
            "AWS_SESSION_TOKEN": "testing",
            "AWS_ENDPOINT_URL": self.endpoint_url,
            "AWS_XRAY_CONTEXT_MISSING": "LOG_ERROR",
            "AWS_XRAY_DAEMON_ADDRESS": self._traces.address,
            "_AWS_XRAY_DAEMON_ADDRESS": host,
            "_AWS_XRAY_DAEMON_PORT": port,
        }
