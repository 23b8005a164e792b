"""The embedded cloud as its users see it."""

from __future__ import annotations

import datetime as dt
import json
from contextlib import ExitStack
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, Self

from moto.core.models import DEFAULT_ACCOUNT_ID

from local.cloud.activity import Activity
from local.cloud.alarms.alarms import Alarms
from local.cloud.alarms.service_metrics import ExecutionMetrics, FunctionMetrics, QueueMetrics
from local.cloud.alarms.ticking import Ticking
from local.cloud.backends import tables
from local.cloud.backends.clients import SECRET_KEY, Clients
from local.cloud.backends.dispatch import Dispatcher
from local.cloud.backends.endpoint import Endpoint
from local.cloud.backends.moto_state import reset_backends
from local.cloud.clock import Clock
from local.cloud.errors import AlreadyRunningError, CloudError, WaitTimeoutError
from local.cloud.execution import Execution
from local.cloud.functions.functions import DEFAULT_WORKERS, Functions
from local.cloud.functions.lambda_api import LambdaApi
from local.cloud.functions.layers import LayerCache
from local.cloud.functions.processes import WorkerProcesses
from local.cloud.messaging import event_rules, queues
from local.cloud.messaging.carriers import Carriers
from local.cloud.messaging.pollers import Pollers
from local.cloud.messaging.queues import QueueDepth, Queues
from local.cloud.metrics import MetricStore
from local.cloud.observability import emf
from local.cloud.observability.logs import LogStore
from local.cloud.observability.xray import SegmentSink
from local.cloud.rights.gate import Gate
from local.cloud.rights.principals import Principal
from local.cloud.rights.rights import Removal, Rights
from local.cloud.stack.creation import CreationContext, Stack
from local.cloud.stack.description import StackDescription
from local.cloud.stack.resources import CREATORS
from local.cloud.stack.resources.without_effect import notes_on
from local.cloud.stack.template import load_template
from local.cloud.states import interpreter
from local.cloud.states.api import StatesApi
from local.cloud.states.executions import Executions
from local.cloud.states.runtime import InterpreterRuntime
from local.cloud.states.waits import WAITS
from local.cloud.subscriptions import Subscriptions

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from types import TracebackType

    from local.cloud.backends.throttling import Throttling
    from local.cloud.functions.configuration import FunctionConfiguration
    from local.cloud.functions.layers import Layer
    from local.cloud.messaging.pollers import Poller

REGION = "eu-west-3"
PATIENCE_SECONDS = 120.0
"""How long a wait lasts unless it is told otherwise."""


class Parts:
    """What the creators of functions, layers, mappings and event destinations add to."""

    def __init__(
        self,
        functions: Functions,
        pollers: Pollers,
        carriers: Carriers,
        rights: Rights,
        alarms: Alarms,
        workdir: Path,
    ) -> None:
        self.alarms = alarms
        self.rights = rights
        self.functions = functions
        self.pollers = pollers
        self.carriers = carriers
        self.workdir = workdir
        self.layers: dict[str, Layer] = {}


class EmbeddedCloud:
    """Deploys a SAM template in this process and runs it until the end of the `with` block.

    Parameters
    ----------
    template : Path
        The SAM template; file names in it are relative to its folder.
    parameters : Mapping[str, object]
        Values of its parameters in place of the defaults.
    workdir : Path
        Where installed layers and compiled Python files are kept from one run to the next.
    stack_name : str
        `AWS::StackName`; resources without a name of their own are called after it.
    workers_per_function : int
        How many invocations of one function run at once; more wait.
    pace : float
        What the template cannot scale is multiplied by this: waits before a state's retry, batching windows, and
        how long the messages of a failed batch stay hidden. 1.0 is what AWS does.
    warm : bool
        Start a worker of each function before the block begins, instead of at its first invocation.
    preloaded : Sequence[str]
        Third-party modules that most handlers import from their layers: a process that has imported them forks the
        workers, so that a cold start takes a tenth of the time. Without any, each worker is a new process.
    without : Sequence[str]
        Actions to take out of roles, as `role:service:Action@part of the resource`, to see what fails without them.
    throttling : Throttling
        Refuses calls as AWS does when there are too many; by default none is refused.
    clock : Clock
        By which metrics are dated and alarms evaluated; by default the machine's.
    ticking : bool
        Evaluate the alarms at the end of each minute of the clock. By default only `pass_minutes` does.
    echo : Callable[[str, str], None]
        Called with function and line for each line that a handler prints.

    Example
    -------
    >>> with EmbeddedCloud(template=Path("template.yaml")) as cloud:
    ...     cloud.client("events").put_events(Entries=[…])
    ...     [execution] = cloud.wait_until(cloud.executions)

    Raises
    ------
    TemplateError
        On entering: the template is wrong, or a resource cannot be created.
    UnsupportedResourceError
        On entering: the template has a resource that nothing here can create.
    AlreadyRunningError
        On entering: another embedded cloud runs in this process.
    """

    _running: EmbeddedCloud | None = None

    def __init__(  # noqa: PLR0913 - keyword settings of one object
        self,
        *,
        template: Path,
        parameters: Mapping[str, object] | None = None,
        workdir: Path = Path("build/cloud"),
        stack_name: str = "stack",
        workers_per_function: int = DEFAULT_WORKERS,
        pace: float = 1.0,
        warm: bool = False,
        preloaded: Sequence[str] = (),
        without: Sequence[str] = (),
        throttling: Throttling | None = None,
        clock: Clock | None = None,
        ticking: bool = False,
        echo: Callable[[str, str], None] | None = None,
    ) -> None:
        self._template_path = Path(template)
        self._overrides = dict(parameters or {})
        self._workdir = Path(workdir).resolve()
        self._stack_name = stack_name
        self._workers = workers_per_function
        self._pace = pace
        self._warm = warm
        self._preloaded = preloaded
        self._removals = tuple(map(Removal.of, without))
        self._throttling = throttling
        self.clock = clock or Clock()
        self._ticking = ticking
        self._echo = echo
        self._exits = ExitStack()
        self.region = REGION
        self.outputs: dict[str, str] = {}
        self.without_effect: dict[str, str] = {}
        self._keys: dict[Principal, str] = {}
        self._keys_lock = Lock()

    # Starting and stopping

    def __enter__(self) -> Self:
        if EmbeddedCloud._running is not None:
            raise AlreadyRunningError("an embedded cloud runs in this process already; moto has one state per process")
        EmbeddedCloud._running = self
        try:
            self._start()
        except BaseException:
            self._stop()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._stop()

    def _start(self) -> None:
        template = load_template(self._template_path, self._overrides, self.region)
        reset_backends()
        self.activity = Activity()
        self.subscriptions = Subscriptions()
        self._executions = Executions(self.activity, self.subscriptions)
        self.rights = Rights(DEFAULT_ACCOUNT_ID, self._removals)
        self.dispatcher = Dispatcher(self.region, self.activity)
        self.dispatcher.gate = Gate(self.rights)
        self._endpoint = Endpoint(self.dispatcher)
        self._endpoint.start()
        self._exits.callback(self._endpoint.stop)
        self._clients = Clients(self.dispatcher, self.region, self.endpoint_url)
        self._sink = SegmentSink()
        self._sink.start()
        self._exits.callback(self._sink.stop)
        self._start_measuring()
        self._logs = LogStore(emf.reader_into(self._metrics), self._echo)
        self._exits.enter_context(
            interpreter.patched(
                InterpreterRuntime(self._clients, self.rights, self.activity, self._executions, self._pace)
            )
        )
        self.functions = Functions(
            layers=LayerCache(self._workdir / "layers"),
            processes=WorkerProcesses(self._workdir / "bytecode", self._preloaded),
            base_environment=self._worker_environment,
            logs=self._logs,
            activity=self.activity,
            measure=FunctionMetrics(self._metrics),
            max_workers=self._workers,
        )
        self._queues = Queues(self.region, self.dispatcher.lock, self.activity, self.clock)
        self._pollers = Pollers(self.functions, self._queues, self.activity, self.rights, self._pace)
        self._queue_metrics = QueueMetrics(self._metrics, self.clock, self._queues, self._pollers.polled_queues)
        # Ended from the last line to the first: a batch ends with its function, and only then may its queue go.
        self._exits.callback(self._pollers.join)
        self._exits.callback(self.functions.stop)
        self._states = StatesApi(self.region, self.activity, self._executions)
        self._exits.enter_context(queues.patched(self.clock))
        self._exits.enter_context(tables.patched())
        self._delivery = self._exits.enter_context(
            event_rules.patched(self.functions, self._clients, self.subscriptions, self.rights)
        )
        self._exits.callback(self._states.stop_all)
        self.carriers = Carriers()
        if self._throttling is not None:
            self.dispatcher.intercept(self._throttling)
        for interceptor in (
            LambdaApi(self.functions),
            self.carriers.interceptor(self._delivery, self.dispatcher.ask_moto),
            self._states,
            self._metrics.flush_before_reads,
        ):
            self.dispatcher.intercept(interceptor)
        self._stack = Stack(
            template,
            CreationContext(
                client=self.client,
                root=template.root,
                stack_name=self._stack_name,
                account=DEFAULT_ACCOUNT_ID,
                region=self.region,
                endpoint_url=self.endpoint_url,
                services=Parts(self.functions, self._pollers, self.carriers, self.rights, self.alarms, self._workdir),
            ),
            CREATORS,
        )
        self.without_effect = notes_on(template.resources.values())
        self._stack.create_all()
        self.rights.check_removals()
        self.functions.prepare()
        self.outputs = self._stack.outputs()
        stack_id = f"arn:aws:cloudformation:{self.region}:{DEFAULT_ACCOUNT_ID}:stack/{self._stack_name}/local"
        self.dispatcher.intercept(StackDescription(self._stack_name, stack_id, self.outputs, template.parameters))
        self._exits.callback(self._pollers.stop)
        self._pollers.start()
        self._start_ticking()
        if self._warm:
            self.functions.warm_up([item.configuration.name for item in self.functions.all()])

    def _start_measuring(self) -> None:
        self._metrics = MetricStore(self.clock, lambda: self.client("cloudwatch"))
        self._exits.enter_context(self._metrics.patched())
        self.subscriptions.on_execution(ExecutionMetrics(self._metrics).hear)
        self.alarms = Alarms(self.region, self.clock, self._metrics, self.client, self.rights)
        self._exits.enter_context(self.alarms.patched())

    def _start_ticking(self) -> None:
        if self._ticking:
            ticking = Ticking(self.clock, self._end_minute)
            ticking.start()
            self._exits.callback(ticking.stop)

    def _stop(self) -> None:
        try:
            self._exits.close()
            reset_backends()
        finally:
            EmbeddedCloud._running = None

    def _worker_environment(self, configuration: FunctionConfiguration) -> dict[str, str]:
        host, _, port = self._sink.address.partition(":")
        key = self.rights.key_of_role(configuration.role_arn, "lambda.amazonaws.com", configuration.name)
        return {
            "AWS_REGION": self.region,
            "AWS_DEFAULT_REGION": self.region,
            "AWS_ACCESS_KEY_ID": key,
            "AWS_SECRET_ACCESS_KEY": SECRET_KEY,
            "AWS_SESSION_TOKEN": "testing",
            "AWS_ENDPOINT_URL": self.endpoint_url,
            "AWS_XRAY_CONTEXT_MISSING": "LOG_ERROR",
            "AWS_XRAY_DAEMON_ADDRESS": self._sink.address,
            "_AWS_XRAY_DAEMON_ADDRESS": host,
            "_AWS_XRAY_DAEMON_PORT": port,
        }

    # Looking and acting

    @property
    def endpoint_url(self) -> str:
        """The HTTP endpoint of every AWS API."""
        return self._endpoint.url

    def client(self, service: str) -> Any:
        """Give a boto3 client of this cloud, for the account's administrator; it calls without HTTP."""
        return self._clients.get(service)

    def client_as(self, principal: Principal, service: str) -> Any:
        """Give a boto3 client for somebody else, such as a person of another account."""
        with self._keys_lock:
            key = self._keys.setdefault(principal, "") or self.rights.issue(principal)
            self._keys[principal] = key
        return self._clients.get(service, access_key=key)

    def client_of_service(self, role: str, by_service: str, service: str) -> Any:
        """Give a boto3 client for a service of AWS that acts in a role (its logical id), such as a schedule's."""
        key = self.rights.key_of_role(self.arn(role), by_service, by_service.partition(".")[0])
        return self._clients.get(service, access_key=key)

    def client_in_role(self, role: str, service: str, *, second_factor: bool = True) -> Any:
        """Give a boto3 client for somebody of the account who has assumed a role (its logical id).

        Raises
        ------
        botocore.exceptions.ClientError
            `AccessDenied` when the role's trust does not let them.
        """
        factor = {"SerialNumber": "arn:aws:iam::123456789012:mfa/somebody", "TokenCode": "123456"}
        credentials = self.client("sts").assume_role(
            RoleArn=self.arn(role), RoleSessionName="somebody", **(factor if second_factor else {})
        )["Credentials"]
        return self._clients.get(service, access_key=credentials["AccessKeyId"])

    def physical_id(self, logical_id: str) -> str:
        """Give what `Ref` of a resource is: a queue's URL, a table's name, a state machine's ARN."""
        return self._stack.create(logical_id).ref

    def arn(self, logical_id: str) -> str:
        """Give a resource's ARN."""
        created = self._stack.create(logical_id)
        return created.ref if created.ref.startswith("arn:") else str(self._stack.attribute(logical_id, "Arn"))

    def invoke(self, function: str, payload: object) -> Any:
        """Invoke a function by its logical id or name, and return its parsed result.

        Raises
        ------
        LambdaError
            When the handler raised, ran out of time or ended its process.
        """
        return json.loads(self.functions.named(function).invoke(json.dumps(payload).encode()))

    def logs(self, function: str) -> list[dict[str, Any]]:
        """Give the lines that a function's workers printed: JSON parsed, others as `{"message": …}`.

        `function` is its logical id, its name, or the end of its name with words joined by `_` or `-`.
        """
        return self._logs.of(self.functions.loosely_named(function).configuration.name)

    @property
    def metrics(self) -> dict[tuple[str, str], float]:
        """Sums of the metrics that handlers printed, by namespace and name."""
        return self._metrics.sums()

    @property
    def segments(self) -> list[dict[str, Any]]:
        """X-Ray segments and subsegments that handlers sent."""
        return self._sink.segments()

    def executions(self, state_machine: str | None = None) -> list[Execution]:
        """Give all executions, or those of one state machine (logical id or name), oldest first."""
        return self._executions.all(None if state_machine is None else self._state_machine_arn(state_machine))

    def execution(self, arn: str) -> Execution:
        """Give one execution.

        Raises
        ------
        CloudError
            When no execution has this ARN.
        """
        try:
            return self._executions.of(arn)
        except KeyError:
            raise CloudError(f"there is no execution {arn}") from None

    def fire_rule(self, logical_id: str) -> None:
        """Do now what a scheduled rule does when its time has come: give the rule's logical id."""
        created = self._stack.create(logical_id)
        bus, _, name = str(created.attributes["Arn"]).partition(":rule/")[2].rpartition("/")
        self._delivery.fire(name, bus or "default", self.region)

    def stop_execution(self, arn: str, error: str | None = None, cause: str | None = None) -> None:
        """Abort an execution."""
        details = {key: value for key, value in (("error", error), ("cause", cause)) if value is not None}
        self.client("stepfunctions").stop_execution(executionArn=arn, **details)

    def pass_time(self, arn: str) -> bool:
        """Let the time pass for which an execution waits.

        A Wait state and the wait before a retry end; a task that waits for its token times out.

        Returns
        -------
        bool
            False when the execution does not wait.
        """
        return WAITS.end(arn)

    def pass_minutes(self, minutes: int = 1) -> None:
        """Let minutes pass on the cloud's clock: at the end of each, queues are measured and alarms evaluated.

        Nothing else waits by this clock: schedules are fired by `fire_rule`, executions go on by `pass_time`.
        """
        for _ in range(minutes):
            self._end_minute(dt.timedelta(minutes=1))

    def _end_minute(self, move: dt.timedelta = dt.timedelta(0)) -> None:
        self._queue_metrics.measure()
        self.clock.move(move)
        self.alarms.evaluate(self.clock.minute)

    def redrive_execution(self, arn: str) -> None:
        """Let an unsuccessful execution go on at the state where it stopped.

        Raises
        ------
        botocore.exceptions.ClientError
            `ExecutionNotRedrivable` when it runs, has succeeded, or ended more than 14 days ago.
        """
        self.client("stepfunctions").redrive_execution(executionArn=arn)

    def queue_depths(self) -> dict[str, QueueDepth]:
        """Count the records of every queue, by its name."""
        return self._queues.depths()

    def queued(self, queue: str) -> list[str]:
        """Give the bodies of the records that a queue (logical id) holds, ready or being processed, not delayed."""
        return self._queues.bodies(str(self._stack.attribute(queue, "QueueName")))

    def pollers_of(self, queue: str) -> list[Poller]:
        """Give the mappings that read a queue (logical id); set `enabled` to pause one."""
        return self._pollers.of_queue(str(self._stack.attribute(queue, "QueueName")))

    # Waiting

    def wait_until[Found](
        self, look: Callable[[], Found], timeout: float = PATIENCE_SECONDS, describe: str | None = None
    ) -> Found:
        """Wait until `look` finds something, looking again after each activity of the cloud; give what it found.

        Raises
        ------
        WaitTimeoutError
            When `timeout` seconds passed first; it says what was going on then.
        """
        found = self.activity.wait_until(look, timeout)
        if found:
            return found
        going_on = self.going_on(waiting=True)
        raise WaitTimeoutError(
            f"{describe or 'what was waited for'} did not come within {timeout:g} s; "
            f"still going on: {'; '.join(going_on) or 'nothing'}"
        )

    def wait_idle(self, timeout: float = PATIENCE_SECONDS, *, waiting: bool = False) -> None:
        """Wait until no record is in a polled queue, no invocation runs and no execution does.

        Parameters
        ----------
        timeout : float
            In seconds.
        waiting : bool
            Let executions that wait for a task token or in a Wait state be.
        """
        self.wait_until(lambda: not self.going_on(waiting=not waiting), timeout, "an idle cloud")

    def going_on(self, *, waiting: bool = True) -> list[str]:
        """Say what is going on, in words; with `waiting`, executions that only wait count, too."""
        result = self.functions.busy()
        polled = self._pollers.polled_queues()
        for name, depth in self._queues.depths().items():
            if depth.total and name in polled:
                result.append(
                    f"queue {name}: {depth.visible} visible, {depth.in_flight} in flight, {depth.delayed} delayed"
                )
        for execution in self._executions.all():
            if execution.is_running and (waiting or not execution.rests):
                result.append(f"execution {execution.name}: in {execution.state}")
        return result

    # Helpers

    def _state_machine_arn(self, name: str) -> str:
        for machine in self._stack.ids_of("AWS::StepFunctions::StateMachine"):
            created = self._stack.create(machine)
            if name in {machine, created.ref, created.attributes["Name"]}:
                return created.ref
        raise CloudError(f"there is no state machine {name}")
