"""A technician's visit is agreed on the page, at the desk and by the API, with slots that Enedis offers."""

import json
from collections.abc import Callable
from dataclasses import replace
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
from channels.use_cases.speak import SLOTS_SHOWN_FOR, VISIT_CALLS_AN_HOUR, NotSaid
from record.formats import NOTHING
from record.words import Language
from restoration.contracts.visits import VisitAsked, VisitReply, VisitStatus
from restoration.domain.point import Visit
from tests.fakes.channels import LIMITATION, OFFERED, SLOTS, Channels, customer
from tests.unit.channels.visitors import CASE, DESK_API, Arrive, Visitor

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
    awa: Visitor, arrive: Arrive, world: Channels
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
    assert "Choisir un rendez-vous" not in awa.come_in().body
    assert (told(world, lambda: world.speaking.slots(LIMITATION)), world.met) == ("said_no_visit", [])


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


@pytest.mark.parametrize(
    ("reply", "name"), [({"slots": ()}, "said_no_visit"), ({"status": "UNAVAILABLE"}, "said_visit_later")]
)
def test_nothing_is_shown_where_enedis_offers_nothing(world: Channels, reply: dict[str, Any], name: str) -> None:
    world.enedis = VisitReply.model_validate(OFFERED.model_dump() | reply)
    assert told(world, lambda: world.speaking.slots(LIMITATION)) == name
    assert world.table.of_case(LIMITATION).slots(world.at) is None


def test_visit_is_said_as_people_say_it() -> None:
    visit = Visit(date(2026, 12, 1), "08:30-10:00")
    assert visit_said(visit, Language.FRENCH) == f"mardi 1er décembre, 8 h 30 {NOTHING} 10 h"
    assert visit_said(replace(visit, slot="matin"), Language.ENGLISH) == "Tuesday 1 December, matin"


@pytest.mark.parametrize(
    ("reply", "agreed"),
    [
        ({"errorType": "InvalidResponse"}, "UNKNOWN"),
        (ReadTimeoutError(endpoint_url="x"), "UNKNOWN"),
        (ConnectTimeoutError(endpoint_url="x"), "UNAVAILABLE"),
        (ClientError({"Error": {"Code": "TooManyRequestsException"}}, "Invoke"), "UNAVAILABLE"),
    ],
)
def test_core_that_does_not_reply_may_have_agreed_and_has_offered_nothing(reply: Any, agreed: str) -> None:
    def invoke(**_asked: Any) -> Any:
        if isinstance(reply, Exception):
            raise reply
        return {"Payload": BytesIO(json.dumps(reply).encode()), "FunctionError": "Unhandled"}

    core = DeployedCore(None, SimpleNamespace(invoke=invoke), "", "core-read-point")  # type: ignore[arg-type]
    slots = VisitAsked(asks="VISIT", limitation_id=LIMITATION)
    assert core.ask(slots).status == "UNAVAILABLE"
    assert core.ask(slots.model_copy(update={"agreed": SLOTS[0]})).status == agreed
