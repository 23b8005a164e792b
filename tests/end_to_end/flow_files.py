"""Enedis' daily flows, as tests make them and drop them into the bucket."""

from datetime import UTC, date, datetime, timedelta
from itertools import count
from typing import Any

from local.partners.enedis.flows import FlowRow
from local.stage import Customer
from restoration.domain.point import SupplyState
from tests.end_to_end.world import World

DAY = date(2026, 5, 10)
_days = count(0)


def next_moment() -> datetime:
    """Each test's snapshot is newer than those before."""
    return datetime(2026, 5, 10, 2, tzinfo=UTC) + timedelta(hours=next(_days))


def row(customer: Customer, state: SupplyState, case_id: str, **changes: Any) -> FlowRow:
    fields: dict[str, Any] = {"effective_on": DAY, "limited_power_kva": "1" if state is SupplyState.LIMITED else ""}
    return FlowRow(case_id, 1, customer.point_id, customer.contract_id, supply_state=state, **(fields | changes))


def close_days_ago(world: World, customer: Customer, at: str) -> None:
    """Let the register say that a contract's last limitation was closed then."""
    item = {"contractId": customer.contract_id, "limitations": {}, "closedLimitations": {}, "lastClosedAt": at}
    world.table("LimitedContractsTable").put_item(Item=item)


def drop(world: World, content: bytes, key: str) -> None:
    world.cloud.client("s3").put_object(Bucket=world.cloud.outputs["FlowsBucketName"], Key=key, Body=content)


def drop_and_wait(world: World, content: bytes, key: str) -> None:
    """Drop a flow, and wait until it is worked through."""
    drop(world, content, key)
    told = "flow worked through", key
    logs = world.cloud.logs
    world.wait(
        lambda: told in [(it.get("message"), it.get("file")) for it in logs("IngestEnedisFlowFunction")], told[1]
    )
