"""Customers are written to at a decent hour, on a channel they accept, at most once for each kind."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from restoration.clock import PARIS
from restoration.contact import Contact
from restoration.decision import DecisionRequest
from restoration.errors import MessageNotSent
from restoration.message import Channel, MessageKind, Text
from restoration.notifying import Notification, Notified, Notifier, next_message_hour
from restoration.point import Visit
from restoration.rules import RuleBook
from restoration.sla import is_public_holiday

DECISIONS = Path(__file__).parents[3] / "functions" / "evaluate_decision" / "decisions"
MONDAY_NOON = datetime(2026, 5, 4, 12, 0, tzinfo=UTC)
REACHABLE = Contact(
    customer_id="CUS-1", language="fr", email="anne@example.org", mobile="+33612345678", opt_out=frozenset()
)
VISIT = Visit(date(2026, 5, 7), "08:00-12:00")
NOTIFICATION = Notification("LIM-1", "CUS-1", MessageKind.POWER_RESTORED, "execution-1/NotifyRestored")


@dataclass
class Rules:
    """Answers as told and keeps what it was asked."""

    channel: str = "SMS"
    defer: bool = False
    asked: list[DecisionRequest] = field(default_factory=list)

    def value(self, request: DecisionRequest) -> Mapping[str, Any]:
        self.asked.append(request)
        return {"channel": self.channel, "defer": self.defer}


@dataclass
class Outbox:
    """Claims in a set, sends into a list; may fail, and then gives the claim back as the real one does."""

    claimed: set[str] = field(default_factory=set)
    sent: list[tuple[str, Channel, str, Text]] = field(default_factory=list)
    fails: bool = False

    def claim(self, message_id: str) -> bool:
        if message_id in self.claimed:
            return False
        self.claimed.add(message_id)
        return True

    def send(self, message_id: str, channel: Channel, address: str, text: Text) -> None:
        if self.fails:
            self.claimed.discard(message_id)
            raise MessageNotSent(message_id)
        self.sent.append((message_id, channel, address, text))


@dataclass
class Contacts:
    """Billing's contacts, counted: they are fetched at the moment of notifying."""

    known: Contact = REACHABLE
    fetched: int = 0

    def contact(self, customer_id: str) -> Contact:
        assert customer_id == "CUS-1"
        self.fetched += 1
        return self.known


def notifier(
    rules: Rules | None = None,
    outbox: Outbox | None = None,
    contact: Contact = REACHABLE,
    now: datetime = MONDAY_NOON,
    *,
    may_defer: bool = True,
) -> Notifier:
    return Notifier(Contacts(contact), rules or Rules(), outbox or Outbox(), lambda: now, may_defer)


@pytest.mark.parametrize(("channel", "address"), [("SMS", "+33612345678"), ("EMAIL", "anne@example.org")])
def test_a_message_goes_to_the_address_of_the_channel_that_the_rules_chose(channel: str, address: str) -> None:
    outbox = Outbox()
    assert notifier(Rules(channel), outbox).notify(NOTIFICATION) == Notified("SENT", Channel(channel))
    ((message_id, sent_by, sent_to, text),) = outbox.sent
    assert (message_id, sent_by, sent_to) == ("LIM-1#POWER_RESTORED", Channel(channel), address)
    assert "votre puissance électrique est rétablie" in text.body


def test_a_message_of_a_kind_is_sent_once_for_a_limitation() -> None:
    outbox = Outbox()
    desk = notifier(outbox=outbox)
    again = replace(NOTIFICATION, asked_by="execution-2/NotifyRestored")
    assert [desk.notify(each).status for each in (NOTIFICATION, again)] == ["SENT", "ALREADY_SENT"]
    assert len(outbox.sent) == 1


def test_other_kinds_and_other_limitations_have_messages_of_their_own() -> None:
    outbox = Outbox()
    desk = notifier(outbox=outbox)
    others = [replace(NOTIFICATION, kind=MessageKind.ORDER_PLACED), replace(NOTIFICATION, limitation_id="LIM-2")]
    assert [desk.notify(each).status for each in (NOTIFICATION, *others)] == ["SENT"] * 3


def test_a_visit_is_told_once_each_time_it_is_planned_also_when_it_comes_back_to_an_earlier_day() -> None:
    outbox = Outbox()
    desk = notifier(outbox=outbox)
    later = replace(VISIT, on=date(2026, 5, 8))
    told = [
        desk.notify(replace(NOTIFICATION, kind=MessageKind.TECHNICIAN_VISIT, visit=visit, visit_number=number)).status
        for visit, number in ((VISIT, 1), (VISIT, 1), (later, 2), (later, 2), (VISIT, 3))
    ]
    assert told == ["SENT", "ALREADY_SENT", "SENT", "ALREADY_SENT", "SENT"]
    assert ["07/05/2026" in text.body for *_, text in outbox.sent] == [True, False, True]


def test_a_message_that_surely_was_not_sent_may_be_sent_again() -> None:
    outbox = Outbox(fails=True)
    with pytest.raises(MessageNotSent):
        notifier(outbox=outbox).notify(NOTIFICATION)
    outbox.fails = False
    assert notifier(outbox=outbox).notify(NOTIFICATION).status == "SENT"


def test_a_deferred_message_is_neither_claimed_nor_sent_and_says_until_when() -> None:
    outbox = Outbox()
    night = datetime(2026, 5, 4, 21, 30, tzinfo=UTC)  # 23:30 in Paris
    notified = notifier(Rules(defer=True), outbox, now=night).notify(NOTIFICATION)
    assert (notified.status, notified.channel) == ("DEFERRED", Channel.SMS)
    assert notified.until is not None
    eight = datetime(2026, 5, 5, 8, 0, tzinfo=PARIS)
    assert eight <= notified.until < eight + timedelta(hours=1)
    assert (outbox.claimed, outbox.sent) == (set(), [])


def test_messages_of_one_night_are_spread_over_the_first_hour_of_the_day() -> None:
    night = datetime(2026, 5, 4, 21, 30, tzinfo=UTC)
    desk = notifier(Rules(defer=True), now=night)
    untils = [desk.notify(replace(NOTIFICATION, limitation_id=f"LIM-{number}")).until for number in range(600)]
    minutes = Counter(until.minute for until in untils if until is not None)
    assert len(minutes) == 60
    assert max(minutes.values()) <= 30
    assert untils[0] == desk.notify(replace(NOTIFICATION, limitation_id="LIM-0")).until, "the same when asked again"


def test_where_nothing_may_wait_a_message_is_sent_at_once() -> None:
    assert notifier(Rules(defer=True), may_defer=False).notify(NOTIFICATION).status == "SENT"


@pytest.mark.parametrize("kind", MessageKind)
@pytest.mark.parametrize("opt_out", [set(), {"SMS"}, {"EMAIL"}])
def test_a_deferred_message_leaves_at_the_hour_it_was_deferred_to(kind: MessageKind, opt_out: set[str]) -> None:
    rule_book = RuleBook(DECISIONS)

    class Book:
        def value(self, request: DecisionRequest) -> Any:
            return rule_book.evaluate(request).value

    contact = REACHABLE.model_copy(update={"opt_out": frozenset(opt_out)})
    notification = replace(NOTIFICATION, kind=kind, balance=Decimal("12.5"), floor_kva=Decimal(3), visit=VISIT)

    def notify(now: datetime) -> Notified:
        return Notifier(Contacts(contact), Book(), Outbox(), lambda: now, may_defer=True).notify(notification)

    for night in (datetime(2026, 5, 2, 21, 0, tzinfo=UTC), datetime(2026, 5, 8, 9, 0, tzinfo=UTC)):
        assert notify(notify(night).until or night).status in {"SENT", "NO_CHANNEL"}


@pytest.mark.parametrize(
    ("channel", "contact"),
    [
        ("NONE", REACHABLE),
        ("SMS", REACHABLE.model_copy(update={"mobile": None})),
        ("EMAIL", REACHABLE.model_copy(update={"email": None})),
    ],
)
def test_who_cannot_be_reached_gets_no_message(channel: str, contact: Contact) -> None:
    outbox = Outbox()
    assert notifier(Rules(channel), outbox, contact).notify(NOTIFICATION).status == "NO_CHANNEL"
    assert not outbox.claimed


def test_a_channel_that_the_customer_refuses_is_not_used_whatever_the_rules_say() -> None:
    outbox = Outbox()
    notifier(Rules("SMS"), outbox, REACHABLE.model_copy(update={"opt_out": frozenset({"SMS"})})).notify(NOTIFICATION)
    assert outbox.sent == []


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
    rules = Rules()
    notifier(rules, now=now).notify(NOTIFICATION)
    (asked,) = rules.asked
    assert (asked.inputs["localHour"], asked.inputs["dayOff"]) == (hour, day_off)


def test_the_rules_learn_what_the_customer_accepts_but_no_address() -> None:
    rules = Rules()
    notifier(rules, contact=REACHABLE.model_copy(update={"opt_out": frozenset({"EMAIL"})})).notify(NOTIFICATION)
    (asked,) = rules.asked
    assert asked.decision == "notification"
    assert (asked.limitation_id, asked.asked_by) == ("LIM-1", "execution-1/NotifyRestored")
    assert asked.inputs == {
        "kind": "POWER_RESTORED",
        "hasMobile": True,
        "hasEmail": False,
        "optedOut": False,
        "localHour": 14,
        "dayOff": False,
    }


@pytest.mark.parametrize(
    ("local", "day"),
    [
        ("2026-05-05 07:59", "2026-05-05"),
        ("2026-05-05 08:00", "2026-05-06"),
        ("2026-05-05 22:00", "2026-05-06"),
        ("2026-05-02 22:00", "2026-05-04"),  # over a Sunday
        ("2026-05-03 07:00", "2026-05-04"),  # on a Sunday
        ("2026-04-30 22:00", "2026-05-02"),  # over the first of May
        ("2026-04-04 22:00", "2026-04-07"),  # over Easter
        ("2026-12-31 22:00", "2027-01-02"),  # over New Year's Day
        ("2026-03-28 22:00", "2026-03-30"),  # over the change to summer time
        ("2026-10-24 22:00", "2026-10-26"),  # and back
    ],
)  # fmt: skip
def test_the_next_decent_hour_is_eight_on_a_day_that_is_not_off(local: str, day: str) -> None:
    in_paris = datetime.fromisoformat(local).replace(tzinfo=PARIS)
    assert next_message_hour(in_paris) == datetime.fromisoformat(day).replace(hour=8, tzinfo=PARIS)


@given(st.datetimes(datetime(2024, 1, 1), datetime(2032, 12, 31), timezones=st.just(UTC)))  # noqa: DTZ001
def test_the_next_decent_hour_lies_ahead_within_days_and_on_no_day_off(now: datetime) -> None:
    hour = next_message_hour(now.astimezone(PARIS))
    assert now < hour <= now + timedelta(days=5)
    assert (hour.hour, hour.minute) == (8, 0)
    assert hour.weekday() != 6
    assert not is_public_holiday(hour.date())


def test_a_contact_shows_no_address_when_printed() -> None:
    assert "example" not in repr(REACHABLE)
    assert "336" not in repr(REACHABLE)
