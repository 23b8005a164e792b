"""Enedis' daily flow wakes an execution whose case is closed, however far away its next read is."""

from datetime import UTC, date, datetime

from local.partners.enedis.flows import FlowRow, zipped_flow
from local.stage import deployed_stage
from restoration.domain.order import Intent, OrderReference
from tests.end_to_end.world import World


def test_case_that_enedis_closed_is_read_when_the_daily_flow_shows_it() -> None:
    # Nobody lets the four hours pass for which the execution waits.
    with deployed_stage(enedis_step_seconds=0.02) as stage:
        world = World(stage)
        customer = world.limited_customer()
        world.pay(customer)
        world.wait_until_it_waits(customer, "WaitForEnedis")
        [order] = world.orders(customer)
        world.wait(lambda: not world.enedis.network.view(customer.point_id).cases[-1].running, "the case's end")
        row = FlowRow(
            case_id=order.case_id,
            number=1,
            point_id=customer.point_id,
            contract_id=customer.contract_id,
            effective_on=date(2026, 5, 10),
            reference=str(OrderReference(customer.limitation_id, Intent.RESTORE_REMOTELY, 1)),
        )
        world.cloud.client("s3").put_object(
            Bucket=world.cloud.outputs["FlowsBucketName"],
            Key="x12/closed.zip",
            Body=zipped_flow([row], datetime(2026, 5, 10, 2, tzinfo=UTC)),
        )
        world.wait_for_outcomes(customer, "BALANCE_DUE", "RESTORED", "JOINED")
        [restored] = [each for each in world.executions(customer) if "OrderAtEnedis" in each.path]
        assert restored.path.count("WaitForEnedis") == 1
        assert len(world.orders(customer)) == 1
        assert world.cloud.metrics["restoration", "FlowOrdersWoken"] == 1
