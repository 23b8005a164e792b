"""Executions wait as on AWS, where moto alone does not: for tokens, moments, timeouts and other executions."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager
from dataclasses import dataclass, field
from threading import Event
from typing import TYPE_CHECKING, Any

import pytest
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service import StateTaskService

from embedded_cloud.patching import replaced
from tests.integration.cloud.machines import refused, token_state, wait_for_token

if TYPE_CHECKING:
    from collections.abc import Iterator

    from embedded_cloud import EmbeddedCloud
    from embedded_cloud.backends.protocol import AwsRequest
    from tests.integration.cloud.machines import Machines


def is_gone(cloud: EmbeddedCloud, token: str) -> bool:
    states = cloud.client("stepfunctions")
    return refused(lambda: states.send_task_success(taskToken=token, output="{}"))[0] == "TaskTimedOut"


def test_stored_token_is_answered_once_and_then_gone(machines: Machines, cloud: EmbeddedCloud) -> None:
    states = cloud.client("stepfunctions")
    arn = machines.start({"StartAt": "Wait", "States": {"Wait": token_state(cloud, TimeoutSeconds=60)}})
    token = wait_for_token(cloud, arn)
    with pytest.raises(states.exceptions.InvalidOutput):
        states.send_task_success(taskToken=token, output="{")
    states.send_task_success(taskToken=token, output='{"answer": 42}')
    assert machines.end(arn).output == {"answer": 42}
    assert is_gone(cloud, token)
    with pytest.raises(states.exceptions.InvalidToken):
        states.send_task_success(taskToken="never-given", output="{}")


def test_each_retry_of_a_callback_waits_for_a_token_of_its_own(machines: Machines, cloud: EmbeddedCloud) -> None:
    states = cloud.client("stepfunctions")
    retry = [{"ErrorEquals": ["Again"], "IntervalSeconds": 1, "MaxAttempts": 1}]
    arn = machines.start({"StartAt": "Wait", "States": {"Wait": token_state(cloud, TimeoutSeconds=60, Retry=retry)}})
    first = wait_for_token(cloud, arn)
    states.send_task_failure(taskToken=first, error="Again", cause="not yet")
    second = wait_for_token(cloud, arn, not_this=first)
    states.send_task_success(taskToken=second, output='{"attempt": 2}')
    assert machines.end(arn).output == {"attempt": 2}


def test_call_that_returns_after_its_timeout_is_not_in_the_history_as_handed_over(
    machines: Machines, cloud: EmbeddedCloud
) -> None:
    ended, returned = Event(), Event()

    def slow(request: AwsRequest) -> None:
        if request.action == "UpdateItem":
            ended.wait(60)
            returned.set()

    with cloud.dispatcher.interceptors.also(slow):
        failed = machines.run({"StartAt": "Wait", "States": {"Wait": token_state(cloud, TimeoutSeconds=1)}})
        ended.set()
        assert returned.wait(60)
    assert failed.error == "States.Timeout"
    cloud.wait_until(lambda: not state_threads(), describe="the end of the late call")
    kinds = kinds_of(cloud, failed.arn)
    assert "TaskTimedOut" in kinds
    assert "TaskSubmitted" not in kinds


@dataclass
class Held:
    """The first attempt at a task, held before it writes that its call is scheduled."""

    here: Event = field(default_factory=Event)
    go: Event = field(default_factory=Event)
    threads: list[threading.Thread] = field(default_factory=list)

    def end(self) -> None:
        """Let it go on, and wait for its end."""
        self.go.set()
        self.threads[0].join(60)
        assert not self.threads[0].is_alive()


@contextmanager
def held_attempt() -> Iterator[Held]:
    held = Held()
    schedule = StateTaskService._before_eval_execution

    def schedule_later(task: Any, *args: Any, **named: Any) -> None:
        if not held.here.is_set():
            held.threads.append(threading.current_thread())
            held.here.set()
            held.go.wait(60)
        schedule(task, *args, **named)

    with replaced(StateTaskService, "_before_eval_execution", schedule_later):
        try:
            yield held
        finally:
            held.go.set()


def kinds_of(cloud: EmbeddedCloud, arn: str) -> list[str]:
    history = cloud.client("stepfunctions").get_execution_history(executionArn=arn)["events"]
    return [each["type"] for each in history]


def test_attempt_that_a_stop_overtakes_writes_nothing_into_a_redrive(machines: Machines, cloud: EmbeddedCloud) -> None:
    with held_attempt() as held:
        arn = machines.start({"StartAt": "Wait", "States": {"Wait": token_state(cloud, TimeoutSeconds=600)}})
        assert held.here.wait(60)
        cloud.stop_execution(arn)
        machines.end(arn)
        cloud.client("stepfunctions").redrive_execution(executionArn=arn)
        token = wait_for_token(cloud, arn)
        held.end()
        cloud.client("stepfunctions").send_task_success(taskToken=token, output="{}")
        assert machines.end(arn).status == "SUCCEEDED"
    kinds = kinds_of(cloud, arn)
    assert kinds[:4] == ["ExecutionStarted", "TaskStateEntered", "ExecutionAborted", "ExecutionRedriven"]
    assert kinds.count("TaskScheduled") == 1


def test_task_whose_time_is_let_pass_at_once_has_been_scheduled_before_it_times_out(
    machines: Machines, cloud: EmbeddedCloud
) -> None:
    with held_attempt() as held:
        arn = machines.start({"StartAt": "Wait", "States": {"Wait": token_state(cloud, TimeoutSeconds=600)}})
        assert held.here.wait(60)
        passing = threading.Thread(target=cloud.pass_time, args=(arn,))
        passing.start()
        passing.join(0.2)
        assert passing.is_alive(), "the time passes from the call on"
        held.go.set()
        passing.join(60)
        assert machines.end(arn).error == "States.Timeout"
        held.end()
    kinds = kinds_of(cloud, arn)
    assert kinds[:4] == ["ExecutionStarted", "TaskStateEntered", "TaskScheduled", "TaskStarted"]
    assert kinds[-2:] == ["TaskTimedOut", "ExecutionFailed"]


def state_threads() -> list[str]:
    """The attempts of states that still run, by the names of their threads."""
    return [each.name for each in threading.enumerate() if each.name == "state-Wait"]


def test_stopped_execution_ends_at_once_and_says_why(machines: Machines, cloud: EmbeddedCloud) -> None:
    arn = machines.start({"StartAt": "Wait", "States": {"Wait": token_state(cloud, TimeoutSeconds=600)}})
    token = wait_for_token(cloud, arn)
    cloud.stop_execution(arn, "Operator", "looked wrong")
    stopped = machines.end(arn)
    assert (stopped.status, stopped.error, stopped.cause) == ("ABORTED", "Operator", "looked wrong")
    assert is_gone(cloud, token)


def test_waiting_burns_no_processor_time(machines: Machines, cloud: EmbeddedCloud) -> None:
    wait = {"Type": "Wait", "Seconds": 600, "End": True}
    arns = [machines.start({"StartAt": "Wait", "States": {"Wait": wait}}) for _ in range(5)]
    arns.append(machines.start({"StartAt": "Wait", "States": {"Wait": token_state(cloud, TimeoutSeconds=600)}}))
    wait_for_token(cloud, arns[-1])
    cloud.wait_idle(waiting=True)
    before = time.process_time()
    with pytest.raises(TimeoutError, match="still going on"):
        cloud.wait_until(lambda: False, 1.0)
    assert time.process_time() - before < 0.2
    for arn in arns:
        cloud.stop_execution(arn)
        assert machines.end(arn).status == "ABORTED"


def test_machine_timeout_ends_a_waiting_execution(machines: Machines) -> None:
    done = machines.run(
        {"StartAt": "Wait", "TimeoutSeconds": 1, "States": {"Wait": {"Type": "Wait", "Seconds": 600, "End": True}}}
    )
    assert done.status == "TIMED_OUT"


def test_answered_token_does_not_time_out(machines: Machines, cloud: EmbeddedCloud) -> None:
    arn = machines.start({"StartAt": "Wait", "States": {"Wait": token_state(cloud, TimeoutSeconds=600)}})
    token = wait_for_token(cloud, arn)
    cloud.client("stepfunctions").send_task_success(taskToken=token, output='{"answer": 42}')
    cloud.pass_time(arn)
    assert machines.end(arn).output == {"answer": 42}
