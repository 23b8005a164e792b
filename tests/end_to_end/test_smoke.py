"""The smoke test's own test: against the embedded cloud it does what it will do against an account."""

import json
from contextlib import nullcontext
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from types import SimpleNamespace
from typing import Any

import pytest

from local.customers import Customer, card_payment, entry, fields_of
from ops.failures import OpsError
from ops.smoke import Sandbox, Smoke, require
from record.domain.course import Course
from record.domain.course_event import End
from tests.end_to_end.operations import Operations, administrators
from tests.end_to_end.world import SUMMER, WINTER, World

AT = datetime(2026, 5, 4, 9, 0, tzinfo=UTC)
STRANGER = Sandbox("SMOKE-stranger", "CTR-stranger", "30000000009999", "CUS-S", "42.00", "PAY-stranger")


def sandbox(world: World, on: date = SUMMER) -> Sandbox:
    """A limitation that billing and Enedis know. Billing never hears the bus: it has books of its own."""
    customer = world.new_customer(debt=42.0)
    limited = fields_of("PowerLimited", (customer,), datetime(2026, 5, 1, 8, tzinfo=UTC), "")
    world.billing.set_business_date(on, customer.contract_id)
    assert world.billing.record(entry("PowerLimited", limited))
    ids = (customer.limitation_id, customer.contract_id, customer.point_id, customer.customer_id)
    return Sandbox(*ids, "42.00", f"PAY-{customer.limitation_id}")


def book_payment(world: World, known: Sandbox) -> None:
    """Let billing's own people book the payment, once the limitation is registered: before, nobody waits for it."""
    world.wait(lambda: world.stage.limitation(known.limitation_id), f"the registration of {known.limitation_id}")
    ids = (known.limitation_id, known.contract_id, known.point_id, known.customer_id)
    paid = json.loads(card_payment(Customer(*ids, float(known.debt)), AT - timedelta(minutes=1))["Detail"])
    assert world.billing.record(entry("PaymentReceived", paid | {"paymentId": known.payment}))


def pause(world: World) -> None:
    """Let a minute's sweep be done."""
    world.stage.sweep()
    world.cloud.wait_idle()


def smoke(world: World, known: Sandbox, **changes: Any) -> Smoke:
    settings: dict[str, Any] = {
        "account": administrators(world.cloud),
        "patience": 120.0,
        "look": 3.0,
        "say": lambda _line: None,
        "before_payment": lambda _what: book_payment(world, known),
        "pause": lambda _seconds: pause(world),
    }
    return Smoke(**(settings | changes))


def test_first_event_is_followed_to_power_restored(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The whole command; what it asks is the reason, the confirmation, and whether billing shows the payment."""
    monkeypatch.setattr("ops.smoke.Smoke", partial(Smoke, look=3.0))
    known = replace(sandbox(world), payment="CB-4711")
    operations, asked = Operations(world.stage, administrators(world.cloud)), iter(("try it", "yes", "Enter"))

    def ask(question: str) -> str:
        if f"Billing has to show payment CB-4711 of 42.00 € on contract {known.contract_id} now." in question:
            book_payment(world, known)
        return next(asked)

    facts = {"limitation": known.limitation_id, "contract": known.contract_id, "point": known.point_id}
    facts |= {"customer": known.customer_id, "payment": known.payment}
    options = [word for name, value in facts.items() for word in (f"--{name}-id", value)]
    wrong = operations.run("smoke", *options, "--point-id", "12")
    assert "Nothing was sent: a delivery point (PRM) has 14 digits" in str(wrong.error)
    ran = operations.run("smoke", *options, "--expect", "RESTORED", ask=ask)
    assert (ran.exit_code, ran.error) == (0, None)
    said = ran.text.splitlines()
    states = [line.split()[-1] for line in said if line.startswith("  ")]
    assert states[:2] == ["Begin", "TakeCharge"]
    assert states.count("OrderAtEnedis") == 1
    assert states[-1] == "Restored"
    assert "PowerLimited put on restoration" in said
    assert "made, and kept in S3" in ran.text, "yesterday's report"
    assert said[-1] == "Good: RESTORED."
    assert "because: try it" in operations.run("journal").text


def test_in_the_winter_truce_the_floor_comes_first_and_the_payment_brings_the_power(world: World) -> None:
    said: list[str] = []
    known = sandbox(world, on=WINTER)
    ended = smoke(world, known, say=said.append, look=120.0).run(known, AT)
    assert [line for line in said if "SUCCEEDED, FLOOR_RAISED" in line]
    require(ended, "RESTORED")


def test_limitation_that_billing_does_not_know_is_told_with_what_to_do(world: World) -> None:
    ended = smoke(world, STRANGER).run(STRANGER, AT)
    with pytest.raises(OpsError, match="Billing knows no such limitation on this contract"):
        require(ended)


def test_facts_that_were_met_start_nothing_and_the_same_ids_later_are_another_limitation(world: World) -> None:
    """The last ending is told, or that power is there."""
    known = sandbox(world)
    first = smoke(world, known).run(known, AT)
    assert (first.end.outcome, smoke(world, known).run(known, AT)) == ("RESTORED", first)
    later = smoke(world, known).run(known, datetime.now(UTC))
    assert later.end.outcome == "ALREADY_RESTORED"
    require(later)


def test_event_that_leads_to_nothing_is_reported_with_where_to_look(world: World) -> None:
    moments = iter([0.0, 4.0, 4.0, 125.0])
    broken = Sandbox("SMOKE-nothing", "CTR-nothing", "not 14 digits", "CUS-S", "42.00", "PAY-nothing")
    with pytest.raises(OpsError, match=r"no execution of SMOKE-nothing .* dead-letter queues"):
        smoke(world, broken, now=lambda: next(moments), before_payment=lambda _: None).run(broken, AT)


def test_refused_event_is_an_error(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    account = administrators(world.cloud)
    bus = SimpleNamespace(put_events=lambda **_: {"FailedEntryCount": 1, "Entries": [{"ErrorCode": "Throttled"}]})
    others = account.client
    monkeypatch.setattr(account, "client", lambda service: bus if service == "events" else others(service))
    with pytest.raises(OpsError, match=r"refused PowerLimited.*Throttled"):
        smoke(world, STRANGER, account=account).run(STRANGER, AT)


@pytest.mark.parametrize(
    ("status", "outcome", "reason", "expected", "is_right"),
    [
        ("SUCCEEDED", "BALANCE_DUE", "", None, False),
        ("SUCCEEDED", "BALANCE_DUE", "", "BALANCE_DUE", True),
        ("SUCCEEDED", "SHADOW", "", "RESTORED", False),
        ("SUCCEEDED", "SHADOW", "RESTORE:RESTORE", None, True),
        ("SUCCEEDED", "SHADOW", "BALANCE_DUE:PARTIAL", None, False),
    ],
)
def test_outcome_that_is_not_the_expected_one_is_an_error(
    status: str,
    outcome: str,
    reason: str,
    expected: str | None,
    is_right: bool,  # noqa: FBT001 - pytest gives it by name
) -> None:
    with nullcontext() if is_right else pytest.raises(OpsError, match=f"{status} {outcome}"):
        require(Course.of("name", ends=[End(0, status, 0, 0, outcome, reason)]), expected)
