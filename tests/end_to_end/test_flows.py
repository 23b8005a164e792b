"""Enedis' daily flows, dropped in the bucket: what was lifted or limited without us (docs/enedis-flows.md)."""

from local.partners.enedis.flows import zipped_flow
from restoration.domain.point import SupplyState
from tests.end_to_end.flow_files import drop, drop_and_wait, next_moment, row
from tests.end_to_end.world import World


def test_execution_that_waits_for_a_payment_to_clear_is_woken_and_sees_that_power_is_back(world: World) -> None:
    customer = world.limited_customer()
    world.pay(customer, means="CHEQUE", status="RECEIVED")
    world.wait_until_it_waits(customer, "WaitForBank")
    world.enedis.network.change_point(customer.point_id, supply_state=SupplyState.SUPPLIED, limited_power_kva=None)
    drop(world, zipped_flow([row(customer, SupplyState.SUPPLIED, "RET00005")], next_moment()), "x12/waiting.zip")
    world.wait_for_outcomes(customer, "ALREADY_RESTORED")
    assert world.limitation(customer)["status"] == "CLOSED"
    assert world.orders(customer) == []


def test_file_that_is_gone_when_it_is_its_turn_is_put_aside_with_that_reason(world: World) -> None:
    """S3 says so only to those who may list the bucket: without that right it is "access denied", and tried again."""
    s3, bucket = world.cloud.client("s3"), world.cloud.outputs["FlowsBucketName"]
    (poller,) = world.cloud.pollers_of("FlowsQueue")
    poller.enabled = False
    dropped = s3.put_object(Bucket=bucket, Key="x12/gone.zip", Body=zipped_flow([], next_moment()))
    s3.delete_object(Bucket=bucket, Key="x12/gone.zip", VersionId=dropped["VersionId"])
    poller.enabled = True
    world.wait(lambda: world.cloud.queued("FlowsDeadLetters"), "the record of a file that is gone")
    [(_, attributes)] = world.dead_letters("FlowsDeadLetters")
    assert attributes["ErrorReason"] == "x12/gone.zip: is not in the bucket any more"


def test_file_that_is_read_again_tells_of_an_execution_that_failed_meanwhile(world: World) -> None:
    """As after a worker that died before it noted the file: the same trigger meets its own, failed execution."""
    customer = world.limited_customer()
    world.enedis.network.change_point(customer.point_id, supply_state=SupplyState.SUPPLIED, limited_power_kva=None)
    flow = zipped_flow([row(customer, SupplyState.SUPPLIED, "RET00006", event="RET")], next_moment(), flow="C15")
    with world.failing("ClaimLimitationFunction", customer, "InvalidConfiguration"):
        drop_and_wait(world, flow, "c15/twice.zip")
        failed = world.wait_for_rest(customer, 1)[-1]
    assert failed.status == "FAILED"
    (noted,) = (each for each in world.stage.items("FlowSnapshotsTable") if each["flow"] == "C15")
    world.table("FlowSnapshotsTable").delete_item(Key={"flow": noted["flow"]})
    assert drop_and_wait(world, flow, "c15/twice.zip")["outcome"] == "RECONCILED"
    assert [it.arn for it in world.executions(customer)] == [failed.arn]
    world.stage.operations("stepfunctions").redrive_execution(executionArn=failed.arn)
    world.wait_for_outcomes(customer, "ALREADY_RESTORED")
