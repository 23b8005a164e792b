"""What state machines log is passed on to functions by subscription filters, in AWS's format."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from embedded_cloud import EmbeddedCloud
from embedded_cloud.errors import AccessDeniedError
from embedded_cloud.states.machine_logs import MachineLog
from tests.integration.cloud.machines import COMPANION, CORE, WORKDIR

if TYPE_CHECKING:
    from collections.abc import Iterator

GROUP = "/aws/states/dev-chain"


@pytest.fixture(scope="module")
def cloud() -> Iterator[EmbeddedCloud]:
    with EmbeddedCloud(
        template=CORE.template, stack_name=CORE.stack_name, companions=[COMPANION], workdir=WORKDIR
    ) as running:
        yield running


def run(cloud: EmbeddedCloud) -> str:
    """Start the chain, which rests after its first state, and stop it there."""
    arn = str(
        cloud.client("stepfunctions").start_execution(
            stateMachineArn=cloud.physical_id("Machine"), input='{"secret": "hidden"}'
        )["executionArn"]
    )
    cloud.wait_until(lambda: cloud.execution(arn).state == "Rest")
    cloud.stop_execution(arn)
    return arn


def test_lines_are_found_in_the_group(cloud: EmbeddedCloud) -> None:
    execution = run(cloud)
    found = cloud.client("logs").filter_log_events(logGroupName=GROUP, filterPattern='{ $.type = "*State*" }')["events"]
    said = [json.loads(each["message"]) for each in found]
    assert [(each["type"], each["details"]["name"]) for each in said if each["execution_arn"] == execution] == [
        ("TaskStateEntered", "First"),
        ("TaskStateExited", "First"),
        ("WaitStateEntered", "Rest"),
    ]
    assert "hidden" not in json.dumps(said)


def test_filter_of_a_group_for_which_the_function_has_no_permission_is_refused_as_on_aws(cloud: EmbeddedCloud) -> None:
    group = "arn:aws:logs:eu-west-3:123456789012:log-group:another:*"
    with pytest.raises(AccessDeniedError, match="lambda:InvokeFunction"):
        cloud.machine_logs.subscribe("another", "filter", group, cloud.arn("Listen"), "")


@pytest.mark.parametrize(
    ("level", "logged"),
    [
        ("ALL", {"TaskFailed", "ExecutionFailed", "TaskScheduled"}),
        ("ERROR", {"TaskFailed", "ExecutionFailed"}),
        ("FATAL", {"ExecutionFailed"}),
        ("OFF", set()),
    ],
)
def test_level_chooses_the_events(level: str, logged: set[str]) -> None:
    log = MachineLog("group", level, with_data=False)
    assert {each for each in ("TaskFailed", "ExecutionFailed", "TaskScheduled") if log.takes(each)} == logged
