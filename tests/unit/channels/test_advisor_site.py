"""The desk: who may come in, what they see, and how two who do one thing are told."""

import re
from collections.abc import Callable
from datetime import timedelta
from html import unescape
from typing import Any
from uuid import UUID

import pytest
from pydantic.alias_generators import to_camel

from channels import advisors
from channels.contracts.asking import ProtectionClaim, ReviewRequest
from channels.contracts.published import Protection
from channels.pages.words import DESK
from channels.ports import RulesUnavailable
from channels.saying import DONE, OF_CUSTOMERS, SAID
from channels.use_cases.speak import Speaker
from record.formats import NOTHING, lasting
from restoration.contracts.received_details import Channel, Role
from tests.fakes.channels import CUSTOMER, KEYS, LIMITATION, NOW, QUESTION, Channels, item, of_kind
from tests.unit.channels.applications import ADVISORS, BO, LU, PAID, WORK, Client
from tests.unit.channels.sites import Browser, SignedIn, come_in, fill


def ask(world: Channels, reason: str = "DISPUTE") -> None:
    world.receive("AdvisorDecisionRequested", question=1, reason=reason)
    world.change(question=QUESTION)


CASE = f"/conseil/dossier/{LIMITATION}"
DECIDE = f"/conseil/travail/{LIMITATION}/question-1-1/decider"


def test_page_offers_what_the_table_gives_and_refuses_the_rest_in_french(signed_in: SignedIn, world: Channels) -> None:
    ask(world, "PENDING_WITHOUT_DATE")
    browser, page = signed_in("alix", CASE)
    assert re.findall(r'<option value="([A-Z_]+)">([^<]+)', page.body)[:2] == [
        ("RESTORE", "Rétablir"), ("REFUSE", "Refuser"),
    ]  # fmt: skip
    assert "La puissance est rétablie, à distance ou par un technicien selon le compteur" in page.body
    forged = browser.post(DECIDE, fill(page, decision="SEND_TECHNICIAN", reason="oui", proof="vue"))
    assert (forged.status, "les règles n&#39;offrent pas : Envoyer un technicien" in forged.body) == (409, True)
    for field, label in {"key": "Formulaire", "decision": "Décider", "reason": "Motif (obligatoire)"}.items():
        bare = {"form": page.value("form"), "key": str(UUID(int=1)), "decision": "RESTORE", "reason": "oui", field: ""}
        assert f"{label} : à remplir" in browser.post(DECIDE, bare).body
    long = browser.post(DECIDE, fill(page, decision="RESTORE", reason="o" * 490, proof="relevé du 3"))
    assert (long.status, "plus de 500 caractères" in long.body) == (409, True)
    browser.follow(browser.post(DECIDE, fill(page, decision="RESTORE", reason="oui", proof="relevé du 3")))
    [detail] = of_kind(world.said, "AdvisorDecided")
    assert detail["reason"] == "oui (preuve vue : relevé du 3)"


def test_desk_says_that_it_can_not_decide_while_the_rules_are_silent(signed_in: SignedIn, world: Channels) -> None:
    world.rules_are_down = True
    with pytest.raises(RulesUnavailable):
        ask(world)
    world.change(question=QUESTION)
    _, page = signed_in("alix", CASE)
    assert ("On ne peut pas décider maintenant" in page.body, "/decider" in page.body) == (True, False)


def test_second_of_two_is_told_by_whom_and_changes_nothing(signed_in: SignedIn, world: Channels) -> None:
    ask(world)
    one, page = signed_in("alix", CASE)
    two, page_of_two = signed_in("bo", CASE)
    one.follow(one.post(f"/conseil/travail/{LIMITATION}/question-1-1/prendre", fill(page)))
    late = two.post(DECIDE, fill(page_of_two, decision="REFUSE", reason="non"))
    assert (late.status, "Alix s&#39;en occupe déjà." in late.body) == (409, True)
    one.follow(one.post(DECIDE, fill(page, decision="RESTORE", reason="oui")))
    late = two.post(DECIDE, fill(page_of_two, decision="REFUSE", reason="non"))
    assert (late.status, "C&#39;est déjà fini. Alix Rétablir" in late.body) == (409, True)
    assert [detail["decision"] for detail in of_kind(world.said, "AdvisorDecided")] == ["RESTORE"]


def test_free_text_is_escaped_wherever_it_is_shown(signed_in: SignedIn, browser: Browser, world: Channels) -> None:
    ask(world)
    world.receive("ReviewAsked", source="channels", at=NOW.isoformat(), id="k-9")
    (desk, page), typed = signed_in("alix", CASE), "<script>alert(1)</script>\"'=cmd|x!A1"
    for path, fields in {
        f"{CASE}/contestation": {"words": typed},
        f"{CASE}/paiement": {"means": typed, "amount": typed, "paid_on": typed, "later": "1"},
        DECIDE: {"decision": "RESTORE", "reason": typed, "proof": typed},
        DECIDE.replace("question-1-1/decider", "k-9/terminer"): {"words": typed},
    }.items():
        desk.follow(desk.post(path, fill(page, **fields)))
    asked = browser.follow(browser.post("/dossier/personne", fill(come_in(browser), words=typed)))
    assert of_kind(world.said, "ReviewAsked")[0]["words"] == typed
    for body, times in ((desk.get(CASE).body, 5), (asked.body, 2), (desk.get(f"/conseil/chercher?q={typed}").body, 1)):
        assert ("<script>alert" in body, body.count("&lt;script&gt;alert")) == (False, times)


@pytest.mark.parametrize("name", [KEYS.code(LIMITATION), "lim-000001", "CTR-000001", "30000000000001", "cus-9f3b"])
def test_case_is_found_by_whatever_names_it(signed_in: SignedIn, world: Channels, name: str) -> None:
    world.items[LIMITATION]["customerId"] = "cus-9f3b"
    browser, _ = signed_in("lu")
    assert browser.get(f"/conseil/chercher?q={name}").headers["location"] == CASE
    assert "Aucun dossier ne porte ce nom." in browser.get("/conseil/chercher?q=nobody").body


def test_list_shows_what_is_wanted_of_it_and_lives_so(signed_in: SignedIn, world: Channels) -> None:
    world.receive("AdvisorDecisionRequested", question=1, reason="DISPUTE")
    world.receive("ReviewAsked", "channels", at=NOW.isoformat(), id="k-9")
    desk, _ = signed_in("alix")
    for query, shown in (
        ("kind=REVIEW&whose=ALL", {"REVIEW"}), ("kind=&whose=NOBODY", {"REVIEW", "QUESTION"}),
        ("kind=QUESTION&whose=MINE", set()), ("kind=LUNCH&whose=X", {"REVIEW", "QUESTION"}),
    ):  # fmt: skip
        page = desk.get(f"/conseil?{query}").body
        [live] = re.findall(r'data-live="([^"]+)"', page)
        for body in (page.partition("data-live")[2], desk.get(unescape(live)).body):
            assert {kind for kind in ("REVIEW", "QUESTION") if f"<td>{DESK[kind][0]}" in body} == shown
            assert (DESK["nothing"][0] in body) is not bool(shown)


def test_reader_sees_how_long_questions_take(signed_in: SignedIn, world: Channels) -> None:
    assert "Aucune question" in signed_in("lu", "/conseil/decisions")[1].body
    for took in (timedelta(minutes=10), timedelta(minutes=20), None):
        world.table.note_decision("DISPUTE", took, NOW)
    world.table.note_decision("GAS", None, NOW - timedelta(days=30))
    _, page = signed_in("lu", "/conseil/decisions")
    cells = re.findall(r"<td>([^<]+)", page.body)
    minutes = lasting(timedelta(minutes=15))
    assert cells == ["11/2026", "litige en cours", "3", minutes, "10/2026", "gaz", "1", NOTHING]


@pytest.mark.parametrize(
    ("who", "claims", "why"),
    [("lu", LU, "Vos droits"), ("owner", BO | {"customer_id": CUSTOMER}, "Personne ne traite son propre dossier")],
)
def test_reader_and_owner_decide_and_say_nothing_at_the_desk_or_by_the_api(
    signed_in: SignedIn, alix: Client, world: Channels, who: str, claims: dict[str, str], why: str
) -> None:
    browser, page = signed_in(who, CASE)
    assert ("/decider" in page.body) == (who == "owner")
    decision, paid = {"decision": "RESTORE", "reason": "oui"}, f"{ADVISORS}/cases/{LIMITATION}/payment-declarations"
    refused = [browser.post(DECIDE, fill(page, **decision)), browser.post(f"{CASE}/protection", fill(page, kind="?"))]
    refused += [alix.of(claims).post(path, content) for path, content in ((f"{WORK}/decide", decision), (paid, PAID))]
    assert [(each.status, why in str(each.body)) for each in refused] == [(409, True)] * 4
    assert world.said == []


def test_token_without_a_group_and_nobody_see_nothing(arrive: Callable[[], Browser], signed_in: SignedIn) -> None:
    browser, page = signed_in("none")
    assert page.status == 403
    assert browser.get("/conseil/retour").body.count('href="/conseil"') == 1, "each page leads somewhere"
    left = browser.follow(browser.post("/conseil/sortir", fill(page)))
    assert (left.status, "sorti du bureau" in left.body) == (200, True), "the provider would let them in again at once"
    stranger = arrive()
    for path in ("/conseil", "/conseil/vivant", CASE, "/conseil/chercher?q=a"):
        assert stranger.get(path).status == 303
        assert LIMITATION not in stranger.get(path).body
    assert stranger.post(DECIDE, {"form": "x"}).status == 401


def test_return_of_a_sign_in_that_this_browser_did_not_begin_signs_nobody_in(arrive: Callable[[], Browser]) -> None:
    victim, attacker = arrive(), arrive()
    sent = attacker.get("/conseil/entrer")
    state = sent.headers["location"].partition("state=")[2].partition("&")[0]
    assert victim.get(f"/conseil/retour?code=alix&state={state}").status == 403
    assert attacker.get(f"/conseil/retour?code=wrong&state={state}").status == 403
    assert attacker.get(f"/conseil/retour?code=alix&state={state}").status == 403, "it was used"


@pytest.mark.parametrize("then", ["https://evil.example", "//evil.example", "/conseil\\@evil.example", "/dossier"])
def test_sign_in_leads_back_to_the_desk_alone(arrive: Callable[[], Browser], then: str) -> None:
    browser = arrive()
    sent = browser.get(f"/conseil/entrer?then={then}")
    state = sent.headers["location"].partition("state=")[2].partition("&")[0]
    assert browser.get(f"/conseil/retour?code=alix&state={state}").headers["location"] == "/conseil"


@pytest.mark.parametrize(
    ("act", "fields", "kind"),
    [
        ("paiement", {"means": "CARD", "amount": "70", "paid_on": "2026-11-24"}, "PaymentDeclared"),
        ("courant", {}, "PowerMissing"),
        ("echeancier", {"instalments": "3", "first_amount": "40", "first_on": "2026-11-30"}, "PlanAsked"),
        ("contestation", {"words": "Déjà payé"}, "DebtDisputed"),
        ("protection", {"kind": "MEDICAL"}, "ProtectionClaimed"),
    ],
)
def test_advisor_says_on_the_telephone_what_a_customer_could_say_on_the_page(
    signed_in: SignedIn, alix: Client, world: Channels, act: str, fields: dict[str, str], kind: str
) -> None:
    browser, page = signed_in("alix", CASE)
    assert f'action="{CASE}/{act}"' in page.body
    browser.follow(browser.post(f"{CASE}/{act}", fill(page, **fields)))
    world.pass_time(timedelta(minutes=10))
    given = {to_camel(name): value for name, value in fields.items()} or None
    assert alix.post(f"{ADVISORS}/cases/{LIMITATION}/{SAID[act].path}", given).status == 200
    by_desk, by_api = of_kind(world.said, kind)
    assert [(each["role"], each["channel"]) for each in (by_desk, by_api)] == [("ADVISOR", "DESK"), ("ADVISOR", "API")]


@pytest.mark.parametrize("way", ["", "/vivant", "/paiement"])
def test_each_way_to_see_a_case_is_recorded_once_in_half_an_hour(
    signed_in: SignedIn, caplog: pytest.LogCaptureFixture, way: str
) -> None:
    (browser, page), path = signed_in("bo"), f"{CASE}{way}"
    for _ in range(3):
        seen = browser.post(path, fill(page, amount="beaucoup")) if way == "/paiement" else browser.get(path)
        assert "Votre puissance est limit" in seen.body
    assert [each.message for each in caplog.records] == ["case opened"]


@pytest.mark.parametrize("path", [f"{CASE}/paiement", DECIDE])
def test_page_of_a_form_that_was_refused_leads_to_the_case_in_the_other_language(
    signed_in: SignedIn, path: str
) -> None:
    browser, page = signed_in("bo", CASE)
    assert 'href="?lang=en"' in browser.post(path, fill(page)).body
    assert "To say to the customer" in browser.follow(browser.get(f"{path}?lang=en")).body


def test_form_about_a_case_or_an_act_that_is_not_there_says_nothing(signed_in: SignedIn, world: Channels) -> None:
    browser, page = signed_in("alix", CASE)
    for path in ("LIM-9/courant", "LIM-9/paiement", "<b>/courant", f"{LIMITATION}/nothing"):
        reply = browser.post(f"/conseil/dossier/{path}", fill(page, means="CARD", amount="70", paid_on="2026-11-24"))
        assert (reply.status, world.said) == (404, []), path


def test_advisor_is_told_where_a_decision_breaks_off_and_it_is_taken_once(signed_in: SignedIn, world: Channels) -> None:
    ask(world)
    browser, page = signed_in("alix", CASE)
    form, world.bus_is_down = fill(page, decision="RESTORE", reason="oui"), True
    broken = browser.post(DECIDE, form)
    assert (broken.status, "n&#39;a pas abouti" in broken.body) == (503, True)
    world.bus_is_down = False
    for _ in range(2):
        browser.follow(browser.post(DECIDE, form))
    assert len(of_kind(world.said, "AdvisorDecided")) == 1


@pytest.mark.parametrize(
    "path",
    [
        "/conseil/sortir",
        *(f"{CASE}/{act}" for act in sorted(SAID.keys() - OF_CUSTOMERS)),
        *(f"/conseil/travail/{LIMITATION}/question-1-1/{act}" for act in DONE),
    ],
)
def test_forged_form_does_nothing(signed_in: SignedIn, world: Channels, path: str) -> None:
    ask(world)
    (browser, page), before = signed_in("alix", CASE), world.table.of_case(LIMITATION).work
    form = fill(page, decision="RESTORE", reason="oui")
    forged = [browser.post(path, form | {"form": token}) for token in ("guessed", "")]
    forged.append(browser.post(path, form, origin="https://evil.example"))
    assert [each.status for each in forged] == [403] * 3
    assert browser.get("/conseil").status == 200
    assert (world.said, world.table.of_case(LIMITATION).acts, world.table.of_case(LIMITATION).work) == ([], [], before)


def test_session_of_an_advisor_ends_after_half_an_hour(signed_in: SignedIn, world: Channels) -> None:
    browser, _ = signed_in("alix")
    for minutes, status in ((29, 200), (1, 303)):
        world.pass_time(timedelta(minutes=minutes))
        assert browser.get("/conseil").status == status


def test_advisor_who_opens_more_cases_in_a_day_than_work_explains_is_counted(
    signed_in: SignedIn, world: Channels, counted: Callable[[str], int], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(advisors, "LOOKS_A_DAY", 2)
    browser, _ = signed_in("alix")
    for looks in (0, 0, 1):
        name = f"LIM-{len(world.items)}"
        world.items[name] = item(limitationId=name)
        browser.get(f"/conseil/dossier/{name}")
        assert counted("AdvisorsLookMuch") == looks


def test_claimed_protection_is_shown_to_those_who_may_see_health_facts(
    signed_in: SignedIn, browser: Browser, world: Channels
) -> None:
    world.receive("ProtectionClaimed", source="channels", at=NOW.isoformat(), id="k-1")
    world.speaking.ask(
        LIMITATION, Speaker(Channel.PAGE, Role.CUSTOMER, "k-1"), ProtectionClaim(kind=Protection.MEDICAL)
    )
    end = f"/conseil/travail/{LIMITATION}/k-1/terminer"
    one, page = signed_in("alix", CASE)
    assert "Protection signalée (client, page)" in page.body
    assert "certificat vu" in one.follow(one.post(end, fill(page, words="certificat vu"))).body
    two, page = signed_in("bo", CASE)
    assert ("Protection signalée" in page.body, "certificat vu" in page.body) == (False, False)
    assert "Demande traitée" not in come_in(browser).body, "the letter and a bill are enough to come in"
    assert "Protection signalée" not in two.get("/conseil").body
    world.receive("ProtectionClaimed", source="channels", at=NOW.isoformat(), id="k-2")
    refused = two.post(end.replace("k-1", "k-2"), fill(page, words="certificat vu"))
    assert (refused.status, "Vos droits ne permettent pas" in refused.body) == (409, True)


@pytest.mark.parametrize(
    ("coverage", "said"),
    [
        ({"outcome": "BALANCE_DUE", "asks": "DEBT", "balance": 12.4}, "12,40 € de plus ; par carte, c'est certain"),
        ({"outcome": "BALANCE_DUE", "asks": "INSTALMENT", "balance": 40}, "la première échéance, 40,00 €"),
        ({"outcome": "MANUAL", "asks": "UNDISPUTED", "balance": 20}, "la part non contestée, 20,00 €"),
        ({"outcome": "BALANCE_DUE", "asks": "PLAN", "balance": 60}, "un échéancier pour 60,00 €"),
        ({"outcome": "REFUSE", "asks": "NOTHING", "balance": 0}, "rien de plus : aucun paiement"),
        ({"outcome": "AWAIT_CLEARING", "asks": "NOTHING"}, "la réponse de la banque, ou un paiement par carte"),
    ],
)
def test_desk_says_what_would_restore_now_by_the_last_look_and_names_the_case(
    signed_in: SignedIn, world: Channels, coverage: dict[str, Any], said: str
) -> None:
    world.look(outcome="BALANCE_DUE", asks="DEBT", balance=120)
    world.look(**coverage)
    browser, page = signed_in("alix", CASE)
    shown = unescape(page.body)
    assert f"<strong>Rétablirait maintenant</strong> : {said}" in shown
    for named in ("CTR-000001", "30000000000001", CUSTOMER):
        assert f"<dd>{named}</dd>" in shown
    world.change(status="CLOSED")
    assert "Rétablirait" not in browser.get(f"/conseil/dossier/{LIMITATION}").body


def test_living_case_has_what_the_customer_said_with_the_work_and_with_what_was_done(
    signed_in: SignedIn, world: Channels
) -> None:
    browser, _ = signed_in("alix")
    world.speaking.ask(LIMITATION, Speaker(Channel.PAGE, Role.CUSTOMER, "k-7"), ReviewRequest(words="svp <b>"))
    world.receive("ReviewAsked", "channels", at=NOW.isoformat(), id="k-7")
    now, _, past = browser.get(f"{CASE}/vivant").body.partition('data-part="past"')
    assert ("svp &lt;b&gt;" in now, "svp &lt;b&gt;" in past) == (True, True)
