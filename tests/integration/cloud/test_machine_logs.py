"""What state machines log is passed on to functions by subscription filters, in AWS's format."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from embedded_cloud import EmbeddedCloud
from embedded_cloud.errors import AccessDeniedError
from embedded_cloud.states.machine_logs import MachineLog
from tests.integration.cloud.machines import COMPANION, CORE, WORKDIR

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

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


def passed_on(cloud: EmbeddedCloud, execution: str) -> list[dict[str, Any]]:
    """The lines of an execution that the function was given."""
    found = []
    for content in cloud.logs("Listen"):
        if "logEvents" in content:
            assert (content["messageType"], content["logGroup"]) == ("DATA_MESSAGE", GROUP)
            assert content["subscriptionFilters"] == ["dev-watch-Follow"]
            found += [json.loads(each["message"]) for each in content["logEvents"]]
    return [each for each in found if each["execution_arn"] == execution]


def test_lines_that_fit_reach_the_function_without_execution_data(cloud: EmbeddedCloud) -> None:
    execution = run(cloud)
    [line] = cloud.wait_until(lambda: passed_on(cloud, execution), 20)
    assert (line["id"], line["type"], line["redrive_count"]) == ("1", "ExecutionStarted", "0")
    assert "hidden" not in json.dumps(line)
    [event, *_] = cloud.client("stepfunctions").get_execution_history(executionArn=execution)["events"]
    assert int(line["event_timestamp"]) == round(event["timestamp"].timestamp() * 1000)


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


def test_lines_can_be_dropped_and_repeated_on_their_way(cloud: EmbeddedCloud) -> None:
    def change(lines: Sequence[dict[str, Any]]) -> Sequence[dict[str, Any]]:
        return [each for each in lines if each["type"] == "ExecutionStarted"] * 2

    with cloud.machine_logs.tampering(change):
        execution = run(cloud)
    cloud.wait_idle()
    assert [each["type"] for each in passed_on(cloud, execution)] == ["ExecutionStarted"] * 2


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
