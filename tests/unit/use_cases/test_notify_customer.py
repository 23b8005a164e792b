"""Customers get each message at most once, at a decent hour, by a channel they accept, or by a letter or a call."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from restoration.clock import PARIS
from restoration.contracts.contact import Contact
from restoration.contracts.notifications import parse_record
from restoration.domain.message import Channel, next_morning
from restoration.domain.sending import SendingState
from restoration.errors import MessageNotSent, MessageOutcomeUnknown
from restoration.use_cases.notify_customer import LEASE
from tests.fakes.message_world import (
    HELD,
    MONDAY_NOON,
    NIGHT,
    OPEN,
    REACHABLE,
    TEN_MINUTES,
    Crash,
    World,
    by_the_table,
    dies_at,
    message_record,
    no_email,
    record,
)

# ── Which message, by which channel ──


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
        ("BalanceDue", {}, "LIM-1#BALANCE_DUE#2#12.50"),
        ("BalanceDue", {"rejected": True, "paid": False}, "LIM-1#PAYMENT_REJECTED#2#12.50"),
        ("RestorationRefused", {}, "LIM-1#REFUSED#ADV-7"),
        ("RestorationRefused", {"advisorWord": None}, "LIM-1#REFUSED#ADVISOR_REFUSED"),
        ("PowerFloorRaised", {"floorKva": "3.00"}, "LIM-1#FLOOR_RAISED#3#2026-05"),
        ("PowerRestored", {}, "LIM-1#POWER_RESTORED#LIM-1/R/1"),
        ("PowerRestored", {"reference": "IMPAYE"}, "LIM-1#POWER_RESTORED#2"),
        ("PowerRestored", {"outcome": "ALREADY_RESTORED", "reference": None}, "LIM-1#POWER_RESTORED#2"),
        ("PowerRestored", {"outcome": "LIMITATION_CANCELLED"}, "LIM-1#LIMITATION_CANCELLED#2"),
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


@pytest.mark.parametrize(
    ("now", "department", "hour", "day_off"),
    [
        (datetime(2026, 5, 3, 12, 0, tzinfo=UTC), None, 14, True),  # a Sunday
        (datetime(2026, 5, 2, 12, 0, tzinfo=UTC), None, 14, False),  # a Saturday
        (datetime(2026, 5, 8, 12, 0, tzinfo=UTC), None, 14, True),  # a public holiday
        (datetime(2026, 4, 3, 12, 0, tzinfo=UTC), "68", 14, True),  # Good Friday
        (datetime(2026, 4, 3, 12, 0, tzinfo=UTC), "69", 14, False),
        (datetime(2026, 5, 2, 22, 30, tzinfo=UTC), None, 0, True),  # Sunday in Paris, still Saturday in UTC
        (datetime(2026, 3, 29, 1, 30, tzinfo=UTC), None, 3, True),  # the hour that summer time skips
    ],
)
def test_the_rules_are_asked_for_the_hour_and_day_in_paris(
    now: datetime, department: str | None, hour: int, *, day_off: bool
) -> None:
    world = World(now=now, contact=REACHABLE.model_copy(update={"department": department}))
    world.notify("PowerRestored")
    (asked,) = world.asked
    assert (asked.inputs["localHour"], asked.inputs["dayOff"]) == (hour, day_off)


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


# ── A letter or a call, which billing is asked for ──


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


# ── At a decent hour: what can't leave now is kept, and checked again ──


def test_a_balance_is_sent_ten_minutes_after_its_event() -> None:
    world = World()
    kept = world.notify("BalanceDue")
    assert (kept.status, kept.until) == ("KEPT", MONDAY_NOON + TEN_MINUTES)
    assert world.until_told().status == "SENT"
    assert world.now == MONDAY_NOON + TEN_MINUTES


def test_a_kept_message_is_neither_claimed_nor_sent_and_leaves_in_the_morning() -> None:
    world = World(now=NIGHT, ruling=by_the_table)
    kept = world.notify("PowerFloorRaised", at=NIGHT)
    eight = datetime(2026, 5, 5, 8, 0, tzinfo=PARIS)
    assert kept.status == "KEPT"
    assert kept.until is not None
    assert eight <= kept.until < eight + timedelta(hours=1)
    assert (world.log.items, world.sent) == ({}, [])
    assert world.until_told().status == "SENT"
    assert eight <= world.now < eight + timedelta(hours=1, minutes=10)


def test_a_message_that_would_be_out_of_date_in_the_morning_is_not_kept_for_it() -> None:
    world = World(now=NIGHT, ruling=by_the_table, contact=no_email(), cases={"LIM-1": HELD})
    assert world.notify("RestorationOrdered", at=NIGHT).status == "DROPPED"
    assert world.kept == []


def test_where_nothing_may_wait_a_message_is_sent_at_once() -> None:
    world = World(now=NIGHT, ruling=by_the_table, may_defer=False)
    assert world.notify("PowerFloorRaised", at=NIGHT).status == "SENT"


def test_messages_of_one_night_are_spread_over_the_first_hour_of_the_day() -> None:
    untils = [next_morning(NIGHT, f"LIM-{number}#FLOOR_RAISED#3") for number in range(600)]
    minutes = Counter(until.minute for until in untils)
    assert len(minutes) == 60
    assert max(minutes.values()) <= 30
    assert untils[0] == datetime(2026, 5, 5, 6, 38, 24, tzinfo=UTC), "the same in every process and release"
    assert next_morning(datetime(2026, 5, 4, 6, tzinfo=UTC), "LIM-0").day == 5, "at eight it is too late for that day"


@given(st.datetimes(datetime(2024, 1, 1), datetime(2032, 12, 31), timezones=st.just(UTC)))  # noqa: DTZ001
def test_the_next_morning_lies_ahead_within_a_day_between_eight_and_nine_in_paris(now: datetime) -> None:
    morning = next_morning(now, "LIM-1#FLOOR_RAISED#3").astimezone(PARIS)
    assert now < morning <= now + timedelta(hours=26)
    assert morning.hour == 8


# ── At most once, and never silently not at all ──


@pytest.mark.parametrize("fate", ["lost", "failed"])
def test_a_message_that_was_perhaps_sent_is_reported_once_and_never_sent_again(fate: str) -> None:
    world = World(carrier_fate=lambda _: fate)
    assert world.notify("PowerRestored").status == "FAILED"
    world.carrier_fate = lambda _: ""
    assert world.notify("PowerRestored").status == "FAILED"
    assert len(world.sent) == (fate == "lost")
    assert world.failed == [("POWER_RESTORED", "LIM-1#POWER_RESTORED#LIM-1/R/1")]
    ((body, error),) = world.aside
    assert body == record("PowerRestored")
    assert isinstance(error, MessageOutcomeUnknown)


@pytest.mark.parametrize(("noted", "then"), [("note_sent", ["ALREADY_SENT"]), ("note_failed", ["KEPT", "SENT"])])
def test_a_claim_by_another_that_is_noted_just_as_its_lease_ends_is_done_or_free(noted: str, then: list[str]) -> None:
    def note_it(step: str) -> str:
        if step == "note_unknown":
            getattr(world.log, noted)("LIM-1#POWER_RESTORED#LIM-1/R/1", "the other", "")
        return ""

    world = World()
    world.log.claim("LIM-1#POWER_RESTORED#LIM-1/R/1", "the other", Channel.SMS, "{}")
    world.now += LEASE
    world.steps.fate = note_it
    assert [world.notify("PowerRestored").status for _ in then] == then


def test_a_claim_by_another_that_is_not_sent_within_the_lease_is_reported_and_not_sent() -> None:
    world = World()
    world.log.claim("LIM-1#POWER_RESTORED#LIM-1/R/1", "the other", Channel.SMS, "{}")
    world.notify("PowerRestored")
    assert world.until_told().status == "FAILED"
    assert world.now - MONDAY_NOON == LEASE
    assert world.failed == [("POWER_RESTORED", "LIM-1#POWER_RESTORED#LIM-1/R/1")]
    assert world.sent == []


# ── Giving up ──


def test_a_message_that_a_carrier_kept_refusing_is_tried_over_the_other_channel() -> None:
    world = World(ruling=by_the_table)
    refused = MessageNotSent("LIM-1#POWER_RESTORED#LIM-1/R/1 by SMS: ConflictException", Channel.SMS)
    assert world.desk.give_up(message_record("PowerRestored"), refused).status == "OTHER_CHANNEL"
    assert world.until_told().status == "SENT"
    ((attempt, channel, *_),) = world.sent
    assert (attempt, channel) == ("LIM-1#POWER_RESTORED#LIM-1/R/1#EMAIL", Channel.EMAIL)


@pytest.mark.parametrize(
    "contact", [no_email(), REACHABLE.model_copy(update={"opt_out": frozenset({"EMAIL"})})], ids=["unknown", "refused"]
)
def test_where_the_other_channel_is_not_allowed_billing_is_asked_for_a_letter(contact: Contact) -> None:
    world = World(ruling=by_the_table, contact=contact)
    world.desk.give_up(message_record("PowerRestored"), MessageNotSent("refused", Channel.SMS))
    assert world.until_told().status == "SENT"
    assert [letter.kind for letter in world.letters] == ["POWER_RESTORED"]
    assert (world.failed, world.sent) == ([], [])


def test_where_the_other_channel_is_not_allowed_and_a_letter_comes_too_late_the_message_is_reported() -> None:
    world = World(ruling=by_the_table, contact=no_email(), cases={"LIM-1": HELD})
    world.desk.give_up(message_record("RestorationOrdered"), MessageNotSent("refused", Channel.SMS))
    assert world.until_told().status == "FAILED"
    assert world.failed == [("ORDER_PLACED", "LIM-1#ORDER_PLACED#LIM-1/R/1")]
    assert (len(world.aside), world.sent, world.letters) == (1, [], [])


def test_a_message_that_could_not_be_sent_for_another_reason_is_reported_and_can_be_sent_from_the_dead_letters() -> (
    None
):
    world = World()
    assert world.desk.give_up(message_record("PowerRestored"), RuntimeError("billing is down")).status == "FAILED"
    assert world.failed == [("POWER_RESTORED", "LIM-1#POWER_RESTORED#LIM-1/R/1")]
    ((body, error),) = world.aside
    assert str(error) == "billing is down"
    assert parse_record(body)
    assert world.log.items["LIM-1#POWER_RESTORED#LIM-1/R/1"].state is SendingState.FAILED
    assert world.notify("PowerRestored").status == "SENT"


def test_a_message_that_was_sent_and_could_not_be_noted_is_not_given_up_as_unsent() -> None:
    world = World()
    world.steps.fate = dies_at("note_sent", "before")
    with pytest.raises(Crash):
        world.notify("PowerRestored")
    assert world.desk.give_up(message_record("PowerRestored"), RuntimeError("the table is down")).status == "KEPT"
    assert world.until_told().status == "FAILED"
    assert world.log.items["LIM-1#POWER_RESTORED#LIM-1/R/1"].state is SendingState.UNKNOWN
