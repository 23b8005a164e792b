"""What the record makes of failures that are taken over, of deployments, and of hours that are over."""

import json
from datetime import datetime

from record.adapters.dynamodb.slice_items import HOUR
from record.adapters.s3.execution_archive import ExecutionLines
from restoration.clock import utc_now
from tests.end_to_end.recorded import Record
from tests.end_to_end.world import World


def test_execution_counts_for_the_revision_on_which_it_began(world: World, record: Record) -> None:
    states, machine = world.cloud.client("stepfunctions"), world.cloud.arn("RestorationStateMachine")
    record.reconcile()
    assert len(record.read.versions()) == 1
    definition = states.describe_state_machine(stateMachineArn=machine)["definition"]
    states.update_state_machine(stateMachineArn=machine, definition=definition)
    first = world.limited_customer()
    world.pay(first, amount=1.0)
    world.wait_for_outcomes(first, "BALANCE_DUE")
    world.wait(lambda: record.reconcile() and len(record.read.versions()) > 1, "a second revision of the machine")
    [execution] = world.executions(world.restored_customer())
    world.wait(lambda: record.equals_history(execution), "the record of its execution")
    until = utc_now() + HOUR

    def version() -> str | None:
        ended = record.read.ended_cases(until - 2 * HOUR, until)
        return next((each.version for each in ended if each.execution == execution.arn), None)

    assert datetime.fromisoformat(world.wait(version, "the counted execution") or "") == record.read.versions()[1]


def test_hour_that_is_over_is_archived_and_packed(world: World, record: Record) -> None:
    executions = world.cloud.arn("RestorationStateMachine").replace(":stateMachine:", ":execution:")
    hour = utc_now().replace(minute=0, second=0, microsecond=0) - 3 * HOUR
    ended = int(hour.timestamp() * 1000) + 60_000
    detail = {
        "executionArn": f"{executions}:LIM-9-x",
        "status": "SUCCEEDED",
        "startDate": ended - 500,
        "stopDate": ended,
        "output": json.dumps({"outcome": "JOINED"}),
    }
    world.cloud.invoke("RecordExecutionFunction", {"detail": detail})
    [before] = record.read.slices(hour, hour + HOUR)
    # So is the hour of the test before, where it has ended meanwhile.
    assert record.reconcile()["archived"] >= 1
    assert record.reconcile()["archived"] == 0
    assert record.read.slices(hour, hour + HOUR) == [before]
    lines = ExecutionLines(world.cloud.client("s3"), world.cloud.physical_id("RecordBucket")).of(hour)
    assert [(each["outcome"], each["tookms"]) for each in lines] == [("JOINED", 500)]
