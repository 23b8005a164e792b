"""A redriven execution goes on where it stopped, as on AWS."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
from botocore.exceptions import ClientError

from tests.integration.cloud.machines import count, counting, refused

if TYPE_CHECKING:
    from embedded_cloud import EmbeddedCloud
    from tests.integration.cloud.machines import Machines


def gate(cloud: EmbeddedCloud, key: str, **more: object) -> dict[str, Any]:
    """A task that fails until the table has an item called `key`."""
    return counting(cloud, key, "attribute_exists(id)", **more)


def open_gate(cloud: EmbeddedCloud, key: str) -> None:
    cloud.client("dynamodb").put_item(TableName=cloud.physical_id("Table"), Item={"id": {"S": key}})


def test_redrive_resumes_at_the_failed_state_with_its_input_and_variables(
    machines: Machines, cloud: EmbeddedCloud
) -> None:
    open_gate(cloud, "before")
    definition = {
        "StartAt": "Before",
        "States": {
            "Before": gate(cloud, "before", Assign={"kept": "{% $states.input.n %}"}, Output={"n": 2}, Next="Fails"),
            "Fails": gate(cloud, "late", Output={"n": "{% $states.input.n %}", "kept": "{% $kept %}"}, End=True),
        },
    }
    failed = machines.run(definition, {"n": 1})
    assert (failed.status, failed.error) == ("FAILED", "DynamoDB.ConditionalCheckFailedException")
    described = cloud.client("stepfunctions").describe_execution(executionArn=failed.arn)
    assert (described["redriveStatus"], described["redriveCount"]) == ("REDRIVABLE", 0)
    cloud.redrive_execution(failed.arn)
    assert machines.end(failed.arn).status == "FAILED"
    open_gate(cloud, "late")
    cloud.redrive_execution(failed.arn)
    done = machines.end(failed.arn)
    assert (done.status, done.error) == ("SUCCEEDED", None)
    assert done.output == {"n": 2, "kept": 1}
    assert done.path == ["Before", "Fails"]
    assert count(cloud, "before") == 1
    redriven = [event for event in done.history if event["type"] == "ExecutionRedriven"]
    assert [event["executionRedrivenEventDetails"]["redriveCount"] for event in redriven] == [1, 2]
    described = cloud.client("stepfunctions").describe_execution(executionArn=failed.arn)
    assert (described["redriveStatus"], described["redriveCount"]) == ("NOT_REDRIVABLE", 2)


def test_running_and_succeeded_executions_are_not_redrivable(machines: Machines, cloud: EmbeddedCloud) -> None:
    done = machines.one_state({"Type": "Pass"})
    waiting = machines.start({"StartAt": "W", "States": {"W": {"Type": "Wait", "Seconds": 600, "End": True}}})
    for arn in (done.arn, waiting):
        assert refused(partial(cloud.redrive_execution, arn))[0] == "ExecutionNotRedrivable"
    cloud.wait_until(lambda: machines.find(waiting).path == ["W"])
    cloud.stop_execution(waiting)
    machines.end(waiting)
    cloud.redrive_execution(waiting)
    assert machines.find(waiting).status == "RUNNING"
    cloud.stop_execution(waiting)
    assert machines.end(waiting).status == "ABORTED"


def test_machine_with_parallel_states_is_not_redriven(machines: Machines, cloud: EmbeddedCloud) -> None:
    branch = {"StartAt": "F", "States": {"F": {"Type": "Fail", "Error": "No"}}}
    failed = machines.run({"StartAt": "P", "States": {"P": {"Type": "Parallel", "Branches": [branch], "End": True}}})
    with pytest.raises(ClientError, match="Parallel state are not redriven by the embedded cloud"):
        cloud.redrive_execution(failed.arn)
