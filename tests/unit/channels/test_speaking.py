"""What people fill in is taken as they write it, or refused with its reason, and stays with the case half-filled.

What they say then is noted once, and put on the core's bus as a fact. A technician's visit is agreed with slots that
Enedis offers.
"""

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO
from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode

import pytest
from botocore.exceptions import ClientError, ConnectTimeoutError, ReadTimeoutError
from hypothesis import given
from hypothesis import strategies as st

from channels.adapters.core import DeployedCore
from channels.contracts import asking
from channels.contracts.asking import Asking, BadForm, Form, PaymentDeclaration, PlanRequest, VisitAgreement
from channels.domain.of_case import DRAFTS_KEPT_FOR, VISIT
from channels.pages.customer import act_said
from channels.pages.saying import visit_said
from channels.pages.words import CUSTOMER
from channels.use_cases.speak import SLOTS_SHOWN_FOR, VISIT_CALLS_AN_HOUR, NotSaid
from record.formats import NOTHING
from record.words import Language, Words
from restoration.contracts.received_details import PaymentDeclaredDetail
from restoration.contracts.visits import PowerShown, VisitAsked, VisitReply, VisitStatus
from restoration.domain.point import SupplyState, Visit
from tests.fakes.channels import BO, LIMITATION, NOW, OFFERED, SLOTS, Channels, advisor, customer, item
from tests.unit.channels.visitors import CASE, DESK, DESK_API, PAID, Arrive, SignedIn, Visitor, fill, raised

PLAN = {"instalments": "12", "first_amount": "40", "first_on": "2026-12-01"}


def asked(model: type[Asking], **fields: str) -> Any:
    return model.of_form(Form.of(urlencode(fields), NOW).fields, NOW)


def why(read: Callable[[], object]) -> str:
    bad = raised(BadForm, read)
    assert f"bad_{bad.why}" in CUSTOMER, "each reason has its words"
    return str(bad).replace(":", "")


@given(st.decimals("0.01", "99999.99", places=2))
def test_amount_is_read_as_the_french_write_it(amount: Decimal) -> None:
    whole, _, cents = f"{amount:,.2f}".partition(".")
    for typed in (f"{whole.replace(',', ' ')},{cents} €", f"{amount}", f" {amount}€ "):
        assert asked(asking.Dispute, amount=typed, words="?").amount == amount


AMOUNTS = ["0", "-1", "1,234", "abc", "1e3", "NaN", "Infinity", "100000,01", "=1+1", "1.2.3"]
REFUSED = [
    *((PaymentDeclaration, PAID | {"amount": typed}, "amount no_amount") for typed in AMOUNTS),
    *((PlanRequest, PLAN | {"instalments": typed}, "instalments no_number") for typed in ("1.5", "²")),
    (PlanRequest, PLAN | {"instalments": "1"}, "instalments too_small"),
    (PlanRequest, PLAN | {"instalments": "37"}, "instalments too_great"),
    (PaymentDeclaration, PAID | {"means": "GOLD"}, "means no_choice"),
    (PaymentDeclaration, PAID | {"means": "HOUSING_AID"}, "means no_choice"),
    (PaymentDeclaration, PAID | {"paid_on": "2026-11-25"}, "paid_on day_too_far"),
    (PaymentDeclaration, PAID | {"paid_on": "2025-11-22"}, "paid_on day_too_far"),
    (PlanRequest, PLAN | {"first_on": "2026-12-26"}, "first_on day_too_far"),
    (asking.ReviewRequest, {"words": "a" * 501}, "words too_long"),
    (asking.Dispute, {"words": " \x00 "}, "words missing"),
    (VisitAgreement, {"slot": "24/12/2026 08:00-10:00", "present": "Awa"}, "on no_day"),
    (VisitAgreement, {"slot": "2026-12-01 08:00-10:00", "present": "a" * 81}, "present too_long"),
    (asking.SettingAside, {"until": "demain"}, "until no_day"),
    (asking.SettingAside, {}, "until missing"),
]


@pytest.mark.parametrize(("model", "fields", "reason"), REFUSED)
def test_what_can_t_be_taken_is_told_by_its_field(model: type[Asking], fields: dict[str, str], reason: str) -> None:
    assert why(lambda: asked(model, **fields)) == reason


def test_what_is_right_is_taken() -> None:
    for day in ("2026-11-24", "2025-11-23"):
        assert asked(PaymentDeclaration, **PAID | {"paid_on": day}).paid_on.isoformat() == day
    plans = [asked(PlanRequest, **PLAN | {"first_on": day}) for day in ("2026-11-24", "2026-12-25")]
    assert [each.instalments for each in plans] == [12, 12]
    lines = asked(asking.ReviewRequest, words="ligne\r\n" * 82 + "fin").words
    assert lines.count("\n") == 82, "a browser sends two signs for a line's end"
    assert asked(asking.ReviewRequest, words=" a\x00b\x1b[31m\n c ").words == "ab[31m\n c"
    agreed = asked(VisitAgreement, slot="2026-12-01 08:00-10:00", present="Awa")
    assert (agreed.on.isoformat(), agreed.slot) == ("2026-12-01", "08:00-10:00")
    assert asked(asking.SettingAside, until="2026-11-26T17:00").until.isoformat() == "2026-11-26T17:00:00+01:00"


def test_instalment_or_dispute_above_the_debt_is_refused_by_form_and_api(signed_in: SignedIn, world: Channels) -> None:
    world.change(debt=Decimal("39.99"))
    desk, page = signed_in("alix", DESK)
    refused = desk.post(f"{DESK}/echeancier", fill(page, **PLAN))
    assert (refused.status, "Première échéance en euros : c&#39;est plus que la dette" in refused.body) == (422, True)
    disputed = desk.post(f"{DESK}/contestation", fill(page, amount="40", words="?"))
    assert "Montant contesté en euros (facultatif) : c&#39;est plus que la dette" in disputed.body
    plan = {"instalments": 12, "firstAmount": "40", "firstOn": "2026-12-01"}
    assert desk.post(f"{DESK_API}/plan-requests", plan).is_problem(422, "invalid")
    world.change(debt=Decimal(40))
    assert desk.post(f"{DESK_API}/plan-requests", plan).status == 200
    assert [(each["role"], each["channel"]) for each in world.heard("PlanAsked")] == [("ADVISOR", "API")]


def test_large_crowded_and_broken_forms_are_refused_before_they_are_read() -> None:
    assert why(lambda: Form.of("a" * (asking.MOST_BYTES + 1), NOW)) == "form too_long"
    assert why(lambda: Form.of("&".join(f"a{number}=1" for number in range(21)), NOW)) == "form unreadable"
    assert why(lambda: Form.of("nothing but text", NOW)) == "form unreadable"
    assert why(lambda: Form.of("key=1", NOW).key()) == "key unreadable"


def test_form_begun_on_the_page_is_ended_at_the_desk(awa: Visitor, signed_in: SignedIn, world: Channels) -> None:
    page = awa.come_in()
    kept = awa.follow(awa.post("/dossier/paiement", fill(page, means="CHEQUE", amount="<7", later="1")))
    assert "C&#39;est gardé trois jours avec le dossier." in kept.body
    empty = awa.follow(awa.post("/dossier/personne", fill(page, words="", later="1")))
    assert ("Rien n&#39;est rempli" in empty.body, 'id="personne" open' in empty.body) == (True, False)
    desk, at_desk = signed_in("alix", DESK)
    for shown in (kept, at_desk):
        for part in ('id="paiement" open', '<option value="CHEQUE" selected>', 'name="amount" value="&lt;7"'):
            assert part in shown.body
        assert ('name="proof"' in shown.body) is (shown is not kept), "an advisor sees proofs"
    assert world.said == []
    world.table.note_act(LIMITATION, advisor("k-8").act("QuestionSetAside", world.at, {}))
    ended = desk.follow(desk.post(f"{DESK}/paiement", fill(at_desk, **PAID, proof="reçu <vu>")))
    assert {act["words"] for act in desk.get(DESK_API).body["acts"]} == {None, "reçu <vu>"}, "others read it"
    aside = [page.body.count("Question mise de côté") for page in (ended, awa.get("/dossier"))]
    assert (aside, len(awa.get(CASE).body["acts"])) == ([1, 0], 1), "customers know of no list"
    assert ('id="paiement" open' in ended.body, "Preuve vue : reçu &lt;vu&gt;" in ended.body) == (False, True)
    assert "reçu &lt;vu" not in awa.get("/dossier").body


def test_half_filled_form_is_kept_for_three_days_without_a_health_fact_or_a_name(
    signed_in: SignedIn, world: Channels
) -> None:
    desk, page = signed_in("alix", DESK)
    for act, fields in (("rendez-vous", {"slot": "", "present": "Awa"}), ("protection", {"kind": "?"})):
        assert desk.post(f"{DESK}/{act}", fill(page, **fields, later="1")).status == 422
    desk.post(f"{DESK}/contestation", fill(page, words="Bonj", later="1"))
    kept, until = world.table.of_case(LIMITATION), world.at + DRAFTS_KEPT_FOR
    assert kept.half_filled(until - timedelta(seconds=1)) == {"contestation": {"amount": "", "words": "Bonj"}}
    assert kept.half_filled(until) == {}


@pytest.mark.parametrize("rules_are_down", [False, True])
def test_declared_payment_is_a_fact_of_the_core_and_pauses_reminders_once_whatever_the_rules_say(
    world: Channels, *, rules_are_down: bool
) -> None:
    world.rules_are_down = rules_are_down
    for key in ("k-1", "k-2", "k-1"):  # the first form, sent twice
        world.declare(key)
    first, second, again = world.heard("PaymentDeclared")
    assert (again, len(world.acts)) == (first, 2)
    world.change(settlement={"balance": "7000.00"})
    world.declare()  # the rules say another thing of it now
    detail = PaymentDeclaredDetail.model_validate(first)
    assert (detail.declaration_id, detail.amount) == ("k-1", Decimal("70.00"))
    assert (detail.reminders_paused_until, "remindersPausedUntil" in second) == (date(2026, 11, 27), False)


def test_declaration_of_a_small_part_of_what_remains_pauses_nothing_and_leaves_the_pause(world: Channels) -> None:
    world.change(settlement={"balance": "701.00"})
    world.declare(amount="7")
    assert world.decided == [("declaredPayment", LIMITATION, "declaration/k-1")], "one call"
    world.declare("k-2", "701")
    token, whole = world.heard("PaymentDeclared")
    assert ("remindersPausedUntil" in token, "remindersPausedUntil" in whole) == (False, True)


def test_missing_power_has_what_enedis_showed_and_when(world: Channels) -> None:
    world.power = None
    world.speaking.power_missing(LIMITATION, customer())  # Enedis does not reply
    world.power = PowerShown(supply=SupplyState.LIMITED, kva=Decimal("1.5"), read_at=world.at)
    for _ in range(2):
        world.speaking.power_missing(LIMITATION, customer())
    [act], say = world.acts, Words(Language.FRENCH, CUSTOMER)
    assert act_said(act, say, world.at.replace(year=2027)).startswith("24/11/2026 ")
    assert act_said(act, say, world.at).endswith(
        "(client, page) · Enedis montre : alimenté à 1,5 kVA, lu le 24/11 10:00"
    )
    assert len(world.met) == 2, "the form that was sent again found it"


def test_customer_says_ten_things_an_hour_on_a_case_and_an_advisor_still_speaks(world: Channels) -> None:
    for number in range(10):
        world.speaking.ask(LIMITATION, customer(f"k-{number}"), asking.ReviewRequest())
        world.pass_time(timedelta(minutes=1))
    often = raised(NotSaid, lambda: world.declare("k-10"))
    assert (often.told, often.wait) == ("said_enough", timedelta(minutes=50))
    world.speaking.ask(LIMITATION, customer("k-9"), asking.ReviewRequest())  # it was noted: it is said again
    world.speaking.ask(LIMITATION, advisor("a"), asking.ReviewRequest())
    world.pass_time(timedelta(minutes=50))
    world.declare("k-10")
    assert [act.key for act in world.acts][-2:] == ["a", "k-10"]


def test_advisor_says_sixty_things_an_hour_on_all_cases_together(world: Channels) -> None:
    names = [f"LIM-{number}" for number in range(61)]
    world.items |= {name: item(limitationId=name) for name in names}
    for name in names[:60] * 2:  # what was noted is said again
        world.speaking.ask(name, advisor(f"k-{name}"), asking.ReviewRequest())
    world.pass_time(timedelta(minutes=20))
    often = raised(NotSaid, lambda: world.speaking.power_missing(names[60], advisor("more")))
    assert (often.told, often.wait) == ("said_enough", timedelta(minutes=40))
    world.speaking.power_missing(names[60], advisor("of-bo", BO))
    world.pass_time(timedelta(minutes=40))
    world.speaking.power_missing(names[59], advisor("later"))
    assert [detail["by"] for detail in world.heard("PowerMissing")] == ["A-bo", "A-alix"]


# ── A technician's visit ──

AGREED = LIMITATION, f"{LIMITATION}/T/1", "2026-12-01 08:00-10:00", "Awa Diallo"
ASKED = {"on": "2026-12-01", "slot": "08:00-10:00", "present": "Awa Diallo"}


def agree(world: Channels, visit: Visit = SLOTS[0]) -> None:
    asked = VisitAgreement(on=visit.on, slot=visit.slot, present="Awa Diallo")
    world.speaking.agree_visit(LIMITATION, customer(), asked)


def told(world: Channels, act: Callable[[], object]) -> str:
    not_said = raised(NotSaid, act)
    assert world.acts == []
    return not_said.told


def test_who_wants_to_see_slots_asks_for_them_and_enedis_alone_hears_who_will_be_there(
    awa: Visitor, arrive: Arrive, world: Channels
) -> None:
    world.send_technician()
    assert ("Choisir un rendez-vous" in awa.come_in().body, world.met) == (True, [])
    assert arrive("lu").get(f"{DESK_API}/visit-slots").is_problem(409, "refused")
    found = awa.get(f"{CASE}/visit-slots").body
    assert (found["planned"], len(found["slots"])) == ({"on": "2026-11-30", "slot": "08:00-12:00"}, 2)
    assert awa.post(f"{CASE}/visit-agreements", ASKED | {"on": "2026-12-24"}).is_problem(409, "said-slot-gone")
    assert awa.post(f"{CASE}/visit-agreements", ASKED).status == 200
    assert (world.met, [act.kind for act in world.acts]) == ([(LIMITATION,), AGREED], ["VisitAgreed"])
    assert "Awa" not in str(world.table._table.scan()["Items"])


def test_second_appointment_is_told_of_the_first_and_pages_say_which_one_counts(
    awa: Visitor, signed_in: SignedIn, world: Channels
) -> None:
    first, second = (visit_said(each, Language.FRENCH) for each in SLOTS)
    world.send_technician()
    agree(world)
    _, desk = signed_in("alix", DESK)
    assert f"déjà convenu : {first}. En choisir un autre le remplace." in desk.body
    asked = VisitAgreement(on=SLOTS[1].on, slot=SLOTS[1].slot, present="Awa")
    world.speaking.agree_visit(LIMITATION, advisor("k-2"), asked)
    for page in (awa.come_in().body, signed_in("alix", DESK)[1].body):
        assert f"Rendez-vous remplacé, il ne compte plus (client, page) · {first}" in page
        assert f"Rendez-vous convenu (conseiller, bureau) · {second}" in page
    assert world.table.of_case(LIMITATION).agreed_visit(world.at + timedelta(days=8)) is None


def test_no_form_is_there_where_no_order_waits_for_a_technician(awa: Visitor, world: Channels) -> None:
    world.send_technician("REMOTE")
    assert "Choisir un rendez-vous" not in awa.come_in().body
    assert (told(world, lambda: world.speaking.slots(LIMITATION)), world.met) == ("said_no_visit", [])


@pytest.mark.parametrize("status", [VisitStatus.AGREED, VisitStatus.UNKNOWN])
def test_form_that_is_sent_again_is_agreed_once_and_noted_once_enedis_shows_its_slot(
    world: Channels, status: VisitStatus
) -> None:
    world.send_technician()
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
    world.send_technician()
    world.agrees = status
    assert told(world, lambda: agree(world)) == name
    world.speaking.slots(LIMITATION)
    assert world.met.count((LIMITATION,)) == 1 + asked_anew


def test_slots_are_asked_for_once_in_ten_minutes_and_a_case_asks_six_times_an_hour(world: Channels) -> None:
    world.send_technician()
    for _ in range(VISIT_CALLS_AN_HOUR):
        world.speaking.slots(LIMITATION)
        world.speaking.slots(LIMITATION)
        world.pass_time(SLOTS_SHOWN_FOR - timedelta(minutes=1, seconds=1))
        assert world.table.of_case(LIMITATION).slots(world.at)
        world.table.take(VISIT, world.now(), LIMITATION)
    assert len(world.met) == VISIT_CALLS_AN_HOUR
    often = raised(NotSaid, lambda: world.speaking.slots(LIMITATION))
    assert often.told == "said_visit_often"
    world.pass_time(often.wait)
    world.speaking.slots(LIMITATION)
    assert len(world.met) == VISIT_CALLS_AN_HOUR + 1
    world.pass_time(SLOTS_SHOWN_FOR)
    assert world.table.of_case(LIMITATION).slots(world.at) is None


@pytest.mark.parametrize(
    ("reply", "name"), [({"slots": ()}, "said_no_visit"), ({"status": "UNAVAILABLE", "slots": ()}, "said_visit_later")]
)
def test_nothing_is_shown_where_enedis_offers_nothing(world: Channels, reply: dict[str, Any], name: str) -> None:
    world.send_technician()
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
