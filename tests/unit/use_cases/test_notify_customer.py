"""Customers get each message by a channel they accept, at a decent hour, at most once, and while it is true."""

from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from restoration.adapters.dmn.rule_book import RuleBook
from restoration.clock import PARIS
from restoration.contracts.contact import Contact
from restoration.contracts.notifications import parse_record
from restoration.domain.decision import DecisionRequest
from restoration.domain.message import Channel, next_morning
from restoration.domain.sending import SendingState
from restoration.errors import InvalidEvent, MessageNotSent
from tests.fakes.message_world import (
    MONDAY_NOON,
    OPEN,
    REACHABLE,
    TEN_MINUTES,
    World,
    message_record,
    record,
)

DECISIONS = Path(__file__).parents[3] / "functions" / "evaluate_decision" / "decisions"
NIGHT = datetime(2026, 5, 4, 21, 30, tzinfo=UTC)  # 23:30 in Paris
HELD = replace(OPEN, held=True)
CLOSED = replace(OPEN, is_open=False)


def by_the_table(inputs: Any) -> Any:
    """The rules as business wrote them."""
    return RuleBook(DECISIONS).evaluate(DecisionRequest("notification", "LIM-1", "test", inputs)).value


# ── Which message, by which channel ──────────────────────────────────────────────────────────────────────────────────


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
        ("VisitPlanned", {}, "LIM-1#TECHNICIAN_VISIT#LIM-1/T/2#1#2026-05-07#08:00-12:00"),
        ("VisitPlanned", {"reference": None}, "LIM-1#TECHNICIAN_VISIT#A2#1#2026-05-07#08:00-12:00"),
        ("BalanceDue", {}, "LIM-1#BALANCE_DUE#2#12.50"),
        ("BalanceDue", {"paid": False}, "LIM-1#BALANCE_DUE#2#12.50"),
        ("BalanceDue", {"rejected": True, "paid": False}, "LIM-1#PAYMENT_REJECTED#2#12.50"),
        ("RestorationRefused", {}, "LIM-1#REFUSED#ADV-7"),
        ("RestorationRefused", {"advisorWord": None}, "LIM-1#REFUSED#ADVISOR_REFUSED"),
        ("PowerFloorRaised", {"floorKva": "3.00"}, "LIM-1#FLOOR_RAISED#3#2026-05"),
        ("PowerRestored", {}, "LIM-1#POWER_RESTORED#LIM-1/R/1"),
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
    ],
)
def test_a_customer_who_owes_nothing_or_did_not_pay_or_gets_a_floor_only_is_not_written_to(
    detail_type: str, changes: dict[str, Any]
) -> None:
    assert parse_record(record(detail_type, **changes)) is None


def test_two_limitations_that_one_order_restored_make_one_message() -> None:
    world = World(cases={"LIM-1": OPEN, "LIM-2": OPEN})
    statuses = [world.notify("PowerRestored", limitation=each).status for each in ("LIM-1", "LIM-2")]
    assert statuses == ["SENT", "ALREADY_SENT"]
    assert world.sent_ids == ["LIM-1#POWER_RESTORED#LIM-1/R/1"]


def test_a_message_is_sent_once_for_each_key() -> None:
    world = World(cases={"LIM-1": replace(OPEN, held=True, generation=3)})
    dates = ("2026-05-12", "2026-05-12", "2026-05-19")
    statuses = [world.notify("PaymentPending", until=each, generation=index).status for index, each in enumerate(dates)]
    assert statuses == ["SENT", "ALREADY_SENT", "SENT"]


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
        (datetime(2026, 1, 5, 12, 0, tzinfo=UTC), 13, False),
        (datetime(2026, 5, 3, 12, 0, tzinfo=UTC), 14, True),  # a Sunday
        (datetime(2026, 5, 2, 12, 0, tzinfo=UTC), 14, False),  # a Saturday
        (datetime(2026, 5, 8, 12, 0, tzinfo=UTC), 14, True),  # a public holiday
        (datetime(2026, 5, 2, 22, 30, tzinfo=UTC), 0, True),  # Sunday in Paris, still Saturday in UTC
        (datetime(2026, 5, 3, 22, 30, tzinfo=UTC), 0, False),  # Monday in Paris, still Sunday in UTC
        (datetime(2026, 3, 29, 1, 30, tzinfo=UTC), 3, True),  # the hour that summer time skips
    ],
)
def test_the_rules_are_asked_for_the_hour_and_day_in_paris(now: datetime, hour: int, *, day_off: bool) -> None:
    world = World(now=now)
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


def test_a_contact_shows_no_address_when_printed() -> None:
    assert "example" not in repr(REACHABLE)
    assert "336" not in repr(REACHABLE)


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


def test_a_letter_is_asked_for_once_however_often_its_event_comes() -> None:
    world = World(contact=NOWHERE, ruling=by_the_table)
    assert [world.notify("PowerRestored").status for _ in range(3)] == ["SENT", "ALREADY_SENT", "ALREADY_SENT"]
    assert len(world.letters) == 1
    sending = world.log.items["LIM-1#POWER_RESTORED#LIM-1/R/1"]
    assert (sending.state, sending.channel) == (SendingState.SENT, Channel.POST)


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


# ── A balance is told once, and every other is told ──────────────────────────────────────────────────────────────────


def told(world: World, generation: int, detail_type: str = "BalanceDue", **changes: Any) -> str:
    """The outcome of an event of a claim, which waits its ten minutes if it is a balance."""
    world.cases["LIM-1"] = replace(OPEN, generation=generation, held=detail_type == "PaymentPending")
    notified = world.notify(detail_type, generation=generation, at=world.now, **changes)
    return (world.until_told() if notified.status == "KEPT" else notified).status


def test_a_second_part_payment_is_told_its_new_balance() -> None:
    world = World()
    assert [told(world, 2, balance="60"), told(world, 3, balance="20")] == ["SENT", "SENT"]


def test_two_balances_of_one_claim_are_both_told() -> None:
    world = World()
    assert [told(world, 2, balance="60"), told(world, 2, balance="20")] == ["SENT", "SENT"]


def test_the_same_balance_of_a_nightly_look_is_not_told_again() -> None:
    world = World()
    assert [told(world, 2), told(world, 3), told(world, 4)] == ["SENT", "DROPPED", "DROPPED"]


def test_a_balance_that_comes_back_after_another_is_told_again() -> None:
    world = World()
    assert [told(world, it, balance=balance) for it, balance in ((2, "60"), (3, "20"), (4, "60"))] == ["SENT"] * 3


def test_a_returned_payment_is_told_although_its_amount_was_due_before() -> None:
    world = World()
    outcomes = [told(world, 2, balance="60"), told(world, 3, balance="60", rejected=True)]
    assert outcomes == ["SENT", "SENT"]
    assert told(world, 4, balance="60", rejected=True) == "DROPPED"


def test_a_second_cheque_that_bounces_is_told_like_the_first() -> None:
    world = World()
    assert told(world, 2, balance="60", rejected=True, paid=False) == "SENT"
    assert told(world, 3, "PaymentPending", until="2026-05-20") == "SENT"
    assert told(world, 4, balance="60", rejected=True, paid=False) == "SENT"


def test_a_balance_that_is_tried_again_is_not_taken_for_one_that_was_told() -> None:
    world = World(carrier_fate=lambda _: "throttled")
    with pytest.raises(MessageNotSent):
        told(world, 2)
    world.carrier_fate = lambda _: ""
    assert told(world, 2) == "SENT"


@pytest.mark.parametrize("detail_type", ["PowerRestored", "PowerFloorRaised"])
def test_what_happens_again_next_winter_is_told_again(detail_type: str) -> None:
    world = World()
    again = MONDAY_NOON + timedelta(days=200)
    changes = {"reference": "LIM-1/R/2"} if detail_type == "PowerRestored" else {}
    assert world.notify(detail_type).status == "SENT"
    world.now = again
    assert world.notify(detail_type, generation=9, at=again, **changes).status == "SENT"


# ── What is not true any more ────────────────────────────────────────────────────────────────────────────────────────

AN_HOUR_LATER = MONDAY_NOON + timedelta(hours=1)


@pytest.mark.parametrize(
    ("detail_type", "changes", "case", "now"),
    [
        ("PaymentPending", {}, OPEN, MONDAY_NOON),
        ("PaymentPending", {}, replace(HELD, open_order="LIM-1/R/1"), MONDAY_NOON),
        ("PaymentPending", {}, HELD, datetime(2026, 5, 12, 22, 0, tzinfo=UTC)),
        ("RestorationOrdered", {}, CLOSED, MONDAY_NOON),
        ("RestorationOrdered", {}, HELD, AN_HOUR_LATER),
        ("VisitPlanned", {}, CLOSED, MONDAY_NOON),
        ("VisitPlanned", {}, replace(HELD, open_order="LIM-1/T/3"), MONDAY_NOON),
        ("VisitPlanned", {}, HELD, datetime(2026, 5, 7, 22, 0, tzinfo=UTC)),
        ("BalanceDue", {}, HELD, AN_HOUR_LATER),
        ("BalanceDue", {}, CLOSED, AN_HOUR_LATER),
        ("BalanceDue", {}, replace(OPEN, generation=3), AN_HOUR_LATER),
        ("RestorationRefused", {}, HELD, MONDAY_NOON),
        ("RestorationRefused", {}, CLOSED, MONDAY_NOON),
        ("PowerFloorRaised", {}, CLOSED, MONDAY_NOON),
        ("PowerFloorRaised", {}, OPEN, MONDAY_NOON + timedelta(days=7)),
    ],
)
def test_a_message_that_is_not_true_any_more_is_not_sent(
    detail_type: str, changes: dict[str, Any], case: Any, now: datetime
) -> None:
    world = World(now=now, cases={"LIM-1": case})
    notified = world.notify(detail_type, **changes)
    assert notified.status == "DROPPED"
    assert notified.reason
    assert (world.sent, world.log.items, world.fetched) == ([], {}, 0)


@pytest.mark.parametrize(
    ("detail_type", "case"),
    [
        ("PaymentPending", HELD),
        ("RestorationOrdered", replace(HELD, open_order="LIM-1/R/1")),
        ("VisitPlanned", replace(HELD, open_order="LIM-1/T/2")),
        ("VisitPlanned", OPEN),
        ("RestorationRefused", OPEN),
        ("PowerFloorRaised", HELD),
        ("PowerRestored", CLOSED),
    ],
)
def test_a_message_that_is_still_true_is_sent(detail_type: str, case: Any) -> None:
    assert World(cases={"LIM-1": case}).notify(detail_type).status == "SENT"


@pytest.mark.parametrize("outcome", ["RESTORED", "LIMITATION_CANCELLED"])
def test_a_message_about_restored_power_is_sent_however_late(outcome: str) -> None:
    world = World(now=MONDAY_NOON + timedelta(days=30), cases={"LIM-1": CLOSED})
    assert world.notify("PowerRestored", outcome=outcome).status == "SENT"


def test_an_older_generation_s_pending_payment_is_sent_while_it_is_true() -> None:
    assert World(cases={"LIM-1": HELD}).notify("PaymentPending", generation=1).status == "SENT"


def test_a_visit_is_sent_once_each_time_it_is_planned_also_when_it_comes_back_to_an_earlier_day() -> None:
    world = World(cases={"LIM-1": HELD})
    plans = [(1, "2026-05-07"), (1, "2026-05-07"), (2, "2026-05-08"), (2, "2026-05-08"), (3, "2026-05-07")]
    statuses = [world.notify("VisitPlanned", number=number, on=on).status for number, on in plans]
    assert statuses == ["SENT", "ALREADY_SENT", "SENT", "ALREADY_SENT", "SENT"]


def test_a_visit_that_was_planned_again_while_its_message_was_kept_is_sent_as_it_is_now() -> None:
    world = World(now=NIGHT, cases={"LIM-1": HELD}, ruling=by_the_table, contact=no_email())
    for number, on in ((1, "2026-05-07"), (2, "2026-05-08")):
        assert world.notify("VisitPlanned", number=number, on=on, at=NIGHT).status == "KEPT"
    world.now = datetime(2026, 5, 5, 7, 0, tzinfo=UTC)
    statuses = sorted(world.next_copy().status for _ in range(2))
    assert statuses == ["DROPPED", "SENT"]
    assert "2026-05-08" in world.sent_ids[0]


def test_visits_of_a_newer_claim_are_counted_from_one_again() -> None:
    world = World(cases={"LIM-1": HELD})
    world.notify("VisitPlanned", number=3, generation=2)
    assert world.notify("VisitPlanned", number=1, on="2026-05-11", generation=3).status == "SENT"


def test_an_unknown_limitation_is_put_aside() -> None:
    with pytest.raises(InvalidEvent, match="LIM-9"):
        World().notify("PowerRestored", limitation="LIM-9", reference=None)


# ── Later ────────────────────────────────────────────────────────────────────────────────────────────────────────────


def no_email() -> Contact:
    return REACHABLE.model_copy(update={"email": None})


def test_a_balance_is_sent_ten_minutes_after_its_event() -> None:
    world = World()
    kept = world.notify("BalanceDue")
    assert (kept.status, kept.until) == ("KEPT", MONDAY_NOON + TEN_MINUTES)
    assert world.until_told().status == "SENT"
    assert world.now == MONDAY_NOON + TEN_MINUTES


def test_a_balance_is_not_sent_to_a_customer_who_paid_it_within_the_ten_minutes() -> None:
    world = World()
    world.notify("BalanceDue")
    world.cases["LIM-1"] = HELD
    assert world.until_told().status == "DROPPED"


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


def test_a_kept_message_passes_the_same_check_in_the_morning() -> None:
    world = World(now=NIGHT, ruling=by_the_table)
    world.notify("PowerFloorRaised", at=NIGHT)
    world.cases["LIM-1"] = CLOSED
    assert world.until_told().status == "DROPPED"


def test_no_copy_of_a_kept_message_is_older_than_ten_minutes() -> None:
    world = World(now=NIGHT, ruling=by_the_table)
    world.notify("PowerFloorRaised", at=NIGHT)
    while world.kept:
        (waiting,) = world.kept
        assert waiting.due - world.now <= TEN_MINUTES
        assert waiting.receives == 0
        world.next_copy()
    assert len(world.sent) == 1


def test_the_rules_are_asked_again_only_when_the_wait_is_over() -> None:
    world = World(now=NIGHT, ruling=by_the_table)
    world.notify("PowerFloorRaised", at=NIGHT)
    world.until_told()
    assert len(world.asked) == 2


def test_a_customer_without_e_mail_gets_the_message_about_a_technician_in_the_morning() -> None:
    world = World(now=NIGHT, ruling=by_the_table, contact=no_email(), cases={"LIM-1": HELD})
    assert world.notify("VisitPlanned", at=NIGHT).status == "KEPT"
    assert world.until_told().status == "SENT"


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
    assert untils[0] == next_morning(NIGHT, "LIM-0#FLOOR_RAISED#3"), "the same when asked again"


@given(st.datetimes(datetime(2024, 1, 1), datetime(2032, 12, 31), timezones=st.just(UTC)))  # noqa: DTZ001
def test_the_next_morning_lies_ahead_within_a_day_between_eight_and_nine_in_paris(now: datetime) -> None:
    morning = next_morning(now, "LIM-1#FLOOR_RAISED#3").astimezone(PARIS)
    assert now < morning <= now + timedelta(hours=26)
    assert morning.hour == 8


def test_a_sunday_is_left_to_the_rules() -> None:
    saturday_night = datetime(2026, 5, 2, 21, 0, tzinfo=UTC)
    world = World(now=saturday_night, ruling=by_the_table)
    world.notify("PowerFloorRaised", at=saturday_night)
    assert world.until_told().status == "SENT"
    assert world.now.astimezone(PARIS).date().isoformat() == "2026-05-04", "a Monday"
