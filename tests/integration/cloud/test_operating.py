"""What operations ask AWS for: lists in pages, moves of dead letters, replays, mappings and logs."""

from __future__ import annotations

import datetime as dt
import json
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from tests.integration.cloud.machines import over_http, refused, taken

if TYPE_CHECKING:
    from embedded_cloud import EmbeddedCloud
    from tests.integration.cloud.machines import Machines

FAILS = {"Type": "Fail", "Error": "Broken", "Cause": "on purpose"}


# ── Executions ──


def test_executions_are_listed_newest_first_and_in_pages(machines: Machines, cloud: EmbeddedCloud) -> None:
    states = over_http(cloud, "stepfunctions")
    machine = machines.create({"StartAt": "Only", "States": {"Only": {"Type": "Pass", "End": True}}})
    for number in range(5):
        states.start_execution(stateMachineArn=machine, name=f"n{number}")
    pages = list(
        states.get_paginator("list_executions").paginate(stateMachineArn=machine, PaginationConfig={"PageSize": 2})
    )
    assert [[it["name"] for it in page["executions"]] for page in pages] == [["n4", "n3"], ["n2", "n1"], ["n0"]]
    assert all(it["redriveCount"] == 0 and "redriveDate" not in it for it in pages[0]["executions"])
    assert refused(lambda: states.list_executions(stateMachineArn=machine, nextToken="x"))[0] == "InvalidToken"


def test_redrive_is_seen_in_lists_and_its_token_counts_once(machines: Machines, cloud: EmbeddedCloud) -> None:
    states = over_http(cloud, "stepfunctions")
    failed = machines.run({"StartAt": "Bad", "States": {"Bad": FAILS}})
    first = states.redrive_execution(executionArn=failed.arn, clientToken="one")
    machines.end(failed.arn)
    again = states.redrive_execution(executionArn=failed.arn, clientToken="one")
    assert again["redriveDate"] == first["redriveDate"]
    machine = states.describe_execution(executionArn=failed.arn)["stateMachineArn"]
    [listed] = states.list_executions(stateMachineArn=machine, statusFilter="FAILED")["executions"]
    assert (listed["redriveCount"], listed["redriveDate"]) == (1, first["redriveDate"])
    states.redrive_execution(executionArn=failed.arn, clientToken="two")
    assert machines.end(failed.arn).redrives == 2
    assert states.list_executions(stateMachineArn=machine, statusFilter="RUNNING")["executions"] == []


def test_running_and_succeeded_executions_are_not_redrivable(machines: Machines, cloud: EmbeddedCloud) -> None:
    done, states = machines.one_state({"Type": "Pass"}), cloud.client("stepfunctions")
    waiting = machines.start({"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 600, "End": True}}})
    for arn in (done.arn, waiting):
        assert refused(partial(states.redrive_execution, executionArn=arn))[0] == "ExecutionNotRedrivable"
    cloud.wait_until(lambda: cloud.execution(waiting).path == ["W"])
    cloud.stop_execution(waiting)
    machines.end(waiting)
    states.redrive_execution(executionArn=waiting)
    assert cloud.execution(waiting).status == "RUNNING"
    cloud.stop_execution(waiting)
    assert machines.end(waiting).status == "ABORTED"


def test_machine_with_parallel_states_is_not_redriven(machines: Machines, cloud: EmbeddedCloud) -> None:
    branch = {"StartAt": "F", "States": {"F": {"Type": "Fail", "Error": "No"}}}
    failed = machines.run({"StartAt": "P", "States": {"P": {"Type": "Parallel", "Branches": [branch], "End": True}}})
    with pytest.raises(ClientError, match="Parallel state are not redriven by the embedded cloud"):
        cloud.client("stepfunctions").redrive_execution(executionArn=failed.arn)


def test_history_is_given_from_either_end_and_in_pages(machines: Machines, cloud: EmbeddedCloud) -> None:
    states = over_http(cloud, "stepfunctions")
    done = machines.one_state({"Type": "Pass"}, {"n": 1})
    newest = states.get_execution_history(executionArn=done.arn, reverseOrder=True, maxResults=1)
    assert [event["type"] for event in newest["events"]] == ["ExecutionSucceeded"]
    assert isinstance(newest["events"][0]["timestamp"], dt.datetime)
    whole = states.get_execution_history(executionArn=done.arn)["events"]
    pages = states.get_paginator("get_execution_history").paginate(
        executionArn=done.arn, reverseOrder=True, PaginationConfig={"PageSize": 2}
    )
    assert [event["id"] for page in pages for event in page["events"]] == [it["id"] for it in reversed(whole)]
    assert whole[0]["executionStartedEventDetails"]["input"] == '{"n": 1}'
    bare = states.get_execution_history(executionArn=done.arn, includeExecutionData=False)["events"]
    assert "input" not in bare[0]["executionStartedEventDetails"]


def test_update_of_a_machine_is_a_revision_which_executions_begun_before_do_not_have(
    machines: Machines, cloud: EmbeddedCloud
) -> None:
    states = over_http(cloud, "stepfunctions")
    machine = machines.create({"StartAt": "Only", "States": {"Only": {"Type": "Wait", "Seconds": 60, "End": True}}})
    first = states.describe_state_machine(stateMachineArn=machine)
    before = states.start_execution(stateMachineArn=machine, input="{}")["executionArn"]
    states.update_state_machine(stateMachineArn=machine, definition=first["definition"])
    revision = states.describe_state_machine(stateMachineArn=machine)["revisionId"]
    after = states.start_execution(stateMachineArn=machine, input="{}")["executionArn"]
    of_each = [states.describe_state_machine_for_execution(executionArn=each) for each in (before, after)]
    assert [each["revisionId"] for each in of_each] == [first["revisionId"], revision]
    assert first["revisionId"] == "INITIAL"
    assert of_each[1]["updateDate"] > of_each[0]["updateDate"]
    for each in (before, after):
        states.stop_execution(executionArn=each)


# ── Mappings ──


def test_mapping_that_is_disabled_reads_nothing(cloud: EmbeddedCloud) -> None:
    functions = over_http(cloud, "lambda")
    [mapping] = functions.list_event_source_mappings(EventSourceArn=cloud.arn("Payments"))["EventSourceMappings"]
    name = mapping["FunctionArn"].rpartition(":")[2]
    assert functions.list_event_source_mappings(FunctionName=name)["EventSourceMappings"] == [mapping]
    assert mapping["State"] == "Enabled"
    assert functions.update_event_source_mapping(UUID=mapping["UUID"], Enabled=False)["State"] == "Disabling"
    cloud.client("sqs").send_message(QueueUrl=cloud.physical_id("Payments"), MessageBody="{}")
    assert functions.get_event_source_mapping(UUID=mapping["UUID"])["State"] == "Disabled"
    assert cloud.queued("Payments") == ["{}"]
    assert cloud.queue_depths()[cloud.physical_id("Payments").rpartition("/")[2]].visible == 1
    assert taken(cloud, cloud.physical_id("Payments"))
    assert functions.update_event_source_mapping(UUID=mapping["UUID"], Enabled=True)["State"] == "Enabling"
    assert refused(lambda: functions.get_event_source_mapping(UUID="0" * 36))[0] == "ResourceNotFoundException"
    assert refused(lambda: functions.update_event_source_mapping(UUID=mapping["UUID"], BatchSize=1))[0] == (
        "InvalidParameterValueException"
    )


# ── Events ──


def test_bus_refuses_a_request_whose_entries_are_too_large_together(cloud: EmbeddedCloud) -> None:
    events = over_http(cloud, "events")
    entry = {"Source": "nobody", "DetailType": "x", "EventBusName": cloud.outputs["BusName"]}

    def put(size: int, count: int) -> Any:
        detail = json.dumps({"text": "x" * size})
        return events.put_events(Entries=[{**entry, "Detail": detail}] * count)

    assert put(125_000, 2)["FailedEntryCount"] == 0
    assert refused(lambda: put(135_000, 2))[0] == "ValidationException"
    assert refused(lambda: put(262_144, 1))[0] == "ValidationException"


# ── Logs ──


def test_lines_of_a_function_are_found_in_its_log_group(cloud: EmbeddedCloud) -> None:
    logs = over_http(cloud, "logs")
    before = dt.datetime.now(tz=dt.UTC)
    for number in (1, 2):
        cloud.invoke("EchoFunction", {"do": "log", "n": number})
    group = {"logGroupName": "/aws/lambda/sample-echo", "startTime": int(before.timestamp() * 1000) - 1}
    cloud.wait_until(lambda: len(logs.filter_log_events(**group, filterPattern='"hello"')["events"]) >= 2)
    found = logs.filter_log_events(**group, filterPattern="{ $.n = 2 }")["events"]
    assert [json.loads(it["message"])["n"] for it in found] == [2]
    one = logs.filter_log_events(**group, filterPattern='"hello"', limit=1)
    rest = logs.filter_log_events(**group, filterPattern='"hello"', limit=1, nextToken=one["nextToken"])
    assert [json.loads(it["events"][0]["message"])["n"] for it in (one, rest)] == [1, 2]
    assert refused(lambda: logs.filter_log_events(**group, filterPattern="{ $.n = "))[0] == "InvalidParameterException"
    assert refused(lambda: logs.filter_log_events(logGroupName="/none"))[0] == "ResourceNotFoundException"
