"""Incidents of the runbook: Enedis is away, its certificate or quota at an end, its flows broken or different."""

import json
from collections.abc import Generator
from dataclasses import replace
from datetime import UTC, datetime, timedelta

from local.partners.enedis.flows import zipped_flow
from local.stage import Customer
from ops.outage import BREAKER, OUTAGE
from restoration.clock import to_text
from restoration.domain.point import SupplyState
from tests.end_to_end.flow_files import close_days_ago, drop, drop_and_wait, next_moment, row
from tests.end_to_end.provoked import unusable_certificate
from tests.end_to_end.runbook_pages import Scene
from tests.end_to_end.world import World


def outage(world: World) -> Generator[Scene]:
    """As the functions leave it in their table once enough calls in a row have failed."""
    access, began = world.table("EnedisAccessTable"), datetime.now(UTC) - timedelta(hours=1)
    expires = int((began + timedelta(days=1)).timestamp())
    access.put_item(Item={"name": OUTAGE, "beganAt": to_text(began), "expiration": expires})
    access.put_item(Item={"name": BREAKER, "state": "OPEN", "expiration": expires})
    world.cloud.invoke("MeasureEnedisFunction", {})
    yield Scene(says=("Enedis unreachable", "Kept in the journal"), counts="EnedisUnreachableSeconds")
    for name in (OUTAGE, BREAKER):
        assert "Item" not in access.get_item(Key={"name": name})


def quota_used_up(world: World) -> Generator[Scene]:
    """All turns of the next minutes are booked."""
    access, ahead = world.table("EnedisAccessTable"), datetime.now(UTC) + timedelta(minutes=10)
    customer = world.limited_customer()
    access.put_item(Item={"name": "quota", "next_at": round(ahead.timestamp() * 1000), "reach": 3_600_000})
    world.pay(customer)
    world.wait(
        lambda: any("no turn within" in json.dumps(line) for line in world.cloud.logs("ReadPointFunction")),
        "no turn is left",
    )
    try:
        yield Scene(says=("no turn within",), counts="EnedisQuotaExhausted")
    finally:
        access.delete_item(Key={"name": "quota"})
    world.wait_for_outcome(customer, "RESTORED")


def certificate_that_is_none(world: World) -> Generator[Scene]:
    with unusable_certificate(world):
        world.cloud.invoke("MeasureEnedisFunction", {})
        yield Scene(says=("no usable certificate",))


def flow_that_is_broken(world: World) -> Generator[Scene]:
    drop(world, zipped_flow([], next_moment())[:-40], "x12/broken.zip")
    world.wait(lambda: world.cloud.queued("FlowsDeadLetters"), "a flow that was put aside")
    yield Scene(says=("x12/broken.zip", "InvalidFlow", "invalid event put aside"))
    world.dead_letters("FlowsDeadLetters")


def flow_with_bad_rows(world: World) -> Generator[Scene]:
    customer = world.limited_customer()
    bad = row(customer, SupplyState.LIMITED, "SKIP0001", limited_power_kva="x")
    drop_and_wait(world, zipped_flow([bad], next_moment()), "x12/rows.zip")
    yield Scene(says=("row skipped", "x12/rows.zip"), counts="FlowRowsSkipped")


def flow_that_differs(world: World) -> Generator[Scene]:
    customer = world.limited_customer()
    lifted = row(customer, SupplyState.SUPPLIED, "RET00009")
    drop_and_wait(world, zipped_flow([lifted], next_moment()), "x12/differs.zip")
    yield Scene(says=("flow worked through", "FlowLimitationsLifted"))
    world.wait(lambda: [it for it in world.executions(customer) if not it.is_running], "the end of its look")


def point_that_is_cut(world: World) -> Generator[Scene]:
    """The register says 1 kVA, the flow shows no power at all."""
    customer = world.limited_customer()
    cut = row(customer, SupplyState.CUT, "COU00066", limitation_reason="IMPAYE")
    drop_and_wait(world, zipped_flow([cut], next_moment()), "x12/cut.zip")
    yield Scene(says=("shows less power than the register", customer.limitation_id), counts="FlowPointsLower")
    world.wait(lambda: [it for it in world.executions(customer) if not it.is_running], "the end of its look")


def flow_that_contradicts(world: World) -> Generator[Scene]:
    """We registered a limitation from the flow and gave power back, days ago; the flow still shows it."""
    customer = world.new_customer()
    world.billing.update_contract(customer.contract_id, customer_id=customer.customer_id, point_id=customer.point_id)
    rows = [row(customer, SupplyState.LIMITED, "LIM00077", limitation_reason="IMPAYE")]
    drop_and_wait(world, zipped_flow(rows, next_moment()), "x12/unknown.zip")
    registered = Customer("ENEDIS-LIM00077-1", customer.contract_id, customer.point_id, customer.customer_id, 0.0)
    world.wait_for_outcome(registered, "RESTORED")
    close_days_ago(world, customer, "2026-05-05T00:00:00.000Z")
    drop_and_wait(world, zipped_flow(rows, next_moment()), "x12/late.zip")
    says = "still shows a limitation that was closed", registered.limitation_id
    yield Scene(says=says, counts="FlowLimitationsContradicted")


def settled_and_shown(world: World) -> Generator[Scene]:
    """A limitation was closed days ago, and the flow still shows its point limited."""
    customer = world.new_customer()
    world.billing.update_contract(customer.contract_id, customer_id=customer.customer_id, point_id=customer.point_id)
    shown_at = next_moment()
    closed_at = shown_at - timedelta(days=3)
    close_days_ago(world, customer, to_text(closed_at))
    began = (closed_at - timedelta(days=9)).date()
    shown = row(customer, SupplyState.LIMITED, "LIM00088", limitation_reason="IMPAYE", effective_on=began)
    drop_and_wait(world, zipped_flow([shown], shown_at), "x12/settled.zip")
    yield Scene(says=("days after it was settled",), counts="FlowLimitationsStillShown")
    registered = replace(customer, limitation_id="ENEDIS-LIM00088-1")
    world.wait_for_outcome(registered, "RESTORED")
