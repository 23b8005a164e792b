"""Customers get each message by a channel they accept, and a letter or a call where there is none."""

from datetime import UTC, datetime
from typing import Any

import pytest

from restoration.contracts.contact import Contact
from restoration.contracts.notifications import parse_record
from restoration.domain.message import Channel
from restoration.errors import MessageNotSent
from tests.fakes.message_samples import HELD, by_the_table
from tests.fakes.message_world import OPEN, REACHABLE, World, message_record, record

# ── Which message, by which channel ──────────────────────────────────────────────────────────────────────────────────

REGISTERED = {"type": "LimitationRegistered", "id": "LIM-1"}


@pytest.mark.parametrize(("channel", "address"), [("SMS", "+33612345678"), ("EMAIL", "anne@example.org")])
def test_a_message_goes_to_the_address_of_the_channel_that_the_rules_chose(channel: str, address: str) -> None:
    world = World(ruling={"channel": channel, "defer": False})
    assert world.notify("PowerRestored").status == "SENT"
    ((attempt, sent_by, sent_to, text),) = world.sent
    assert (attempt, sent_by, sent_to) == ("LIM-1#POWER_RESTORED#LIM-1/R/1", Channel(channel), address)
    assert text.body == f"POWER_RESTORED by {channel} in fr"


@pytest.mark.parametrize(
    ("detail_type", "changes", "message"),
    [
        ("PaymentPending", {}, "LIM-1#PAYMENT_PENDING#2026-05-12"),
        ("PaymentPending", {"until": None}, "LIM-1#PAYMENT_PENDING#unknown"),
        ("RestorationOrdered", {}, "LIM-1#ORDER_PLACED#LIM-1/R/1"),
        ("DunningHoldRequested", {}, "LIM-1#CASE_DELAYED#2026-05-04"),
        ("RestorationDelayed", {}, "LIM-1#RESTORATION_DELAYED#LIM-1/R/1"),
        ("RestorationDelayed", {"reference": "LIM-2/R/1"}, "LIM-2#RESTORATION_DELAYED#LIM-2/R/1"),
        ("RestorationDelayed", {"reference": None}, "LIM-1#RESTORATION_DELAYED#A1"),
        ("RestorationDelayed", {"reference": "IMPAYE"}, "LIM-1#RESTORATION_DELAYED#IMPAYE"),
        ("VisitPlanned", {}, "LIM-1#TECHNICIAN_VISIT#LIM-1/T/2#1#2026-05-07#08:00-12:00"),
        ("VisitPlanned", {"reference": None}, "LIM-1#TECHNICIAN_VISIT#A2#1#2026-05-07#08:00-12:00"),
        ("BalanceDue", {}, "LIM-1#BALANCE_DUE#2#12.50"),
        ("BalanceDue", {"rejected": True, "paid": False}, "LIM-1#PAYMENT_REJECTED#2#12.50"),
        ("RestorationRefused", {}, "LIM-1#REFUSED#ADV-7"),
        ("RestorationRefused", {"advisorWord": None}, "LIM-1#REFUSED#ADVISOR_REFUSED"),
        ("PowerFloorRaised", {"floorKva": "3.00"}, "LIM-1#FLOOR_RAISED#3#2026-05"),
        ("PowerRestored", {}, "LIM-1#POWER_RESTORED#LIM-1/R/1"),
        ("PowerRestored", {"reference": "IMPAYE"}, "LIM-1#POWER_RESTORED#2"),
        ("PowerRestored", {"outcome": "ALREADY_RESTORED", "reference": None}, "LIM-1#POWER_RESTORED#2"),
        ("PowerRestored", {"outcome": "LIMITATION_CANCELLED", "reference": None}, "LIM-1#LIMITATION_CANCELLED#2"),
    ],
)
def test_an_event_asks_for_one_message_of_its_kind_and_key(
    detail_type: str, changes: dict[str, Any], message: str
) -> None:
    assert message_record(detail_type, **changes).message.message_id == message


@pytest.mark.parametrize(
    ("detail_type", "changes"),
    [
        ("BalanceDue", {"balance": "0"}),
        ("RestorationOrdered", {"paid": False}),
        ("RestorationOrdered", {"aim": "FLOOR"}),
        ("DunningHoldRequested", {"trigger": {"type": "NightlyCheck", "id": "2026-05-04"}}),
    ],
)
def test_a_customer_who_owes_nothing_or_did_not_act_or_gets_a_floor_only_is_not_written_to(
    detail_type: str, changes: dict[str, Any]
) -> None:
    assert parse_record(record(detail_type, **changes)) is None


def test_two_limitations_that_one_order_restored_make_one_message() -> None:
    world = World(cases={"LIM-1": OPEN, "LIM-2": OPEN})
    statuses = [world.notify("PowerRestored", limitation=each).status for each in ("LIM-1", "LIM-2")]
    assert statuses == ["SENT", "ALREADY_SENT"]
    assert world.sent_ids == ["LIM-1#POWER_RESTORED#LIM-1/R/1"]


@pytest.mark.parametrize(
    ("channel", "contact"),
    [
        ("NONE", REACHABLE),
        ("SMS", REACHABLE.model_copy(update={"mobile": None})),
        ("EMAIL", REACHABLE.model_copy(update={"email": None})),
        ("SMS", REACHABLE.model_copy(update={"opt_out": frozenset({"SMS"})})),
    ],
)
def test_a_customer_who_cannot_be_reached_or_refuses_the_channel_gets_no_message(
    channel: str, contact: Contact
) -> None:
    world = World(contact=contact, ruling={"channel": channel, "defer": False})
    assert world.notify("PowerRestored").status == "NO_CHANNEL"
    assert (world.sent, world.log.items) == ([], {})


def test_the_contact_is_fetched_when_a_message_is_sent_and_not_when_it_is_kept() -> None:
    world = World()
    world.notify("BalanceDue")
    assert world.fetched == 0
    world.until_told()
    assert world.fetched == 1


@pytest.mark.parametrize(
    ("now", "hour", "day_off"),
    [
        (datetime(2026, 5, 4, 12, 0, tzinfo=UTC), 14, False),
        (datetime(2026, 5, 3, 12, 0, tzinfo=UTC), 14, True),  # a Sunday
        (datetime(2026, 5, 2, 12, 0, tzinfo=UTC), 14, False),  # a Saturday
        (datetime(2026, 5, 8, 12, 0, tzinfo=UTC), 14, True),  # a public holiday
        (datetime(2026, 5, 2, 22, 30, tzinfo=UTC), 0, True),  # Sunday in Paris, still Saturday in UTC
        (datetime(2026, 3, 29, 1, 30, tzinfo=UTC), 3, True),  # the hour that summer time skips
    ],
)
def test_the_rules_are_asked_for_the_hour_and_day_in_paris(now: datetime, hour: int, *, day_off: bool) -> None:
    world = World(now=now)
    world.notify("PowerRestored")
    (asked,) = world.asked
    assert (asked.inputs["localHour"], asked.inputs["dayOff"]) == (hour, day_off)


@pytest.mark.parametrize(("department", "day_off"), [("68", True), ("69", False), (None, False)])
def test_a_holiday_of_the_customer_s_department_is_a_day_off(department: str | None, *, day_off: bool) -> None:
    good_friday = datetime(2026, 4, 3, 12, 0, tzinfo=UTC)
    world = World(now=good_friday, contact=REACHABLE.model_copy(update={"department": department}))
    world.notify("PowerRestored")
    assert world.asked[0].inputs["dayOff"] == day_off


def test_the_rules_learn_what_the_customer_accepts_but_no_address() -> None:
    world = World(contact=REACHABLE.model_copy(update={"opt_out": frozenset({"EMAIL"})}))
    world.notify("PowerRestored")
    (asked,) = world.asked
    assert (asked.decision, asked.limitation_id) == ("notification", "LIM-1")
    assert asked.asked_by == "notify_customer/LIM-1#POWER_RESTORED#LIM-1/R/1"
    assert asked.inputs == {
        "kind": "POWER_RESTORED",
        "hasMobile": True,
        "hasEmail": False,
        "localHour": 14,
        "dayOff": False,
    }


# ── A letter or a call, which billing is asked for ────────────────────────────────────────────────────────────────────


NOWHERE = REACHABLE.model_copy(update={"mobile": None, "email": None})


REFUSES_BOTH = REACHABLE.model_copy(update={"opt_out": frozenset({"SMS", "EMAIL"})})


@pytest.mark.parametrize("contact", [NOWHERE, REFUSES_BOTH], ids=["unknown", "refused"])
def test_a_customer_with_neither_mobile_nor_e_mail_gets_a_letter_through_billing(contact: Contact) -> None:
    world = World(contact=contact, ruling=by_the_table)
    notified = world.notify("PowerRestored")
    assert (notified.status, notified.channel) == ("SENT", Channel.POST)
    (letter,) = world.letters
    assert (letter.limitation_id, letter.contract_id, letter.kind) == ("LIM-1", "CTR-0042", "POWER_RESTORED")
    assert (letter.key, letter.by_telephone) == ("LIM-1#POWER_RESTORED#LIM-1/R/1", False)
    assert letter.text == "POWER_RESTORED by POST in fr"
    assert world.sent == []


def test_of_a_technician_s_visit_billing_calls() -> None:
    world = World(contact=NOWHERE, ruling=by_the_table, cases={"LIM-1": HELD})
    assert world.notify("VisitPlanned").channel is Channel.CALL
    assert [(letter.kind, letter.by_telephone) for letter in world.letters] == [("TECHNICIAN_VISIT", True)]


def test_an_order_that_a_letter_would_tell_after_the_power_asks_for_none() -> None:
    world = World(contact=NOWHERE, ruling=by_the_table, cases={"LIM-1": HELD})
    assert world.notify("RestorationOrdered").status == "NO_CHANNEL"
    assert (world.letters, world.log.items) == ([], {})


@pytest.mark.parametrize("fate", ["errs before", "errs after"])
def test_a_letter_that_the_bus_did_not_take_for_certain_is_asked_for_again_under_the_same_id(fate: str) -> None:
    world = World(contact=NOWHERE, ruling=by_the_table)
    fates = [fate]
    world.steps.fate = lambda step: fates.pop() if step == "publish" and fates else ""
    with pytest.raises(MessageNotSent):
        world.notify("PowerRestored")
    assert world.notify("PowerRestored").status == "SENT"
    assert len({letter.id for letter in world.letters}) == 1


def test_a_letter_that_the_bus_keeps_refusing_is_reported_and_not_tried_by_another_channel() -> None:
    world = World(contact=NOWHERE, ruling=by_the_table)
    refused = MessageNotSent("LIM-1#POWER_RESTORED by POST: InternalFailure", Channel.POST)
    assert world.desk.give_up(message_record("PowerRestored"), refused).status == "FAILED"
    assert (len(world.aside), world.kept) == (1, [])
