"""A task fails with any error, before its call is made or once it was carried out; an execution runs out of time."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from embedded_cloud.states.strikes import Moment, TaskCall
from tests.integration.cloud.machines import count, counting, token_state, wait_for_token

if TYPE_CHECKING:
    from embedded_cloud import EmbeddedCloud
    from tests.integration.cloud.machines import Machines


def machine(cloud: EmbeddedCloud, key: str, **more: object) -> dict[str, Any]:
    return {"StartAt": "Count", "States": {"Count": counting(cloud, key, End=True, **more)}}


@pytest.mark.parametrize(("moment", "carried_out"), [(Moment.BEFORE, 0), (Moment.AFTER, 1)])
@pytest.mark.parametrize("error", ["Lambda.Unknown", "States.Permissions", "States.Timeout"])
def test_struck_task_fails_with_the_error_and_goes_on_when_it_is_redriven(
    machines: Machines, cloud: EmbeddedCloud, moment: Moment, carried_out: int, error: str
) -> None:
    key = f"struck-{error}-{moment}"
    with cloud.strikes.also(lambda call: error if (call.state, call.moment) == ("Count", moment) else None):
        failed = machines.run(machine(cloud, key))
    assert (failed.status, failed.error, count(cloud, key)) == ("FAILED", error, carried_out)
    cloud.client("stepfunctions").redrive_execution(executionArn=failed.arn)
    assert machines.end(failed.arn).status == "SUCCEEDED"
    assert count(cloud, key) == carried_out + 1


@pytest.mark.parametrize(
    ("error", "attempts"), [("States.TaskFailed", 3), ("States.DataLimitExceeded", 1), ("States.Runtime", 1)]
)
def test_terminal_errors_are_not_tried_again_by_a_retry_of_all_errors(
    machines: Machines, cloud: EmbeddedCloud, error: str, attempts: int
) -> None:
    calls: list[TaskCall] = []

    def strike(call: TaskCall) -> str:
        calls.append(call)
        return error

    retry = [{"ErrorEquals": ["States.ALL"], "IntervalSeconds": 1, "MaxAttempts": 2, "BackoffRate": 1}]
    with cloud.strikes.also(strike):
        failed = machines.run(machine(cloud, f"terminal-{error}", Retry=retry))
    assert (failed.error, len(calls)) == (error, attempts)


def test_execution_whose_time_is_up_ends_so_and_can_be_redriven(machines: Machines, cloud: EmbeddedCloud) -> None:
    arn = machines.start({"StartAt": "Token", "States": {"Token": token_state(cloud, TimeoutSeconds=600)}})
    first = wait_for_token(cloud, arn)
    cloud.time_out_execution(arn)
    assert machines.end(arn).status == "TIMED_OUT"
    cloud.client("stepfunctions").redrive_execution(executionArn=arn)
    token = wait_for_token(cloud, arn, not_this=first)
    cloud.client("stepfunctions").send_task_success(taskToken=token, output="{}")
    assert machines.end(arn).status == "SUCCEEDED"
