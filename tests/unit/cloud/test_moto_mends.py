"""Defects of moto: what it does alone, and what it does mended. One that moto does not have any more fails here."""

from __future__ import annotations

import datetime as dt
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws
from moto.events.utils import EventTemplateParser
from moto.stepfunctions.parser.asl.component.common.assign.assign_decl import AssignDecl
from moto.stepfunctions.parser.asl.component.common.error_name.error_equals_decl import ErrorEqualsDecl
from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import FailureEventException
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name import StatesErrorName
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name_type import StatesErrorNameType
from moto.stepfunctions.parser.asl.component.common.string.string_expression import StringJSONata
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service import StateTaskService
from moto.stepfunctions.parser.asl.component.state.exec.state_task.service.state_task_service_aws_sdk import (
    StateTaskServiceAwsSdk,
)
from moto.stepfunctions.parser.asl.component.state.exec.state_task.state_task import StateTask
from moto.stepfunctions.parser.asl.eval.variable_store import VariableStore

from embedded_cloud.moto_mends import NAMES, mended
from tests.fakes.tables import use_testing_account

if TYPE_CHECKING:
    from collections.abc import Callable


def environment(*stack: Any) -> Any:
    """As much of an execution as the interpreter's parts look at."""
    variables = VariableStore()  # type: ignore[no-untyped-call]
    variables.set("x", 'a "b"')
    return SimpleNamespace(
        stack=[*stack],
        next_state_name="Ask",
        variable_store=variables,
        states=SimpleNamespace(_states_data={}, to_variable_declarations=lambda **_: ""),
        event_history_context=SimpleNamespace(source_event_id=1),
    )


def name_of(failure: Any) -> object:
    return failure.error_name.error_name


def alarms_without_data() -> object:
    cloudwatch = boto3.client("cloudwatch")
    metric: Any = {"Namespace": "n", "MetricName": "m", "Statistic": "Sum", "Period": 60, "EvaluationPeriods": 1}
    cloudwatch.put_metric_alarm(AlarmName="new", Threshold=1, ComparisonOperator="GreaterThanThreshold", **metric)
    return cloudwatch.describe_alarms()["MetricAlarms"][0]["StateValue"]


def api_names() -> object:
    task: Any = SimpleNamespace(
        _get_boto_service_name=lambda: "stepfunctions", _get_boto_service_action=lambda: "list_executions"
    )
    arguments = {"StateMachineArn": "arn"}
    StateTaskService._normalise_parameters(task, arguments)
    return arguments


def buses_with_rules() -> object:
    events = boto3.client("events")
    events.create_event_bus(Name="own")
    events.put_rule(Name="all", EventBusName="own", EventPattern='{"source": ["x"]}')
    try:
        events.delete_event_bus(Name="own")
    except ClientError as error:
        return error.response["Error"]["Message"]
    return "deleted"


def dropped_arguments() -> object:
    given: Any = SimpleNamespace(eval=lambda env: env.stack.append({"Tables": "t"}))
    resource = SimpleNamespace(resource_arn="arn")
    task: Any = SimpleNamespace(parargs=given, resource=resource, _get_supported_parameters=lambda: {"TableName"})
    try:
        return StateTask._eval_parameters(task, environment())
    except ValueError as error:
        return str(error)


def input_transformers() -> object:
    event: Any = {"detail": {"said": 'a "b"', "of": [{"c": 1}]}, "ingestion-time": 0}
    paths = {"said": "$.detail.said", "of": "$.detail.of"}
    try:
        return EventTemplateParser.parse('{"said": "<said>!", "of": <of>}', paths, event)
    except ValueError:
        return "no JSON"


def jsonata() -> object:
    env = environment()
    expression: Any = SimpleNamespace(expression="$x & '!'")
    try:
        StringJSONata._eval_body(expression, env)
    except TypeError as error:
        return str(error)
    return env.stack


def replays() -> object:
    events, sqs = boto3.client("events"), boto3.client("sqs")
    queue = sqs.create_queue(QueueName="played")["QueueUrl"]
    bus = events.create_event_bus(Name="own")["EventBusArn"]
    archive = events.create_archive(ArchiveName="all", EventSourceArn=bus)["ArchiveArn"]
    for hour in (8, 9):
        at = dt.datetime(2026, 5, 1, hour, tzinfo=dt.UTC)
        events.put_events(Entries=[{"Source": "x", "DetailType": "y", "Detail": "{}", "EventBusName": bus, "Time": at}])
    arn = sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    for name in ("wanted", "other"):
        rule = events.put_rule(Name=name, EventBusName="own", EventPattern='{"source": ["x"]}')["RuleArn"]
        events.put_targets(Rule=name, EventBusName="own", Targets=[{"Id": "q", "Arn": arn}])
    events.start_replay(
        ReplayName="again",
        EventSourceArn=archive,
        EventStartTime=at,
        EventEndTime=at + dt.timedelta(hours=1),
        Destination={"Arn": bus, "FilterArns": [rule]},
    )
    return len(sqs.receive_message(QueueUrl=queue, MaxNumberOfMessages=10)["Messages"])


def sdk_error_names() -> object:
    return StateTaskServiceAwsSdk._normalise_service_error_name("sqs")


def size_limits() -> object:
    binding: Any = SimpleNamespace(eval=lambda env: env.stack.append({"long": "x" * 256 * 1024}))
    try:
        AssignDecl([binding])._eval_body(environment())
    except FailureEventException as error:
        return name_of(error.failure_event)
    return "assigned"


def states_all() -> object:
    of_all = ErrorEqualsDecl([StatesErrorName(typ=StatesErrorNameType.StatesALL)])
    env = environment(StatesErrorName(typ=StatesErrorNameType.StatesRuntime))
    of_all._eval_body(env)
    return env.stack


DEFECTS: dict[Callable[[], object], tuple[object, object]] = {
    alarms_without_data: ("OK", "INSUFFICIENT_DATA"),
    api_names: ({"StateMachineArn": "arn"}, {"stateMachineArn": "arn"}),
    buses_with_rules: ("deleted", "EventBus can't be deleted since it has rules."),
    dropped_arguments: ({}, "The field 'Tables' is not supported by arn"),
    input_transformers: ("no JSON", {"said": 'a "b"!', "of": [{"c": 1}]}),
    jsonata: ("'NoneType' object is not callable", ['a "b"!']),
    replays: (4, 1),
    sdk_error_names: ("sqs", "Sqs"),
    size_limits: ("assigned", "States.DataLimitExceeded"),
    states_all: ([True], [False]),
}
"""By what plays it: what comes of moto alone, and of moto mended."""


def test_each_mend_has_a_defect_that_is_played_here() -> None:
    assert [play.__name__ for play in DEFECTS] == NAMES


@pytest.mark.parametrize(("play", "alone", "well"), [(play, *seen) for play, seen in DEFECTS.items()])
def test_moto_has_the_defect_and_has_it_no_more_once_it_is_mended(
    play: Callable[[], object], alone: object, well: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_testing_account(monkeypatch)
    with mock_aws():
        assert play() == alone
    with mock_aws(), mended():
        assert play() == well
