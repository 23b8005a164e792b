"""A technician's visit is agreed on the page, at the desk and by the API, with slots that Enedis offers."""

import json
from collections.abc import Callable
from datetime import date, timedelta
from io import BytesIO
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import ClientError, ConnectTimeoutError, ReadTimeoutError

from channels.adapters.core import DeployedCore
from channels.contracts.asking import VisitAgreement
from channels.domain.of_case import VISIT
from channels.pages.saying import visit_said
from channels.use_cases.speak import SLOTS_SHOWN_FOR, VISIT_CALLS_AN_HOUR, NoSuchCase, NotSaid
from record.formats import NOTHING
from record.words import Language
from restoration.contracts.visits import VisitAsked, VisitReply, VisitStatus
from restoration.domain.point import Visit
from tests.fakes.channels import LIMITATION, OFFERED, SLOTS, Channels, customer
from tests.unit.channels.visitors import CASE, DESK_API, Visitor

AGREED = LIMITATION, f"{LIMITATION}/T/1", "2026-12-01 08:00-10:00", "Awa Diallo"
ASKED = {"on": "2026-12-01", "slot": "08:00-10:00", "present": "Awa Diallo"}


@pytest.fixture(autouse=True)
def _technician(world: Channels) -> None:
    world.send_technician()


def agree(world: Channels, visit: Visit = SLOTS[0]) -> None:
    asked = VisitAgreement(on=visit.on, slot=visit.slot, present="Awa Diallo")
    world.speaking.agree_visit(LIMITATION, customer(), asked)


def told(world: Channels, act: Callable[[], object]) -> str:
    with pytest.raises(NotSaid) as caught:
        act()
    assert world.acts == []
    return caught.value.told


def test_who_wants_to_see_slots_asks_for_them_and_enedis_alone_hears_who_will_be_there(
    awa: Visitor, arrive: Callable[..., Visitor], world: Channels
) -> None:
    assert ("Choisir un rendez-vous" in awa.come_in().body, world.met) == (True, [])
    assert arrive("lu").get(f"{DESK_API}/visit-slots").is_problem(409, "refused")
    found = awa.get(f"{CASE}/visit-slots").body
    assert (found["planned"], len(found["slots"])) == ({"on": "2026-11-30", "slot": "08:00-12:00"}, 2)
    assert awa.post(f"{CASE}/visit-agreements", ASKED | {"on": "2026-12-24"}).is_problem(409, "said-slot-gone")
    assert awa.post(f"{CASE}/visit-agreements", ASKED).status == 200
    assert (world.met, [act.kind for act in world.acts]) == ([(LIMITATION,), AGREED], ["VisitAgreed"])
    assert "Awa" not in str(world.table._table.scan()["Items"])


def test_no_form_is_there_where_no_order_waits_for_a_technician(awa: Visitor, world: Channels) -> None:
    world.orders[0]["intent"] = "REMOTE"
    page = awa.come_in()
    assert "Choisir un rendez-vous" not in page.body
    assert told(world, lambda: world.speaking.slots(LIMITATION)) == "said_no_visit"
    assert world.met == []
    with pytest.raises(NoSuchCase):
        world.speaking.slots("LIM-NONE")


@pytest.mark.parametrize("status", [VisitStatus.AGREED, VisitStatus.UNKNOWN])
def test_form_that_is_sent_again_is_agreed_once_and_noted_once_enedis_shows_its_slot(
    world: Channels, status: VisitStatus
) -> None:
    world.agrees = status
    if status is VisitStatus.UNKNOWN:
        assert told(world, lambda: agree(world)) == "said_visit_unknown", "its reply was lost"
    for _ in range(2):
        agree(world)
    world.orders.clear()
    agree(world)
    assert world.met.count(AGREED) == 1
    assert [act.content for act in world.acts] == [{"visit": AGREED[2]}]


@pytest.mark.parametrize(
    ("status", "name", "asked_anew"),
    [
        (VisitStatus.REFUSED, "said_slot_gone", True),
        (VisitStatus.NOTHING, "said_no_visit", True),
        (VisitStatus.UNAVAILABLE, "said_visit_later", False),
    ],
)
def test_what_enedis_did_not_take_is_told_and_shown_anew_where_it_was_wrong(
    world: Channels, status: VisitStatus, name: str, *, asked_anew: bool
) -> None:
    world.agrees = status
    assert told(world, lambda: agree(world)) == name
    world.speaking.slots(LIMITATION)
    assert world.met.count((LIMITATION,)) == 1 + asked_anew


def test_slots_are_asked_for_once_in_ten_minutes_and_a_case_asks_six_times_an_hour(world: Channels) -> None:
    for _ in range(VISIT_CALLS_AN_HOUR):
        world.speaking.slots(LIMITATION)
        world.speaking.slots(LIMITATION)
        world.pass_time(SLOTS_SHOWN_FOR - timedelta(minutes=1, seconds=1))
        assert world.table.of_case(LIMITATION).slots(world.at)
        world.table.take(VISIT, world.now(), LIMITATION)
    assert len(world.met) == VISIT_CALLS_AN_HOUR
    with pytest.raises(NotSaid, match="said_visit_often") as often:
        world.speaking.slots(LIMITATION)
    world.pass_time(often.value.wait)
    world.speaking.slots(LIMITATION)
    assert len(world.met) == VISIT_CALLS_AN_HOUR + 1
    world.pass_time(SLOTS_SHOWN_FOR)
    assert world.table.of_case(LIMITATION).slots(world.at) is None


def test_nothing_is_shown_where_enedis_offers_nothing(world: Channels) -> None:
    replies: dict[str, dict[str, Any]] = {"said_no_visit": {"slots": ()}, "said_visit_later": {"status": "UNAVAILABLE"}}
    for name, reply in replies.items():
        world.enedis = VisitReply.model_validate(OFFERED.model_dump() | reply)
        assert told(world, lambda: world.speaking.slots(LIMITATION)) == name
        assert world.table.of_case(LIMITATION).slots(world.at) is None


@pytest.mark.parametrize(
    ("slot", "french", "english"),
    [
        ("08:30-10:00", f"mardi 1er décembre, 8 h 30 {NOTHING} 10 h", f"Tuesday 1 December, 08:30 {NOTHING} 10:00"),
        ("matin", "mardi 1er décembre, matin", "Tuesday 1 December, matin"),
    ],
)
def test_visit_is_said_as_people_say_it(slot: str, french: str, english: str) -> None:
    visit = Visit(date(2026, 12, 1), slot)
    assert (visit_said(visit, Language.FRENCH), visit_said(visit, Language.ENGLISH)) == (french, english)


@pytest.mark.parametrize(
    ("reply", "offered", "agreed"),
    [
        ({"status": "AGREED"}, "AGREED", "AGREED"),
        ({"errorType": "InvalidResponse"}, "UNAVAILABLE", "UNKNOWN"),
        (ReadTimeoutError(endpoint_url="x"), "UNAVAILABLE", "UNKNOWN"),
        (ConnectTimeoutError(endpoint_url="x"), "UNAVAILABLE", "UNAVAILABLE"),
        (ClientError({"Error": {"Code": "TooManyRequestsException"}}, "Invoke"), "UNAVAILABLE", "UNAVAILABLE"),
    ],
)
def test_core_that_does_not_reply_may_have_agreed_and_has_offered_nothing(
    reply: Any, offered: str, agreed: str
) -> None:
    def invoke(**asked: Any) -> Any:
        assert (asked["FunctionName"], json.loads(asked["Payload"])["asks"]) == ("core-read-point", "VISIT")
        if isinstance(reply, Exception):
            raise reply
        failed = {"FunctionError": "Unhandled"} if "errorType" in reply else {}
        return {"Payload": BytesIO(json.dumps(reply).encode()), **failed}

    core = DeployedCore(None, SimpleNamespace(invoke=invoke), "", "", "core-read-point")  # type: ignore[arg-type]
    slots = VisitAsked(asks="VISIT", limitation_id=LIMITATION)
    assert core.ask(slots).status == offered
    assert core.ask(slots.model_copy(update={"agreed": SLOTS[0]})).status == agreed
