"""The desk and its API: who may come in, what they see, and what they do with work."""

import re
from datetime import timedelta
from html import unescape
from typing import Any

import pytest

from channels import advisors
from channels.contracts.asking import ProtectionClaim
from channels.contracts.published import Protection
from channels.pages.customer import LEVEL_3
from channels.pages.words import DESK as TEXTS
from channels.saying import DONE, OF_CUSTOMERS, SAID
from restoration.observability import metrics
from tests.fakes.channels import KEYS, LIMITATION, Channels, customer, item
from tests.unit.channels.visitors import API, DECIDE, DESK, DESK_API, PAID, PAID_JSON, Arrive, SignedIn, Visitor, fill

WORK = f"{DESK_API}/work-items/question-1-1"
RESTORE = {"decision": "RESTORE", "reason": "oui"}


# ── In and out ──


def test_token_without_a_group_and_nobody_see_nothing(arrive: Arrive, signed_in: SignedIn) -> None:
    nobody, page = signed_in("none")
    assert page.status == 403
    assert nobody.get("/conseil/retour").body.count('href="/conseil"') == 1, "each page leads somewhere"
    left = nobody.follow(nobody.post("/conseil/sortir", fill(page)))
    assert (left.status, "sorti du bureau" in left.body) == (200, True), "the provider would let them in again at once"
    stranger = arrive()
    for path in ("/conseil", "/conseil?vivant=1", DESK, "/conseil/chercher?q=a"):
        assert stranger.get(path).status == 303
        assert LIMITATION not in stranger.get(path).body
    assert stranger.post(DECIDE, {"form": "x"}).status == 401


def test_return_of_a_sign_in_that_this_browser_did_not_begin_signs_nobody_in(arrive: Arrive) -> None:
    victim, attacker = arrive(), arrive()
    begun = attacker.get("/conseil/entrer").state
    assert victim.get(f"/conseil/retour?code=alix&state={begun}").status == 403
    assert attacker.get(f"/conseil/retour?code=wrong&state={begun}").status == 403
    assert attacker.get(f"/conseil/retour?code=alix&state={begun}").status == 403, "it was used"


@pytest.mark.parametrize("then", ["https://evil.example", "//evil.example", "/conseil\\@evil.example", "/dossier"])
def test_sign_in_leads_back_to_the_desk_alone(arrive: Arrive, then: str) -> None:
    browser = arrive()
    begun = browser.get(f"/conseil/entrer?then={then}").state
    assert browser.get(f"/conseil/retour?code=alix&state={begun}").headers["location"] == "/conseil"


def test_session_of_an_advisor_ends_after_half_an_hour(signed_in: SignedIn, world: Channels) -> None:
    browser, page = signed_in("alix", "/conseil/chercher?q=LIM-9")
    assert ('value="LIM-9"' in page.body, "Alix, jusqu&#39;à 10:30" in page.body) == (True, True)
    for minutes, status in ((29, 200), (1, 303)):
        world.pass_time(timedelta(minutes=minutes))
        assert browser.get("/conseil").status == status


@pytest.mark.parametrize(("who", "why"), [("lu", "Vos droits"), ("owner", "Personne ne traite son propre dossier")])
def test_reader_and_owner_decide_and_say_nothing_at_the_desk_or_by_the_api(
    signed_in: SignedIn, world: Channels, who: str, why: str
) -> None:
    world.ask_advisors()
    visitor, page = signed_in(who, DESK)
    assert ("/decider" in page.body) == (who == "owner")
    refused = [visitor.post(DECIDE, fill(page, **RESTORE)), visitor.post(f"{DESK}/protection", fill(page, kind="?"))]
    refused += [visitor.post(f"{WORK}/decide", RESTORE), visitor.post(f"{DESK_API}/payment-declarations", PAID_JSON)]
    assert [(each.status, why in str(each.body)) for each in refused] == [(409, True)] * 4
    assert world.said == []


# ── What one sees ──


@pytest.mark.parametrize("name", [KEYS.code(LIMITATION), "lim-000001", "CTR-000001", "300 000 000 000 01", "cus-9f3b"])
def test_case_is_found_by_whatever_names_it(signed_in: SignedIn, world: Channels, name: str) -> None:
    world.change(customerId="cus-9f3b")
    visitor, _ = signed_in("lu")
    assert visitor.get(f"/conseil/chercher?q={name}").headers["location"] == DESK
    assert "Aucun dossier ne porte ce nom." in visitor.get("/conseil/chercher?q=nobody").body
    assert visitor.get(f"{API}/cases?q={name}").body["limitationIds"] == [LIMITATION]


def test_list_shows_what_is_wanted_of_it_and_lives_so(signed_in: SignedIn, world: Channels) -> None:
    world.ask_advisors()
    world.receive("ReviewAsked", "channels", id="k-9")
    desk, _ = signed_in("alix")
    both = {"REVIEW", "QUESTION"}
    for query, shown in {"kind=REVIEW&whose=ALL": {"REVIEW"}, "whose=MINE": set(), "kind=LUNCH&whose=X": both}.items():
        page = desk.get(f"/conseil?{query}")
        for body in (page.body.partition("data-live")[2], desk.get(page.live).body):
            assert 'quiet"></div>' not in body
            assert {kind for kind in both if f"<td>{TEXTS[kind][0]}" in body} == shown
            assert (TEXTS["nothing"][0] in body) is not bool(shown)


def test_api_lists_work_page_by_page_with_what_may_be_decided(arrive: Arrive, world: Channels) -> None:
    alix = arrive()
    world.ask_advisors()
    world.receive("ReviewAsked", "channels", id="k-9")

    def found(query: str = "") -> list[str]:
        return [each["kind"] for each in alix.get(f"{API}/work-items?{query}").body["work"]]

    first = alix.get(f"{API}/work-items?limit=1").body
    [question] = first["work"]
    assert [each["decision"] for each in question["replies"]] == ["RESTORE", "REFUSE"]
    assert found("limit=1") + found(f"cursor={first['next']}") == found() == ["QUESTION", "REVIEW"]
    assert alix.post(f"{WORK}/give-back").is_problem(409, "refused"), "it is not theirs"
    assert alix.post(f"{WORK}/set-aside", {"until": "2026-11-25T00:00:00"}).is_problem(422, "invalid"), "of which zone?"
    alix.post(f"{WORK}/take")
    assert found("kind=QUESTION") == found("whose=MINE") == ["QUESTION"]
    assert (alix.post(f"{WORK}/give-back").status, found("whose=MINE")) == (200, [])


@pytest.mark.parametrize("way", ["", "?vivant=1", "/paiement"])
def test_each_way_to_see_a_case_is_recorded_once_in_half_an_hour(
    signed_in: SignedIn, caplog: pytest.LogCaptureFixture, way: str
) -> None:
    (browser, page), path = signed_in("bo"), f"{DESK}{way}"
    for _ in range(3):
        seen = browser.post(path, fill(page, amount="beaucoup")) if way == "/paiement" else browser.get(path)
        assert "Votre puissance est limit" in seen.body
    assert [each.message for each in caplog.records] == ["case opened"]


def test_advisor_who_opens_more_cases_in_a_day_than_work_explains_is_counted(
    signed_in: SignedIn, world: Channels, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(advisors, "LOOKS_A_DAY", 2)
    metrics.clear_metrics()
    browser, _ = signed_in("alix")
    for looks in ([], [], [1.0]):
        name = f"LIM-{len(world.items)}"
        world.items[name] = item(limitationId=name)
        browser.get(f"/conseil/dossier/{name}")
        assert metrics.provider.metric_set.get("AdvisorsLookMuch", {}).get("Value", []) == looks


def test_claimed_protection_is_shown_to_those_who_may_see_health_facts(
    signed_in: SignedIn, awa: Visitor, world: Channels
) -> None:
    world.receive("ProtectionClaimed", "channels", id="k-1")
    world.speaking.ask(LIMITATION, customer(), ProtectionClaim(kind=Protection.MEDICAL))
    for decision in ("protection", "priority", "attention"):
        world.look(decision, reason="MEDICAL")
    end = f"/conseil/travail/{LIMITATION}/k-1/terminer"
    (one, page), (two, seen) = signed_in("alix", DESK), signed_in("bo", DESK)
    refused = two.post(end, fill(seen, words="certificat vu"))
    assert (refused.status, "Vos droits ne permettent pas" in refused.body) == (409, True)
    form = fill(page, words="certificat vu")
    _, ended = (one.follow(one.post(end, form)) for _ in range(2))
    assert sorted(act.kind for act in world.acts) == ["ProtectionClaimed", "WorkDone"]
    assert "d&#39;un autre onglet" in one.follow(one.post(end, form | {"words": "autre"})).body
    for text in ("Protection signalée (client, page)", "certificat vu", "patient à haut risque vital"):
        assert text in ended.body
        assert [text for hidden in (two.get(DESK), two.get("/conseil"), awa.come_in()) if text in hidden.body] == []


@pytest.mark.parametrize(
    ("coverage", "said"),
    [
        ({"outcome": "BALANCE_DUE", "asks": "DEBT", "balance": 12.4}, "12,40\xa0€ de plus ; par carte, c'est certain"),
        ({"outcome": "BALANCE_DUE", "asks": "INSTALMENT", "balance": 40}, "la première échéance, 40,00\xa0€"),
        ({"outcome": "BALANCE_DUE", "asks": "PLAN", "balance": 60}, "un échéancier pour 60,00\xa0€"),
        ({"outcome": "REFUSE", "asks": "NOTHING"}, "pas un paiement, aucun n'est attendu"),
        ({"outcome": "AWAIT_CLEARING", "asks": "NOTHING"}, "la réponse de la banque, ou un paiement par carte"),
    ],
)
def test_desk_and_api_say_what_would_restore_now_by_the_last_look(
    signed_in: SignedIn, world: Channels, coverage: dict[str, Any], said: str
) -> None:
    world.look(outcome="BALANCE_DUE", asks="DEBT", balance=120)
    world.look(**coverage)
    visitor, page = signed_in("alix", DESK)
    assert f"<strong>Rétablirait maintenant</strong> : {said}" in unescape(page.body)
    assert visitor.get(DESK_API).body["restores"].startswith(said)
    world.change(status="CLOSED")
    assert "Rétablirait" not in visitor.get(DESK).body
    assert visitor.get(DESK_API).body["restores"] is None


# ── What one does ──


def test_page_offers_what_the_table_gives_and_refuses_the_rest_in_french(signed_in: SignedIn, world: Channels) -> None:
    world.ask_advisors("PENDING_WITHOUT_DATE")
    browser, page = signed_in("alix", DESK)
    offered = re.findall(r'<option value="([A-Z_]+)">([^<]+)', page.body)[:2]
    assert offered == [("RESTORE", "Rétablir"), ("REFUSE", "Refuser")]
    assert "La puissance est rétablie, à distance ou par un technicien selon le compteur" in page.body
    given = RESTORE | {"proof": "relevé du 3"}
    for changes, told in (
        ({"decision": "SEND_TECHNICIAN"}, "les règles n&#39;offrent pas : Envoyer un technicien"),
        ({"reason": "o" * 490}, "plus de 500 caractères"),
        ({"key": ""}, "Formulaire : à remplir"),
        ({"reason": ""}, "Motif (obligatoire) : à remplir"),
    ):
        refused, kept = browser.post(DECIDE, fill(page) | given | changes).body, given | changes
        assert (told in refused, f">{kept['reason']}</textarea>" in refused, 'value="relevé du 3"' in refused) == (
            True,
        ) * 3
    decided = browser.follow(browser.post(DECIDE, fill(page, **given)))
    assert ">Rétablir : oui (preuve vue : relevé du 3)<" in decided.body, "colleagues read what was decided, and why"
    assert [each["reason"] for each in world.heard("AdvisorDecided")] == ["oui (preuve vue : relevé du 3)"]


def test_free_text_is_escaped_wherever_it_is_shown(signed_in: SignedIn, awa: Visitor, world: Channels) -> None:
    world.ask_advisors()
    world.receive("ReviewAsked", "channels", id="k-9")
    (desk, page), typed = signed_in("alix", DESK), "<script>alert(1)</script>\"'=cmd|x!A1"
    for path, fields in {
        f"{DESK}/contestation": {"words": typed},
        f"{DESK}/paiement": {"means": typed, "amount": typed, "paid_on": typed, "later": "1"},
        DECIDE: {"decision": "RESTORE", "reason": typed, "proof": typed},
        DECIDE.replace("question-1-1/decider", "k-9/terminer"): {"words": typed},
    }.items():
        desk.follow(desk.post(path, fill(page, **fields)))
    asked = fill(awa.come_in(), words=typed)
    told = awa.follow(awa.post("/dossier/personne", asked))
    assert world.heard("ReviewAsked")[0]["words"] == typed
    world.receive("ReviewAsked", "channels", id=asked["key"])
    now, _, past = desk.get(f"{DESK}?vivant=1").body.partition('data-part="past"')
    found = desk.get(f"/conseil/chercher?q={typed}")
    for body, times in ((desk.get(DESK).body, 8), (now, 1), (past, 5), (told.body, 2), (found.body, 1)):
        assert ("<script>alert" in body, body.count("&lt;script&gt;alert")) == (False, times)


@pytest.mark.parametrize(
    ("act", "fields", "kind"),
    [
        ("paiement", PAID, "PaymentDeclared"),
        ("courant", {}, "PowerMissing"),
        ("echeancier", {"instalments": "3", "first_amount": "40", "first_on": "2026-11-30"}, "PlanAsked"),
        ("contestation", {"words": "Déjà payé"}, "DebtDisputed"),
        ("protection", {"kind": "MEDICAL"}, "ProtectionClaimed"),
    ],
)
def test_advisor_says_on_the_telephone_what_a_customer_could_say_on_the_page(
    signed_in: SignedIn, world: Channels, act: str, fields: dict[str, str], kind: str
) -> None:
    visitor, page = signed_in("alix", DESK)
    assert f'action="{DESK}/{act}"' in page.body
    if "words" in fields:
        assert "Pourquoi : à remplir" in visitor.post(f"{DESK}/{act}", fill(page, words="")).body
    visitor.follow(visitor.post(f"{DESK}/{act}", fill(page, **fields)))
    assert [(each["role"], each["channel"], each["by"]) for each in world.heard(kind)] == [
        ("ADVISOR", "DESK", "A-alix")
    ]


def test_form_about_a_case_or_an_act_that_is_not_there_says_nothing(signed_in: SignedIn, world: Channels) -> None:
    visitor, page = signed_in("alix", DESK)
    for path in ("LIM-9/courant", "LIM-9/paiement", "<b>/courant", f"{LIMITATION}/nothing"):
        reply = visitor.post(f"/conseil/dossier/{path}", fill(page, **PAID))
        assert (reply.status, world.said) == (404, []), path
    assert visitor.post(f"{API}/cases/LIM-9/payment-declarations", PAID_JSON).is_problem(404, "not-found")
    assert visitor.post(f"{DESK_API}/work-items/k-9/take").is_problem(404, "not-found")


@pytest.mark.parametrize(
    "path",
    [
        *("/sortir", *(f"/dossier/{act}" for act in ("code", "confirmer", *sorted(SAID.keys() - set(LEVEL_3))))),
        *("/conseil/sortir", *(f"{DESK}/{act}" for act in sorted(SAID.keys() - OF_CUSTOMERS))),
        *(DECIDE.replace("decider", act) for act in DONE),
    ],
)
def test_forged_form_does_nothing(signed_in: SignedIn, awa: Visitor, world: Channels, path: str) -> None:
    world.ask_advisors()
    at_desk = path.startswith("/conseil")
    visitor, page = signed_in("alix", DESK) if at_desk else (awa, awa.come_in())
    form, before = fill(page, **RESTORE), world.table.of_case(LIMITATION)
    forged = [visitor.post(path, form | {"form": token}) for token in ("guessed", "")]
    forged.append(visitor.post(path, form, origin="https://evil.example"))
    forged.append(visitor.post(path, form, origin="null", **{"sec-fetch-site": "cross-site"}))
    assert [each.status for each in forged] == [403] * 4
    assert visitor.get("/conseil" if at_desk else "/dossier").status == 200, "the session stays"
    assert (world.said, world.posted, world.table.of_case(LIMITATION)) == ([], [], before)
