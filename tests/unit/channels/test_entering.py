"""A customer comes in by what they know; who guesses learns nothing, and soon tries in vain."""

import re
from collections.abc import Iterable
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest

from channels import bootstrap
from channels.adapters.post import post_one_time
from channels.domain.session import CustomerSession
from channels.pages.words import CUSTOMER
from channels.use_cases.enter import NotLetIn
from restoration.domain.case_keys import written
from restoration.domain.message import Text
from restoration.errors import BillingUnavailable
from tests.fakes.channels import END, KEYS, LIMITATION, NOW, POSTCODE, Channels, item

CODE = written(KEYS.code(LIMITATION))
HOUR = timedelta(hours=1)


def enter(world: Channels, code: str = CODE, end: str = END, postcode: str = POSTCODE, address: str = "1.2.3.4") -> Any:
    try:
        return world.entrance.enter(code, end, postcode, address)
    except NotLetIn as refused:
        return str(refused)  # it says no reason


def is_right(world: Channels, session: CustomerSession, code: str) -> bool:
    try:
        return world.entrance.confirm(session, code).confirmed
    except NotLetIn:
        return False


@pytest.mark.parametrize("name", [CODE, CODE.lower().replace("-", ""), KEYS.link(LIMITATION)])
def test_code_or_link_with_what_billing_knows_lets_in(world: Channels, name: str) -> None:
    session = enter(world, name)
    assert (session.limitation_id, session.confirmed) == (LIMITATION, False)


@pytest.mark.parametrize("is_down", [False, True])
def test_try_is_made_of_the_same_calls_whether_or_not_its_name_is_known(world: Channels, *, is_down: bool) -> None:
    """Taken away, locked, of no customer, of nobody: billing is slow, and no refusal shows by its time which it is."""
    for number, tries in enumerate((0, 10, 5, 0)):
        name = f"LIM-{number}"
        world.items[name] = item(limitationId=name) | ({"customerId": ""} if number == 3 else {})
        world.table.open_doors(name, (KEYS.code(name), KEYS.link(name)), world.at)
        for each in range(tries):
            world.pass_time(HOUR * (each % 5 == 0))
            enter(world, code=KEYS.code(name), end="0000", address=f"9.9.9.{each}")
    world.billing_takes, world.billing_is_down = timedelta(seconds=2), is_down
    calls, events = world.calls, world.table._table.meta.client.meta.events
    events.register("before-call.dynamodb", lambda model, **_: calls.append(model.name))
    made, asked = [], world.asked
    for key in (KEYS.code, KEYS.link):
        for number in range(6):
            began, calls[:] = world.at, []
            with pytest.raises(BillingUnavailable) if is_down else pytest.raises(NotLetIn):
                world.entrance.enter(key(f"LIM-{number}"), "0001", POSTCODE, f"1.2.3.{number}")
            made.append((*calls, world.at - began, world.evened[-1] == began))
    assert len(set(made)) == 1, made
    assert made[0][:5] == ("GetItem", "GetItem", "UpdateItem", "read", "knows")
    assert (made[0][-2:], world.asked - asked) == ((world.billing_takes, True), 2), "of LIM-0 by code and link alone"


def test_number_or_postcode_is_read_with_blanks_and_asked_only_where_it_may_be_one(world: Channels) -> None:
    assert enter(world, end=" 04 17 ", postcode="75 011")
    asked = world.asked
    wide = "\uff17\uff15\uff10\uff11\uff11"
    for given in ({"end": "041"}, {"end": "<b>1"}, {"postcode": "7501"}, {"postcode": wide}):
        assert enter(world, **given) == ""
    assert world.asked == asked


def test_five_wrong_tries_lock_a_case_for_an_hour_and_ten_take_its_code(world: Channels) -> None:
    doors = [CODE, KEYS.link(LIMITATION)]
    for number in range(5):
        enter(world, code=doors[number % 2], end="0000")
    assert not [door for door in doors if enter(world, code=door)], "even what is right"
    world.pass_time(HOUR)
    asked = world.asked
    for number in range(5):
        enter(world, code=doors[number % 2], end="0001")
    assert world.asked == asked + 5
    world.pass_time(HOUR * 48)
    assert not [door for door in doors if enter(world, code=door)]


def test_tries_that_come_at_once_are_no_more_than_one_after_the_other(
    world: Channels, monkeypatch: pytest.MonkeyPatch
) -> None:
    read, entered, others = world.table.behind, [], [END] + ["0000"] * 60

    def read_as_others_come(name: str) -> str:
        """Each has read what the code leads to before any is counted."""
        found = read(name)
        if others:
            entered.append(enter(world, end=others.pop()))
        return found

    monkeypatch.setattr(world.table, "behind", read_as_others_come)
    assert enter(world) == "", "the last that is counted"
    assert ([bool(each) for each in entered], world.asked) == ([True] + [False] * 60, 1 + 5)


@pytest.mark.parametrize(("took", "waited"), [(0, 0), (50, 550), (600, 0), (1500, 300)])
def test_refused_try_takes_a_multiple_of_one_time(took: int, waited: int, monkeypatch: pytest.MonkeyPatch) -> None:
    slept: list[float] = []
    monkeypatch.setattr(bootstrap, "utc_now", lambda: NOW + timedelta(milliseconds=took))
    monkeypatch.setattr("time.sleep", slept.append)
    bootstrap.even(NOW)
    assert slept == [waited / 1000]


@pytest.mark.explored
def test_a_thousand_names_of_nobody_or_taken_away_open_nothing_and_ask_billing_nothing(world: Channels) -> None:
    """A door that is too old is gone from the table: its code and link are of nobody."""
    names = [key(f"LIM-X{number}") for number in range(500) for key in (KEYS.code, KEYS.link)]
    for taken in (False, True):
        with world.table._table.batch_writer() as doors:
            doors.put_item({"pk": f"WRONG#{LIMITATION}", "sk": "-", "wrong": 10})
            for name in names if taken else ():
                doors.put_item({"pk": f"DOOR#{name}", "sk": "-", "limitationId": LIMITATION})
        assert not [name for name in names if enter(world, code=name, address=f"2001:db8::{name}")]
        for link in names[1::2]:
            with pytest.raises(NotLetIn):
                world.entrance.by_link(link)
    assert world.asked == 0


def test_who_has_a_customer_s_number_now_opens_nothing_by_what_comes_there(world: Channels) -> None:
    session = enter(world)
    world.entrance.send_code(session, "k-1")
    [sent] = world.posted
    assert [enter(world, end=end, postcode=sent) for end in ("", sent, sent[:4])] == [""] * 3
    assert enter(world, code=sent) == ""


@pytest.mark.parametrize("opened", [(), range(60)], ids=["unknown codes", "what customers of many cases know"])
def test_address_that_guesses_is_not_let_in_for_an_hour_and_others_are(world: Channels, opened: Iterable[int]) -> None:
    for number in opened:
        world.items[f"LIM-X{number}"] = item(limitationId=f"LIM-X{number}", customerId=f"CUS-X{number}")
        world.table.open_doors(f"LIM-X{number}", (KEYS.code(f"LIM-X{number}"),), world.at)
    for number in range(60):
        enter(world, code=KEYS.code(f"LIM-X{number}"), address="6.6.6.6")
    assert world.asked == (20 if opened else 0)
    assert not enter(world, address="6.6.6.6")
    assert enter(world, address="1.2.3.4")
    world.pass_time(HOUR)
    assert enter(world, address="6.6.6.6")


@pytest.mark.parametrize("wrong", [4, 5])
def test_billing_that_is_down_counts_against_nobody(world: Channels, wrong: int) -> None:
    for _ in range(wrong):
        enter(world, end="0000")
    world.pass_time(HOUR)
    world.billing_is_down = True
    for _ in range(12):
        with pytest.raises(BillingUnavailable):
            enter(world)
    world.billing_is_down = False
    assert enter(world)


def test_link_that_is_opened_counts_nothing_and_a_forged_one_reads_nothing(world: Channels) -> None:
    for _ in range(50):
        assert world.entrance.by_link(KEYS.link(LIMITATION)) == LIMITATION
    world.table.behind = None  # type: ignore[method-assign, assignment]
    with pytest.raises(NotLetIn):
        world.entrance.by_link("forged")


def test_one_time_code_is_of_its_session_its_time_and_five_tries(world: Channels) -> None:
    session, other = enter(world), enter(world, address="9.9.9.9")
    world.entrance.send_code(session, "k-2")
    assert not is_right(world, other, world.posted[-1])
    world.pass_time(timedelta(minutes=10))
    assert not is_right(world, session, world.posted[-1])
    world.entrance.send_code(session, "k-3")
    assert not [each for each in (*["abcdef"] * 5, world.posted[-1]) if is_right(world, session, each)]


def test_at_most_three_codes_an_hour_are_sent_and_none_without_a_contact(world: Channels) -> None:
    session = enter(world)
    assert [world.entrance.send_code(session, f"k-{each}") for each in range(4)] == [True, True, True, False]
    world.pass_time(HOUR)
    world.contacted = world.contacted.model_copy(update={"email": None, "mobile": None})
    assert not world.entrance.send_code(session, "k")


def test_form_that_is_sent_twice_sends_one_code_and_one_that_broke_off_another(world: Channels) -> None:
    session, world.billing_is_down = enter(world), True
    with pytest.raises(BillingUnavailable):
        world.entrance.send_code(session, "k-1")
    world.billing_is_down, world.billing_has_it = False, False
    assert not world.entrance.send_code(session, "k-1")
    world.billing_has_it = True
    assert all(world.entrance.send_code(session, "k-1") for _ in range(4))
    [code] = world.posted
    tried = [is_right(world, session, each) for each in (*["abcdef"] * 4, code, code)]
    assert tried == [*[False] * 4, True, False], "the fifth counts, and once, as of two at once"


def test_table_holds_no_session_id_and_no_one_time_code(world: Channels) -> None:
    session = enter(world)
    world.entrance.send_code(session, "k-4")
    kept = re.sub("[0-9a-f]{64}", "", str(world.table._table.scan()["Items"]))
    assert [secret for secret in (world.posted[0], session.id, END, POSTCODE) if secret in kept] == []


def test_one_time_code_is_sent_in_english_to_who_reads_no_french(world: Channels) -> None:
    sent: list[Text] = []
    sms = SimpleNamespace(send=lambda _attempt, _to, text: sent.append(text))
    contact = world.contacted.model_copy(update={"language": "de"})
    post_one_time(sms, sms, "Fournisseur", CUSTOMER, contact, "123456")  # type: ignore[arg-type]
    assert [text.body.partition(".")[0] for text in sent] == ["Fournisseur: your code is 123456"]
