"""The embedded cloud: what one does with it while it runs. One calls its APIs, looks, acts and waits."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Any

from moto.core.models import DEFAULT_ACCOUNT_ID

from embedded_cloud.errors import WaitTimeoutError
from embedded_cloud.messaging.queues import Careless
from embedded_cloud.parts import CloudParts
from embedded_cloud.patching import replaced
from embedded_cloud.states.waits import WAITS

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from contextlib import AbstractContextManager

    from embedded_cloud.execution import Execution
    from embedded_cloud.messaging.pollers import Poller
    from embedded_cloud.messaging.queues import QueueDepth
    from embedded_cloud.observability.traces import Document

PATIENCE_SECONDS = 120.0
"""How long a wait lasts unless it is told otherwise."""


class EmbeddedCloud(CloudParts):
    """Deploys SAM templates in this process and runs them until the end of the `with` block.

    Parameters
    ----------
    applications : Sequence[Application]
        What is deployed before the block begins, in this order, each as a stack of a template of its own; `deploy` and
        `delete_stack` add, change and delete some while others run.
    workdir : Path
        Where installed layers and compiled Python files are kept from one run to the next.
    workers_per_function : int
        How many invocations of one function run at once; more wait.
    pace : float
        What the template cannot scale is multiplied by this: waits before any retry, and how long the messages of a
        failed batch stay hidden. 1.0 is what AWS does.
    warm : bool
        Start a worker of each function before the block begins, instead of at its first invocation.
    preloaded : Preloaded
        Modules that most handlers import from their layers, and AWS's services that they call: a process that has all
        of it forks the workers, so that a cold start takes a tenth of the time.
    without : Sequence[str]
        Actions to take out of roles, as `role:service:Action@part of the resource`, to see what fails without them.
    throttling : Throttling
        Refuses calls as AWS does when there are too many; by default none is refused.
    clock : Clock
        By which metrics are dated and alarms evaluated; by default the machine's.
    ticking : bool
        Evaluate the alarms at the end of each minute of the clock. By default only `pass_minutes` does.

    Attributes
    ----------
    activity
        What waits are woken by.
    functions
        The functions, to stand around their invocations.
    rights
        Which rights the callers have; its `record` has their calls.
    timers
        What is tried again later, by the cloud's clock.
    stacks
        What is deployed. Logical ids are looked up in all stacks, in the order in which they were deployed.

    Example
    -------
    >>> with EmbeddedCloud([Application(Path("template.yaml"), "stack")]) as cloud:
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

    # Looking up

    @property
    def outputs(self) -> dict[str, str]:
        """The outputs of all stacks; of several of a name, that of the stack that was deployed first."""
        return {name: value for stack in reversed(self.stacks.all()) for name, value in stack.outputs.items()}

    # Calling

    def http_url(self, logical_id: str) -> str:
        """Give the address on this machine of an HTTP API (its logical id), such as `http://127.0.0.1:40123`."""
        return self.http_apis.url(self.physical_id(logical_id))

    def key_of_service(self, role: str, service: str) -> str:
        """Give the access key of a service of AWS that acts in a role (its logical id), such as a schedule's."""
        return self.rights.key_of_role(self.arn(role), service, service.partition(".")[0])

    def key_in_role(self, role: str, *, second_factor: bool = True) -> str:
        """Let somebody of the account assume a role (its logical id), and give the session's access key.

        Raises
        ------
        botocore.exceptions.ClientError
            `AccessDenied` when the role's trust does not let them.
        """
        factor = {"SerialNumber": f"arn:aws:iam::{DEFAULT_ACCOUNT_ID}:mfa/somebody", "TokenCode": "123456"}
        assumed = self.client("sts").assume_role(
            RoleArn=self.arn(role), RoleSessionName="somebody", **(factor if second_factor else {})
        )
        return str(assumed["Credentials"]["AccessKeyId"])

    def physical_id(self, logical_id: str) -> str:
        """Give what `Ref` of a resource is: a queue's URL, a table's name, a state machine's ARN."""
        return self.stacks.having(logical_id).held[logical_id].created.ref

    def arn(self, logical_id: str) -> str:
        """Give a resource's ARN."""
        ref = self.physical_id(logical_id)
        return ref if ref.startswith("arn:") else self._attribute(logical_id, "Arn")

    def _attribute(self, logical_id: str, name: str) -> str:
        return str(self.stacks.having(logical_id).attribute(logical_id, name))

    def invoke(self, function: str, payload: object) -> Any:
        """Invoke a function by its logical id or name, and return its parsed result.

        Raises
        ------
        LambdaError
            When the handler raised, ran out of time or ended its process.
        """
        return json.loads(self.functions.named(function).invoke(json.dumps(payload).encode()))

    def logs(self, function: str) -> list[dict[str, Any]]:
        """Give the lines that the workers of a function (logical id or name) printed: JSON, or `{"message": …}`."""
        return self._logs.of(self.functions.named(function).configuration.name)

    @property
    def metrics(self) -> dict[tuple[str, str], float]:
        """Sums of the metrics that handlers printed, by namespace and name."""
        return self._metrics.sums()

    @property
    def traces(self) -> dict[str, list[Document]]:
        """X-Ray traces by their ids: the segments of handlers, of Lambda and of Step Functions."""
        return self._traces.traces()

    def executions(self, state_machine: str | None = None) -> list[Execution]:
        """Give all executions, or those of one state machine (logical id), oldest first."""
        return self._executions.all(None if state_machine is None else self.physical_id(state_machine))

    def execution(self, arn: str) -> Execution:
        """Give one execution.

        Raises
        ------
        CloudError
            When no execution has this ARN.
        """
        return self._executions.of(arn)

    def fire_rule(self, logical_id: str) -> None:
        """Do now what a scheduled rule does when its time has come: give the rule's logical id."""
        bus, _, name = self._attribute(logical_id, "Arn").partition(":rule/")[2].rpartition("/")
        self._delivery.fire(name, bus or "default", self.region)

    def stop_execution(self, arn: str, error: str | None = None, cause: str | None = None) -> None:
        """Abort an execution."""
        details = {key: value for key, value in (("error", error), ("cause", cause)) if value is not None}
        self.client("stepfunctions").stop_execution(executionArn=arn, **details)

    def time_out_execution(self, arn: str) -> None:
        """Let an execution run out of time, as the `TimeoutSeconds` of a whole state machine does."""
        self._states.time_out(arn)

    def pass_time(self, arn: str) -> bool:
        """Let the time pass for which an execution waits.

        A Wait state and the wait before a retry end; a task that waits for its token times out.

        Returns
        -------
        bool
            False when the execution does not wait.
        """
        return WAITS.end(arn)

    def waits_for(self, arn: str) -> dt.timedelta | None:
        """How long until the first of an execution's waits ends by itself; None when it does not wait."""
        left = WAITS.left(arn)
        return None if left is None else dt.timedelta(seconds=left)

    def pass_minutes(self, minutes: int = 1) -> None:
        """Let minutes pass on the cloud's clock: at the end of each, queues are measured and alarms evaluated.

        What is to be tried again later waits by it, too. Schedules are fired by `fire_rule`, executions go on by
        `pass_time`.
        """
        for _ in range(minutes):
            self._end_minute(dt.timedelta(minutes=1))

    def queue_depths(self, *ends: str) -> dict[str, QueueDepth]:
        """Count the records of every queue, or of those whose name has one of these ends, by its name."""
        return self.queues.depths(ends or ("",))

    def queued(self, queue: str) -> list[str]:
        """Give the bodies of the records that a queue (logical id) holds, ready or being processed, not delayed."""
        return self.queues.bodies(self._attribute(queue, "QueueName"))

    def pollers_of(self, queue: str) -> list[Poller]:
        """Give the mappings that read a queue (logical id); set `enabled` to pause one."""
        return self.pollers.of_queue(self._attribute(queue, "QueueName"))

    # What AWS may do at any time, and does here until the block ends

    def careless_queues(self, *queues: str) -> AbstractContextManager[object]:
        """Let queues (logical ids; all without) give the functions that read them every record twice, newest first."""
        names = [self._attribute(each, "QueueName") for each in queues] or list(self.queues.depths())
        return replaced(self.queues, "careless", {name: Careless() for name in names})

    def late_indexes(self, by: dt.timedelta = dt.timedelta(seconds=1)) -> AbstractContextManager[None]:
        """Let each query of a global secondary index miss the writes of the last while, by the cloud's clock."""
        return self.dispatcher.indexes.by(by)

    def item_in_transaction(self, table: str, key: Mapping[str, str]) -> AbstractContextManager[None]:
        """Let a transaction be under way that writes an item of a table (logical id)."""
        item = {name: {"S": value} for name, value in key.items()}
        return self.dispatcher.transactions.under_way(self.physical_id(table), item)

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
        """Wait until no record is in a polled queue but those that rest, no invocation runs and no execution does.

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
        if self.targets.waiting:
            result.append(f"{self.targets.waiting} event(s) that wait for their target")
        polled = self.pollers.polled_queues()
        for name, depth in self.queues.depths().items():
            if depth.going_on and name in polled:
                result.append(
                    f"queue {name}: {depth.visible} visible, {depth.in_flight} in flight, {depth.delayed} delayed"
                )
        for execution in self._executions.all():
            if execution.is_running and (waiting or not execution.rests):
                result.append(f"execution {execution.name}: in {execution.state}")
        return result + [f"the end of {arn}" for arn in sorted(self._executions.ending)]
