"""A redriven execution goes on where it stopped, as on AWS."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

import pytest
from botocore.exceptions import ClientError

from tests.integration.cloud.machines import refused

if TYPE_CHECKING:
    from embedded_cloud import EmbeddedCloud
    from tests.integration.cloud.machines import Machines


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
