"""Intake: a thousand payments, few of them of limited customers, some of them broken."""

import json
from typing import Any

import pytest

from tests.end_to_end.world import World


def payment(number: int, **changes: object) -> dict[str, object]:
    return {
        "paymentId": f"CROWD-{number:06}",
        "customerId": f"CUS-C{number:06}",
        "at": "2026-05-04T09:00:00Z",
        "means": "DIRECT_DEBIT",
        "status": "SETTLED",
        "amount": 80.0,
        "currency": "EUR",
        "allocations": [{"contractId": f"CTR-C{number:06}", "amount": 80.0}],
    } | changes


def entry(world: World, detail: object, detail_type: str = "PaymentReceived") -> dict[str, Any]:
    text = detail if isinstance(detail, str) else json.dumps(detail)
    bus = world.cloud.outputs["EventBusName"]
    return {"Source": "billing", "DetailType": detail_type, "Detail": text, "EventBusName": bus}


def test_payments_of_customers_who_are_not_limited_start_nothing(world: World) -> None:
    before = len(world.cloud.executions())
    counted = world.cloud.metrics.get(("restoration", "PaymentReceivedEvents"), 0)
    world.put_entries([entry(world, payment(number)) for number in range(300)])
    world.cloud.wait_idle()
    assert len(world.cloud.executions()) == before
    assert world.cloud.metrics[("restoration", "PaymentReceivedEvents")] == counted + 300


@pytest.mark.parametrize(
    ("source", "detail_type"),
    [("billing", "PaymentRecieved"), ("biling", "PaymentReceived")],
)
def test_event_that_no_rule_takes_is_kept_and_not_dropped(world: World, source: str, detail_type: str) -> None:
    world.put_entries([entry(world, payment(2000), detail_type) | {"Source": source}])
    world.wait(
        lambda: world.cloud.queue_depths()["restoration-unrecognised-events"].visible == 1, "the unrecognised event"
    )
    [(body, _)] = world.dead_letters("UnrecognisedEventsQueue")
    assert json.loads(body)["detail-type"] == detail_type
    assert json.loads(body)["source"] == source
