"""What state machines log is passed on to functions by subscription filters, in AWS's format."""

from __future__ import annotations

import base64
import gzip
import json
from typing import TYPE_CHECKING, Any

import pytest

from embedded_cloud import EmbeddedCloud
from embedded_cloud.errors import AccessDeniedError
from embedded_cloud.states.machine_logs import MachineLog
from tests.integration.cloud.machines import WORKDIR

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

MACHINE = {
    "StartAt": "Says",
    "QueryLanguage": "JSONata",
    "States": {"Says": {"Type": "Pass", "Output": {"secret": "{% $states.input.secret %}"}, "End": True}},
}
TEMPLATE = """
Transform: AWS::Serverless-2016-10-31
Resources:
  Lines:
    Type: AWS::Logs::LogGroup
    Properties: {LogGroupName: /aws/vendedlogs/states/says}
  Machine:
    Type: AWS::Serverless::StateMachine
    Properties:
      Name: says
      Definition: %s
      Logging:
        Level: ALL
        IncludeExecutionData: false
        Destinations:
          - CloudWatchLogsLogGroup: {LogGroupArn: !GetAtt Lines.Arn}
  Reader:
    Type: AWS::Serverless::Function
    Properties:
      Runtime: python3.13
      Handler: index.handler
      CodeUri: reader
  MayInvoke:
    Type: AWS::Lambda::Permission
    Properties:
      FunctionName: !Ref Reader
      Action: lambda:InvokeFunction
      Principal: logs.amazonaws.com
      SourceArn: !GetAtt Lines.Arn
  Passes:
    Type: AWS::Logs::SubscriptionFilter
    DependsOn: MayInvoke
    Properties:
      LogGroupName: !Ref Lines
      FilterPattern: '{ $.type != "PassStateExited" }'
      DestinationArn: !GetAtt Reader.Arn
"""


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedCloud]:
    file = tmp_path_factory.mktemp("logs") / "template.yaml"
    file.write_text(TEMPLATE % json.dumps(MACHINE), encoding="utf-8")
    reader = file.with_name("reader") / "index.py"
    reader.parent.mkdir()
    reader.write_text('def handler(event, _):\n    print(event["awslogs"]["data"])\n', encoding="utf-8")
    with EmbeddedCloud(template=file, workdir=WORKDIR, stack_name="logs") as running:
        yield running


def run(cloud: EmbeddedCloud, name: str) -> str:
    arn = cloud.client("stepfunctions").start_execution(
        stateMachineArn=cloud.physical_id("Machine"), name=name, input='{"secret": "hidden"}'
    )["executionArn"]
    return str(arn)


def passed_on(cloud: EmbeddedCloud, execution: str) -> list[dict[str, Any]]:
    """The lines of an execution that the function was given."""
    found = []
    for printed in cloud.logs("Reader"):
        if not str(printed.get("message", "")).startswith("H4sI"):
            continue
        content = json.loads(gzip.decompress(base64.b64decode(printed["message"])))
        assert (content["messageType"], content["logGroup"]) == ("DATA_MESSAGE", "/aws/vendedlogs/states/says")
        assert content["subscriptionFilters"] == ["logs-Passes"]
        found += [json.loads(each["message"]) for each in content["logEvents"]]
    return [each for each in found if each["execution_arn"] == execution]


def test_lines_that_fit_reach_the_function_without_execution_data(cloud: EmbeddedCloud) -> None:
    execution = run(cloud, "plain")
    lines = cloud.wait_until(lambda: found if len(found := passed_on(cloud, execution)) == 3 else None, 20)
    assert lines is not None
    assert [(each["id"], each["type"]) for each in lines] == [
        ("1", "ExecutionStarted"),
        ("2", "PassStateEntered"),
        ("4", "ExecutionSucceeded"),
    ]
    assert lines[1]["details"] == {"name": "Says"}
    assert "hidden" not in json.dumps(lines)
    assert {each["redrive_count"] for each in lines} == {"0"}
    [event, *_] = cloud.client("stepfunctions").get_execution_history(executionArn=execution)["events"]
    assert int(lines[0]["event_timestamp"]) == round(event["timestamp"].timestamp() * 1000)


def test_lines_are_found_in_the_group(cloud: EmbeddedCloud) -> None:
    execution = run(cloud, "found")
    cloud.wait_idle()
    found = cloud.client("logs").filter_log_events(
        logGroupName="/aws/vendedlogs/states/says", filterPattern='{ $.type = "PassState*" }'
    )["events"]
    said = [json.loads(each["message"]) for each in found]
    assert [each["type"] for each in said if each["execution_arn"] == execution] == [
        "PassStateEntered",
        "PassStateExited",
    ]


def test_lines_can_be_dropped_and_repeated_on_their_way(cloud: EmbeddedCloud) -> None:
    def change(lines: Sequence[dict[str, Any]]) -> Sequence[dict[str, Any]]:
        return [each for each in lines if each["type"] == "ExecutionStarted"] * 2

    with cloud.machine_logs.tampering(change):
        execution = run(cloud, "changed")
        cloud.wait_idle()
    cloud.wait_idle()
    assert [each["type"] for each in passed_on(cloud, execution)] == ["ExecutionStarted"] * 2


def test_filter_of_a_group_for_which_the_function_has_no_permission_is_refused_as_on_aws(cloud: EmbeddedCloud) -> None:
    group = "arn:aws:logs:eu-west-3:123456789012:log-group:another:*"
    with pytest.raises(AccessDeniedError, match="lambda:InvokeFunction"):
        cloud.machine_logs.subscribe("another", "filter", group, cloud.arn("Reader"), "")


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
