"""What sets the alarms about Enedis, messages and billing off, and how it is taken away again."""

import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from moto.core.models import DEFAULT_ACCOUNT_ID

from local.cloud import LambdaError
from local.partners.enedis.flows import FlowRow
from restoration.clock import to_text
from restoration.contracts.notifications import tag_of
from restoration.domain.point import SupplyState
from tests.end_to_end.alarm_scene import NOW, NUMBERS, Causes, Scene, limitation_requested
from tests.end_to_end.flow_files import close_days_ago

CAUSES = Causes()


# ── Enedis ──────────────────────────────────────────────────────────────────────────────────────────────────────────


@CAUSES.set_off("EnedisUnreachable")
def enedis_is_down(scene: Scene) -> Iterator[None]:
    """The breaker has been open for ten minutes."""
    until = int((datetime.now(UTC) + timedelta(hours=1)).timestamp())
    began = to_text(datetime.now(UTC) - timedelta(minutes=10))
    scene.put_item("EnedisAccessTable", name="outage", beganAt=began, expiration=until)
    scene.watch()
    scene.minutes(1)
    yield
    _forget_access(scene, "outage")


@CAUSES.set_off("EnedisQuotaExhausted")
def quota_is_exhausted(scene: Scene) -> Iterator[None]:
    """All turns of the next minutes are booked, whenever a read asks for one in half an hour."""
    customer = scene.world.new_customer()
    for _ in range(8):
        ahead = int((datetime.now(UTC) + timedelta(minutes=5)).timestamp() * 1000)
        scene.put_item("EnedisAccessTable", name="quota", next_at=ahead, reach=600_000)
        with suppress(LambdaError):
            scene.world.cloud.invoke("ReadPointFunction", _read(customer))
        scene.minutes(4)
    yield
    _forget_access(scene, "quota")


@CAUSES.set_off("OrdersLate")
def order_is_late(scene: Scene) -> Iterator[None]:
    late = _read(scene.world.new_customer()) | {"reference": "LIM-1/R/1", "dueAt": "2026-01-01T00:00:00Z"}
    assert scene.world.cloud.invoke("ReadPointFunction", late)["late"] is True
    scene.minutes(1)
    yield


@CAUSES.set_off("EnedisCertificateExpires")
def certificate_is_unusable(scene: Scene) -> Iterator[None]:
    cloud = scene.world.cloud
    secret = cloud.outputs["EnedisSecretArn"]
    secrets = cloud.client("secretsmanager")
    good = secrets.get_secret_value(SecretId=secret)["SecretString"]
    secrets.put_secret_value(SecretId=secret, SecretString=json.dumps({**json.loads(good), "certificate": "none"}))
    try:
        scene.world.end_workers("MeasureEnedisFunction")
        scene.watch()
        scene.minutes(1)
        yield
    finally:
        secrets.put_secret_value(SecretId=secret, SecretString=good)
        scene.world.end_workers("MeasureEnedisFunction")


@CAUSES.set_off("FlowRowsSkipped", "SettledStillLimited", "FlowContradictsClosing")
def flow_shows_what_was_settled(scene: Scene) -> Iterator[None]:
    """A limitation that was closed days ago is shown; it is closed after another look, and shown again."""
    customer = scene.world.new_customer()
    scene.world.billing.update_contract(
        customer.contract_id, customer_id=customer.customer_id, point_id=customer.point_id
    )
    closed_at = NOW - timedelta(days=3)
    close_days_ago(scene.world, customer, to_text(closed_at))
    shown = FlowRow(
        "LIM77",
        1,
        customer.point_id,
        customer.contract_id,
        supply_state=SupplyState.LIMITED,
        effective_on=(closed_at - timedelta(days=9)).date(),
        limited_power_kva="1",
        limitation_reason="IMPAYE",
    )
    nobody_s = replace(shown, case_id="LIM78", point_id="30000000099999", contract_id="")
    scene.drop_flow(shown, nobody_s, taken_at=NOW)
    scene.world.wait_for_outcome(replace(customer, limitation_id="ENEDIS-LIM77-1"), "RESTORED")
    registered, key = scene.world.table("LimitationsTable"), {"limitationId": "ENEDIS-LIM77-1"}
    registered.put_item(Item={**registered.get_item(Key=key)["Item"], "status": "CLOSED"})
    close_days_ago(scene.world, customer, to_text(closed_at))
    scene.drop_flow(shown, taken_at=NOW + timedelta(hours=1))
    scene.minutes(1)
    yield


@CAUSES.set_off("FlowChecksDeferred")
def flow_differs_too_much(scene: Scene) -> Iterator[None]:
    """Put: one file would have to start 2,000 executions first."""
    scene.put_metric("FlowChecksDeferred", 1)
    scene.minutes(1)
    yield


def _read(customer: Any) -> dict[str, Any]:
    return {
        "limitationId": customer.limitation_id,
        "pointId": customer.point_id,
        "contractId": customer.contract_id,
    }


def _forget_access(scene: Scene, name: str) -> None:
    scene.world.table("EnedisAccessTable").delete_item(Key={"name": name})


# ── Messages and billing ────────────────────────────────────────────────────────────────────────────────────────────


@CAUSES.set_off("MessagesFail")
def billing_knows_no_contact(scene: Scene) -> Iterator[None]:
    bodies = []
    for number in range(10):
        limitation = f"LIM-F{number}"
        scene.put_item(
            "LimitationsTable",
            limitationId=limitation,
            contractId=f"CTR-F{number}",
            pointId="30009990000001",
            customerId=f"CUS-F{number}",
            status="CLOSED",
            generation=1,
        )
        detail = {
            "id": f"{limitation}:1:PowerRestored:",
            "limitationId": limitation,
            "contractId": f"CTR-F{number}",
            "generation": 1,
            "pointId": "30009990000001",
            "outcome": "RESTORED",
            "reference": None,
            "basis": "DEBT_COVERED",
            "residual": "0.00",
            "reviewOn": None,
            "communicatingMeter": True,
        }
        bodies.append(_delivered("PowerRestored", detail))
    records = [
        {"messageId": f"f-{number}", "body": body, "attributes": {"ApproximateReceiveCount": "5"}}
        for number, body in enumerate(bodies)
    ]
    scene.world.cloud.invoke("NotifyCustomerFunction", {"Records": records})
    scene.minutes(1)
    yield
    scene.world.dead_letters("NotificationsDeadLetters")


@CAUSES.set_off("MessagesUndelivered", "CustomersComplain")
def carriers_report_trouble(scene: Scene) -> Iterator[None]:
    bodies = []
    for number in range(23):
        attempt = f"LIM-D{number}#POWER_RESTORED#1"
        report = "Email Bounced" if number < 20 else "Email Complaint Received"
        body = json.dumps({"report": report, "at": "2026-11-26T10:00:00Z", "tag": tag_of(attempt)})
        scene.put_item(
            "MessagesTable",
            messageId=attempt,
            state="SENT",
            claimedBy="somebody",
            claimedAt="2026-11-26T09:00:00.000Z",
            channel="EMAIL",
            record=body,
        )
        bodies.append(body)
    scene.feed("NotifyCustomerFunction", *bodies)
    scene.minutes(1)
    yield


@CAUSES.set_off("DunningStopUnheard")
def billing_limits_again(scene: Scene) -> Iterator[None]:
    """Twenty limitations of one contract, whose last one was closed a week ago."""
    customer = scene.world.new_customer()
    close_days_ago(scene.world, customer, to_text(NOW - timedelta(days=7)))
    scene.feed(
        "RegisterLimitationsFunction",
        *(
            _delivered(
                "PowerLimitationRequested",
                json.loads(limitation_requested(f"LIM-S{number}", customer.contract_id, customer.point_id)["Detail"]),
            )
            for number in range(20)
        ),
    )
    scene.minutes(1)
    yield


def _delivered(detail_type: str, detail: Mapping[str, Any]) -> str:
    """An event as a queue holds it."""
    return json.dumps(
        {
            "version": "0",
            "id": f"e-{next(NUMBERS)}",
            "detail-type": detail_type,
            "source": "restoration" if detail_type == "PowerRestored" else "billing",
            "account": DEFAULT_ACCOUNT_ID,
            "time": to_text(NOW),
            "region": "eu-west-3",
            "resources": [],
            "detail": detail,
        }
    )
