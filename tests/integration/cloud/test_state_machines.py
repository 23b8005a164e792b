"""State machines on the embedded cloud behave as on AWS, where moto alone does not."""

from __future__ import annotations

import datetime as dt
import json
import time
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from local.cloud.observability.traces import trace_id_of
from tests.integration.cloud.machines import token_state, wait_for_token

if TYPE_CHECKING:
    from local.cloud import EmbeddedCloud
    from tests.integration.cloud.machines import Machines


def pass_state(output: object) -> dict[str, Any]:
    return {"Type": "Pass", "Output": output}


def test_output_sees_result_and_input_and_variables_are_kept(machines: Machines, cloud: EmbeddedCloud) -> None:
    done = machines.run(
        {
            "StartAt": "Call",
            "States": {
                "Call": {
                    "Type": "Task",
                    "Resource": "arn:aws:states:::lambda:invoke",
                    "Arguments": {"FunctionName": cloud.arn("EchoFunction"), "Payload": {"n": "{% $states.input.n %}"}},
                    "Assign": {"seen": "{% $states.result.Payload.echo.n %}", "before": "{% $states.input %}"},
                    "Output": {"both": ["{% $states.result.Payload.echo.n %}", "{% $states.input.n %}"]},
                    "Next": "Show",
                },
                "Show": {
                    **pass_state({"in": "{% $states.input %}", "seen": "{% $seen %}", "before": "{% $before %}"}),
                    "End": True,
                },
            },
        },
        {"n": 7},
    )
    assert done.output == {"in": {"both": [7, 7]}, "seen": 7, "before": {"n": 7}}


def test_values_with_quotes_newlines_and_backslashes_survive(machines: Machines) -> None:
    nasty = 'a "quoted" \\ back\nslash \u2028 é'
    done = machines.run(
        {
            "StartAt": "Keep",
            "States": {
                "Keep": {"Type": "Pass", "Assign": {"kept": "{% $states.input.text %}"}, "Next": "Show"},
                "Show": {
                    **pass_state({"text": "{% $kept %}", "start": "{% $states.context.Execution.StartTime %}"}),
                    "End": True,
                },
            },
        },
        {"text": nasty},
    )
    assert done.output["text"] == nasty
    assert done.output["start"].startswith("20")


def test_undefined_expression_fails_the_state_with_query_evaluation_error(machines: Machines) -> None:
    failed = machines.one_state(pass_state({"x": "{% $states.input.nothing.here %}"}))
    assert (failed.status, failed.error) == ("FAILED", "States.QueryEvaluationError")
    assert "$states.input.nothing.here" in (failed.cause or "")


def test_null_is_a_value_and_not_undefined(machines: Machines) -> None:
    done = machines.one_state(
        pass_state({"x": "{% $states.input.nothing %}", "is": "{% $states.input.nothing = null %}"}), {"nothing": None}
    )
    assert done.output == {"x": None, "is": True}


def test_conditional_failure_has_the_optimised_integrations_name(machines: Machines, cloud: EmbeddedCloud) -> None:
    table = cloud.physical_id("Table")
    state = {
        "Type": "Task",
        "Resource": "arn:aws:states:::dynamodb:updateItem",
        "Arguments": {
            "TableName": table,
            "Key": {"id": {"S": "nobody"}},
            "UpdateExpression": "SET x = :x",
            "ConditionExpression": "attribute_exists(id)",
            "ExpressionAttributeValues": {":x": {"S": "y"}},
        },
    }
    assert machines.one_state(state).error == "DynamoDB.ConditionalCheckFailedException"
    sdk = {**state, "Resource": "arn:aws:states:::aws-sdk:dynamodb:updateItem"}
    assert machines.one_state(sdk).error == "DynamoDb.ConditionalCheckFailedException"


def test_sdk_integration_of_a_camel_case_api_takes_and_gives_pascal_case(machines: Machines) -> None:
    other = machines.one_state(pass_state({"ok": True}))
    done = machines.one_state(
        {
            "Type": "Task",
            "Resource": "arn:aws:states:::aws-sdk:sfn:describeExecution",
            "Arguments": {"ExecutionArn": other.arn},
        }
    )
    assert done.output["Status"] == "SUCCEEDED"
    assert done.output["ExecutionArn"] == other.arn
    assert isinstance(done.output["StartDate"], str)


def test_parameters_are_read_and_transactions_written(machines: Machines, cloud: EmbeddedCloud) -> None:
    read = machines.one_state(
        {
            "Type": "Task",
            "Resource": "arn:aws:states:::aws-sdk:ssm:getParameters",
            "Arguments": {"Names": ["/sample/setting"]},
        }
    )
    assert read.output["Parameters"][0]["Value"] == "on"
    put = {
        "Put": {
            "TableName": cloud.physical_id("Table"),
            "Item": {"id": {"S": "t"}, "n": {"N": "1"}, "flag": {"Bool": True}},
        }
    }
    wrote = machines.one_state(
        {
            "Type": "Task",
            "Resource": "arn:aws:states:::aws-sdk:dynamodb:transactWriteItems",
            "Arguments": {"TransactItems": [put]},
        }
    )
    assert wrote.status == "SUCCEEDED", wrote.cause
    item = cloud.client("dynamodb").get_item(TableName=cloud.physical_id("Table"), Key={"id": {"S": "t"}})["Item"]
    assert item == {"id": {"S": "t"}, "n": {"N": "1"}, "flag": {"BOOL": True}}


def test_unknown_argument_is_an_error_that_names_it(machines: Machines) -> None:
    failed = machines.one_state(
        {"Type": "Task", "Resource": "arn:aws:states:::aws-sdk:ssm:getParameters", "Arguments": {"Name": ["x"]}}
    )
    assert failed.error == "States.Runtime"
    assert "'Name' is not supported" in (failed.cause or "")


def test_nested_execution_is_waited_for(machines: Machines) -> None:
    inner = machines.create(
        {"StartAt": "In", "States": {"In": {**pass_state({"sum": "{% $states.input.a + 1 %}"}), "End": True}}}
    )
    done = machines.one_state(
        {
            "Type": "Task",
            "Resource": "arn:aws:states:::states:startExecution.sync:2",
            "Arguments": {"StateMachineArn": inner, "Input": {"a": 1}},
            "Output": "{% $states.result.Output %}",
        }
    )
    assert done.output == {"sum": 2}, done.cause


def test_handler_error_is_retried_as_the_machine_says_and_then_caught(machines: Machines, cloud: EmbeddedCloud) -> None:
    done = machines.run(
        {
            "StartAt": "Call",
            "States": {
                "Call": {
                    "Type": "Task",
                    "Resource": "arn:aws:states:::lambda:invoke",
                    "Arguments": {
                        "FunctionName": cloud.arn("EchoFunction"),
                        "Payload": {"do": "raise", "message": "no answer"},
                    },
                    "TimeoutSeconds": "{% 30 %}",
                    "Retry": [
                        {
                            "ErrorEquals": ["EnedisUnavailable"],
                            "IntervalSeconds": 1,
                            "MaxAttempts": 2,
                            "MaxDelaySeconds": 2,
                            "JitterStrategy": "FULL",
                        }
                    ],
                    "Catch": [
                        {
                            "ErrorEquals": ["EnedisUnavailable"],
                            "Assign": {"error": "{% $states.errorOutput.Error %}"},
                            "Next": "Caught",
                        }
                    ],
                    "End": True,
                },
                "Caught": {
                    **pass_state({"error": "{% $error %}", "cause": "{% $parse($states.input.Cause).errorMessage %}"}),
                    "End": True,
                },
            },
        }
    )
    assert done.output == {"error": "EnedisUnavailable", "cause": "no answer"}
    assert [event["type"] for event in done.history].count("TaskFailed") == 3


@pytest.mark.parametrize("resource", ["arn:aws:states:::lambda:invoke", "function"])
def test_function_that_takes_too_long_is_a_sandbox_timeout(
    machines: Machines, cloud: EmbeddedCloud, resource: str
) -> None:
    payload = {"do": "sleep", "seconds": 30}
    function = cloud.arn("SlowFunction")
    arguments = {"FunctionName": function, "Payload": payload} if resource != "function" else payload
    failed = machines.one_state(
        {"Type": "Task", "Resource": function if resource == "function" else resource, "Arguments": arguments}
    )
    assert failed.error == "Sandbox.Timedout"
    assert "Task timed out after 1.00 seconds" in (failed.cause or "")


def test_stored_token_is_answered_once_and_then_gone(machines: Machines, cloud: EmbeddedCloud) -> None:
    states = cloud.client("stepfunctions")
    arn = machines.start({"StartAt": "Wait", "States": {"Wait": token_state(cloud, TimeoutSeconds=60)}})
    token = wait_for_token(cloud, arn)
    with pytest.raises(states.exceptions.InvalidOutput):
        states.send_task_success(taskToken=token, output="{")
    states.send_task_success(taskToken=token, output='{"answer": 42}')
    assert machines.end(arn).output == {"answer": 42}
    with pytest.raises(states.exceptions.TaskTimedOut):
        states.send_task_success(taskToken=token, output="{}")
    with pytest.raises(states.exceptions.InvalidToken):
        states.send_task_success(taskToken="never-given", output="{}")


def test_each_retry_of_a_callback_waits_for_a_token_of_its_own(machines: Machines, cloud: EmbeddedCloud) -> None:
    states = cloud.client("stepfunctions")
    retry = [
        {
            "ErrorEquals": ["Again"],
            "IntervalSeconds": 1,
            "MaxAttempts": 1,
            "MaxDelaySeconds": 2,
            "JitterStrategy": "FULL",
        }
    ]
    arn = machines.start({"StartAt": "Wait", "States": {"Wait": token_state(cloud, TimeoutSeconds=60, Retry=retry)}})
    first = wait_for_token(cloud, arn)
    states.send_task_failure(taskToken=first, error="Again", cause="not yet")
    second = wait_for_token(cloud, arn, not_this=first)
    states.send_task_success(taskToken=second, output='{"attempt": 2}')
    assert machines.end(arn).output == {"attempt": 2}


def test_missed_heartbeat_is_not_reported_as_the_tasks_timeout(machines: Machines, cloud: EmbeddedCloud) -> None:
    failed = machines.run(
        {"StartAt": "Wait", "States": {"Wait": token_state(cloud, TimeoutSeconds=60, HeartbeatSeconds=1)}}
    )
    assert failed.error == "States.HeartbeatTimeout"


def test_token_without_an_answer_times_out(machines: Machines, cloud: EmbeddedCloud) -> None:
    failed = machines.run({"StartAt": "Wait", "States": {"Wait": token_state(cloud, TimeoutSeconds=1)}})
    assert failed.error == "States.Timeout"


def test_stopped_execution_ends_at_once_and_says_why(machines: Machines, cloud: EmbeddedCloud) -> None:
    arn = machines.start({"StartAt": "Wait", "States": {"Wait": token_state(cloud, TimeoutSeconds=600)}})
    token = wait_for_token(cloud, arn)
    cloud.stop_execution(arn, "Operator", "looked wrong")
    stopped = machines.end(arn)
    assert (stopped.status, stopped.error, stopped.cause) == ("ABORTED", "Operator", "looked wrong")
    with pytest.raises(ClientError) as refused:
        cloud.client("stepfunctions").send_task_success(taskToken=token, output="{}")
    assert refused.value.response["Error"]["Code"] == "TaskTimedOut"


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


def test_name_is_taken_once_the_execution_has_ended(machines: Machines, cloud: EmbeddedCloud) -> None:
    states = cloud.client("stepfunctions")
    machine = machines.create({"StartAt": "Wait", "States": {"Wait": token_state(cloud, TimeoutSeconds=60)}})

    def start(value: object) -> str:
        return str(
            states.start_execution(stateMachineArn=machine, name="same-name", input=json.dumps(value))["executionArn"]
        )

    arn = start({"a": 1})
    assert start({"a": 1}) == arn
    with pytest.raises(states.exceptions.ExecutionAlreadyExists):
        start({"a": 2})
    states.send_task_success(taskToken=wait_for_token(cloud, arn), output="{}")
    machines.end(arn)
    with pytest.raises(states.exceptions.ExecutionAlreadyExists):
        start({"a": 1})


def test_unnamed_executions_get_names_of_their_own_and_bad_names_are_refused(
    machines: Machines, cloud: EmbeddedCloud
) -> None:
    states = cloud.client("stepfunctions")
    machine = machines.create({"StartAt": "In", "States": {"In": {**pass_state({"ok": True}), "End": True}}})
    names = {states.start_execution(stateMachineArn=machine)["executionArn"] for _ in range(3)}
    assert len(names) == 3
    with pytest.raises(states.exceptions.InvalidName):
        states.start_execution(stateMachineArn=machine, name="with space")
    with pytest.raises(ClientError):
        states.start_execution(stateMachineArn=machine, name="x" * 81)


def test_trace_header_of_a_start_reaches_description_and_handler(machines: Machines, cloud: EmbeddedCloud) -> None:
    header = "Root=1-67891233-abcdef012345678912345678;Parent=53995c3f42cd8ad8;Sampled=1"
    state = {
        "Type": "Task",
        "Resource": "arn:aws:states:::lambda:invoke",
        "Arguments": {"FunctionName": cloud.arn("EchoFunction"), "Payload": {"do": "environment"}},
        "Output": "{% $states.result.Payload._X_AMZN_TRACE_ID %}",
        "End": True,
    }
    arn = machines.start({"StartAt": "Call", "States": {"Call": state}}, traceHeader=header)
    # The call's parent is the attempt at the state.
    assert trace_id_of(machines.end(arn).output) == trace_id_of(header)
    assert cloud.client("stepfunctions").describe_execution(executionArn=arn)["traceHeader"] == header


def test_machine_timeout_ends_a_waiting_execution(machines: Machines) -> None:
    done = machines.run(
        {"StartAt": "Wait", "TimeoutSeconds": 1, "States": {"Wait": {"Type": "Wait", "Seconds": 600, "End": True}}}
    )
    assert done.status == "TIMED_OUT"


def test_wait_ends_when_its_time_is_let_pass(machines: Machines, cloud: EmbeddedCloud) -> None:
    arn = machines.start({"StartAt": "Wait", "States": {"Wait": {"Type": "Wait", "Seconds": 600, "End": True}}})
    cloud.wait_until(lambda: cloud.pass_time(arn), describe="the wait")
    assert machines.end(arn).status == "SUCCEEDED"
    assert not cloud.pass_time(arn), "it waits no more"


def test_token_times_out_when_its_time_is_let_pass(machines: Machines, cloud: EmbeddedCloud) -> None:
    arn = machines.start({"StartAt": "Wait", "States": {"Wait": token_state(cloud, TimeoutSeconds=600)}})
    token = wait_for_token(cloud, arn)
    assert cloud.pass_time(arn)
    assert machines.end(arn).error == "States.Timeout"
    with pytest.raises(ClientError) as refused:
        cloud.client("stepfunctions").send_task_success(taskToken=token, output="{}")
    assert refused.value.response["Error"]["Code"] == "TaskTimedOut"


def test_answered_token_does_not_time_out(machines: Machines, cloud: EmbeddedCloud) -> None:
    arn = machines.start({"StartAt": "Wait", "States": {"Wait": token_state(cloud, TimeoutSeconds=600)}})
    token = wait_for_token(cloud, arn)
    cloud.client("stepfunctions").send_task_success(taskToken=token, output='{"answer": 42}')
    cloud.pass_time(arn)
    assert machines.end(arn).output == {"answer": 42}


def test_map_runs_its_items_with_their_own_values(machines: Machines) -> None:
    done = machines.one_state(
        {
            "Type": "Map",
            "Items": "{% $states.input.items %}",
            "MaxConcurrency": 3,
            "ItemProcessor": {
                "ProcessorConfig": {"Mode": "INLINE"},
                "StartAt": "Double",
                "States": {"Double": {**pass_state("{% $states.input * 2 %}"), "End": True}},
            },
        },
        {"items": [1, 2, 3, 4]},
    )
    assert done.output == [2, 4, 6, 8], done.cause


@pytest.mark.parametrize("zone", ["UTC", "Asia/Tokyo", "America/New_York"])
def test_moment_to_wait_for_is_the_same_in_every_time_zone(
    machines: Machines, monkeypatch: pytest.MonkeyPatch, zone: str
) -> None:
    monkeypatch.setenv("TZ", zone)
    time.tzset()
    try:
        until = dt.datetime.now(tz=dt.UTC) + dt.timedelta(seconds=0.4)
        done = machines.one_state(
            {"Type": "Wait", "Timestamp": "{% $states.input.until %}"}, {"until": until.isoformat()}
        )
    finally:
        monkeypatch.undo()
        time.tzset()
    assert done.status == "SUCCEEDED", done.cause
    exited = next(event for event in done.history if event["type"] == "WaitStateExited")
    late = dt.datetime.fromisoformat(exited["timestamp"]) - until
    assert dt.timedelta(seconds=-0.01) < late < dt.timedelta(minutes=10)


def test_moment_without_a_zone_is_refused(machines: Machines) -> None:
    state = {"Type": "Wait", "Timestamp": "{% $states.input.until %}"}
    assert machines.one_state(state, {"until": "2026-05-04T10:00:00"}).error == "States.Runtime"
