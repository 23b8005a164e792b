"""The customers' pages and their API: what they show at each level, what they take, and what they refuse."""

import json
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from channels.pages.customer import LEVEL_3
from restoration.adapters.dynamodb.items import item_of
from restoration.clock import to_text
from restoration.domain.claim import Settlement
from restoration.domain.ground import Asks, Demand
from tests.fakes.channels import END, KEYS, LIMITATION, POSTCODE, Channels, item
from tests.unit.channels.visitors import CASE, CODE, DECIDE, DESK, DESK_API, PAID, PAID_JSON, SignedIn, Visitor, fill

LINK = f"/l/{KEYS.link(LIMITATION)}"
OTHER = "LIM-000002"
OWED = Demand(Asks.DEBT, Decimal("40.50"))
OWES = Settlement("arn:before", 1, "BALANCE_DUE", balance=OWED.amount, demand=OWED)


# ── What one sees ──


def test_payments_are_shown_while_billing_replies(awa: Visitor, world: Channels) -> None:
    amounts = awa.get(CASE).body["amounts"]
    assert ("12,40\xa0€" in awa.come_in().body, amounts["payments"][0]["amount"]) == (True, "12.40")
    world.billing_is_down = True
    assert "Aucun paiement ne nous est parvenu" in awa.get("/dossier").body, "a page without it is better than none"
    assert awa.get(CASE).body["amounts"] is None


@pytest.mark.parametrize(
    ("asks", "held", "is_asked"),
    [
        (Asks.DEBT, {}, True),
        (Asks.UNDISPUTED, {}, True),
        (Asks.NOTHING, {}, False),  # the debt is frozen, disputed, or the bank has the money
        (Asks.DEBT, {"holder": "arn:now"}, False),  # what was missing has come since
    ],
)
def test_money_is_asked_for_only_where_the_last_look_asks_and_nobody_acts(
    awa: Visitor, world: Channels, asks: Asks, held: dict[str, str], *, is_asked: bool
) -> None:
    world.change(settlement=item_of(replace(OWES, demand=replace(OWED, asks=asks))), **held)
    page, of_link = awa.come_in().body, awa.get(LINK).body
    assert ("Payez dans votre espace client" in page, "40,50\xa0€" in page) == (is_asked, is_asked)
    assert (f'data-live="{LINK}?vivant=1"' in of_link, "40,50" in of_link) == (True, False), "a link alone shows none"
    assert awa.get(f"{LINK}?vivant=1").body in of_link
    assert awa.ask("HEAD", LINK, b"", {}).status == 200, "as scanners ask"
    assert awa.get(CASE).body["amounts"]["remains"] == ("40.50" if is_asked else None)


def test_each_page_is_small_and_its_headers_keep_it_to_itself(awa: Visitor) -> None:
    assert "(dpo@fournisseur.example)" in awa.get("/donnees").body
    for page in (awa.get("/"), awa.come_in(), awa.get("/donnees"), awa.get("/accessibilite")):
        assert (page.status, len(page.body.encode()) < 30_000) == (200, True)
        assert (page.headers["cache-control"], page.headers["referrer-policy"]) == ("no-store", "no-referrer")
        policy = page.headers["content-security-policy"]
        assert ("default-src 'none'" in policy, "unsafe" in policy) == (True, False)
        assert "<d'ici>" not in page.body, "the supplier's name is escaped, too"


def test_living_part_is_sent_again_only_when_it_changed(awa: Visitor, world: Channels) -> None:
    page = awa.come_in()
    tag = {"if-none-match": awa.get(page.live).headers["etag"]}
    assert awa.get(page.live, **tag).status == 304
    world.change(status="CLOSED", outcome="RESTORED", closedAt="2026-11-24T09:00:00Z")
    assert "Votre puissance est rétablie" in awa.get(page.live, **tag).body


def test_page_of_one_case_never_lives_on_with_another_s_that_the_same_browser_has_entered(
    awa: Visitor, world: Channels
) -> None:
    world.items[OTHER] = item(limitationId=OTHER, status="CLOSED")
    world.table.open_doors(OTHER, (KEYS.code(OTHER),), world.at)
    first = awa.come_in()
    second = awa.follow(awa.post("/entrer", {"code": KEYS.code(OTHER), "end": END, "postcode": POSTCODE}))
    assert [awa.get(page.live).status for page in (first, second)] == [401, 200], "script reads the page again then"
    assert awa.get("/dossier?vivant=1").status == 401


def test_page_says_by_when_a_person_sees_to_it_and_that_they_are_late(awa: Visitor, world: Channels) -> None:
    form = fill(awa.come_in(), **PAID | {"means": "CHEQUE"})
    awa.post("/dossier/paiement", form)
    world.receive("PaymentDeclared", "channels", declarationId=form["key"])
    assert "au plus tard le 26/11/2026.<" in awa.come_in().body
    world.pass_time(timedelta(days=3))
    assert "nous sommes en retard. Rien n&#39;est perdu ; vous pouvez aussi appeler le 09 70" in awa.come_in().body


def test_english_is_spoken_by_page_link_desk_and_api(awa: Visitor, signed_in: SignedIn) -> None:
    """The page of a form that was refused leads to its own in the other language, too."""
    awa.come_in()
    page, (desk, _) = awa.follow(awa.get("/dossier/paiement?lang=en")), signed_in("alix")
    shown = [page, awa.get(page.live), awa.get(LINK)]  # it is remembered
    shown += [desk.follow(desk.get(f"{path}?lang=en")) for path in (DECIDE, f"{DESK}/paiement")]
    awa.cookies.clear()
    api, problem = (awa.get(path, **{"accept-language": "en-GB,fr"}) for path in (CASE, "/api/v1/cases/LIM-9"))
    for said in (*(each.body for each in shown), api.body["said"]):
        assert "Your power is limited, and no payment has reached us yet." in said
    assert [text for text in ("€12.40", "20 November 2026", '<html lang="en">') if text not in page.body] == []
    assert (problem.body["title"], problem.headers["content-language"]) == ("Nothing has that name.", "en")


def test_api_lists_the_customer_s_cases_page_by_page(awa: Visitor, world: Channels) -> None:
    world.items |= {"LIM-000003": item(limitationId="LIM-000003", customerId="CUS-000002")}
    world.items[OTHER] = item(limitationId=OTHER, status="CLOSED", outcome="RESTORED")
    first = awa.get("/api/v1/cases?limit=1").body
    second = awa.get(f"/api/v1/cases?limit=1&cursor={first['next']}").body
    assert [each["limitationId"] for each in (*first["cases"], *second["cases"])] == [LIMITATION, OTHER]
    assert (second["next"], second["cases"][0]["isOpen"]) == (None, False)
    assert awa.get("/api/v1/cases?limit=51").is_problem(422, "invalid")


# ── Who comes in ──


def test_plan_dispute_and_protection_need_the_code_that_was_sent(awa: Visitor, world: Channels) -> None:
    page = awa.come_in()
    for act in LEVEL_3:
        assert awa.post(f"/dossier/{act}", fill(page, words="pas à moi")).status == 404
    sent = awa.follow(awa.post("/dossier/code", fill(page)))
    assert awa.post("/dossier/confirmer", fill(sent, code="000000")).status == 403
    before = dict(awa.cookies)
    raised = awa.follow(awa.post("/dossier/confirmer", fill(sent, code=f" {world.posted[-1]} ")))
    assert awa.post("/dossier/confirmer", fill(raised, code=world.posted[-1])).status == 403, "it was used"
    assert replace(awa, cookies=before).get("/dossier").status == 401, "under another id"
    awa.follow(awa.post("/dossier/contestation", fill(raised, amount="", words="pas à moi")))
    claimed = awa.follow(awa.post("/dossier/protection", fill(raised, kind="MEDICAL")))
    assert [kind for kind, _ in world.said] == ["DebtDisputed", "ProtectionClaimed"]
    assert "Protection signalée (client, page) · Matériel médical au logement" in claimed.body
    assert "Protection signalée" not in awa.come_in().body, "the letter and a bill are enough to come in"


def test_visit_ends_after_fifteen_minutes_and_when_one_leaves(awa: Visitor, world: Channels) -> None:
    page = awa.come_in()
    assert "Votre visite dure jusqu&#39;à 10:15" in page.body
    world.pass_time(timedelta(minutes=15))
    assert awa.get("/dossier").status == awa.post("/dossier/paiement", fill(page, **PAID)).status == 401
    assert world.said == []
    page, kept = awa.come_in(), dict(awa.cookies)
    awa.follow(awa.post("/sortir", {"form": page.value("form")}))
    assert replace(awa, cookies=kept).get("/dossier").status == 401


def test_tries_of_visitors_behind_one_edge_are_counted_by_their_own_address(awa: Visitor, world: Channels) -> None:
    awa.pages = world.customer_site("CloudFront-Viewer-Address").routes()
    unknown = {"code": KEYS.code("LIM-8"), "end": END, "postcode": POSTCODE}
    for _ in range(21):
        awa.post("/entrer", unknown, **{"cloudfront-viewer-address": "[2001:db8::1]:46532"})
    for address, status in {"[2001:db8::1]:1": 403, "[2001:db8::2]:1": 303}.items():
        assert awa.post("/entrer", unknown | {"code": CODE}, **{"cloudfront-viewer-address": address}).status == status


def test_refusal_is_one_text_and_names_nobody(awa: Visitor, world: Channels) -> None:
    known = {"code": CODE, "end": END, "postcode": POSTCODE}
    replies = [
        awa.post("/entrer", given)
        for given in (known | {"end": "0"}, known | {"code": KEYS.code("LIM-8")}, {}, b"=\xff")
    ]
    world.billing_is_down = True
    replies.append(awa.post("/entrer", known))
    assert [each.status for each in replies] == [403] * 5
    assert f'value="{CODE}"' in replies[0].body, "ten signs are not typed twice"
    without_what_was_typed = {re.sub(' value="[^"<>]*"', "", each.body) for each in replies}
    assert (len(without_what_was_typed), len(world.evened)) == (1, 4), "each that was read takes the same time"


def test_address_that_is_none_of_ours_shows_the_way_in(awa: Visitor) -> None:
    for link in ("forged", KEYS.link("LIM-8")):
        assert "Ce lien n&#39;ouvre aucun dossier, ou plus." in awa.get(f"/l/{link}").body
    assert [awa.get(path).status for path in ("/admin", f"/l/{KEYS.link('LIM-8')}?vivant=1")] == [404, 404]
    assert awa.get("/entrer").headers["location"] == "/?lang=fr"
    assert awa.get("/conseil/").headers["location"] == "/conseil", "the desk: people type a slash too many"
    assert awa.get("/api/v1/nothing").is_problem(404, "not-found")
    assert awa.post("/dossier/of-a-page-from-before", fill(awa.come_in())).status == 404


def test_foreign_case_is_as_unknown_as_none(awa: Visitor, world: Channels) -> None:
    world.items[OTHER] = item(limitationId=OTHER, customerId="CUS-000002")
    foreign, unknown = (
        [awa.get(case), awa.post(f"{case}/review-requests", {}), awa.get(f"{case}/visit-slots")]
        for case in (f"/api/v1/cases/{OTHER}", "/api/v1/cases/LIM-9")
    )
    assert [each.is_problem(404, "not-found") for each in foreign] == [True] * 3
    assert (foreign, world.said) == (unknown, [])


# ── What one says ──


@pytest.mark.parametrize(
    "form",
    [
        PAID | {"amount": "beaucoup"},
        PAID | {"proof": "relevé"},  # an advisor alone has seen one
        PAID | {"x": "a" * 1_000_000},
        {"means": "CARD", "montant": "70,00"},  # of a page from before a deployment
        b"form=\xff",
    ],
)
def test_bad_form_is_told_with_its_field_and_changes_nothing(awa: Visitor, world: Channels, form: Any) -> None:
    page = awa.come_in()
    reply = awa.post("/dossier/paiement", form if isinstance(form, bytes) else fill(page) | form)
    assert (reply.status, 'class="note broken"' in reply.body, world.said) == (422, True, [])


@pytest.mark.parametrize("way", ["page", "desk", "api"])
def test_act_that_breaks_off_is_told_and_done_once_when_it_is_sent_again(
    awa: Visitor, signed_in: SignedIn, world: Channels, way: str
) -> None:
    key, (who, page) = str(uuid4()), signed_in("alix", DESK) if way == "desk" else (awa, awa.come_in())
    form = fill(page, words="?") | {"key": key}
    path = {"page": "/dossier/personne", "desk": f"{DESK}/contestation", "api": f"{CASE}/review-requests"}[way]
    content = {"words": "?"} if way == "api" else form
    world.bus_is_down = True
    broken = who.post(path, content, key)
    assert broken.is_problem(503, "busy") if way == "api" else "n&#39;a pas abouti" in broken.body
    world.bus_is_down = False
    again = [who.post(path, content, key).status for _ in range(2)]
    assert (broken.status, again) == (503, [200 if way == "api" else 303] * 2)
    assert ([act.key for act in world.acts], {each["id"] for _, each in world.said}) == ([key], {key})


def test_same_key_is_one_act_with_one_reply_and_one_content(awa: Visitor, signed_in: SignedIn, world: Channels) -> None:
    key, path = str(uuid4()), f"{CASE}/payment-declarations"
    first = awa.post(path, PAID_JSON, key)
    world.pass_time(timedelta(days=9))
    assert awa.post(path, PAID_JSON | {"amount": 70}, key).body == first.body, "it is the same amount"
    for another in (
        awa.post(path, PAID_JSON | {"amount": "7.00"}, key),
        awa.post(f"{CASE}/review-requests", {}, key),
        signed_in("alix")[0].post(f"{DESK_API}/payment-declarations", PAID_JSON, key),  # of one person
    ):
        assert another.is_problem(422, "said-key-used")
    assert len(world.said) == 1


def test_payment_that_is_declared_from_a_page_of_before_the_end_is_noted_alone(awa: Visitor, world: Channels) -> None:
    page = awa.come_in()
    for status, told in (("LIMITED", "C&#39;est noté. Nous regardons maintenant"), ("CLOSED", "C&#39;est noté.</p>")):
        world.change(status=status)
        assert told in awa.follow(awa.post("/dossier/paiement", fill(page, **PAID))).body


@pytest.mark.parametrize("days", [0, 3])
def test_who_declared_a_payment_is_not_invited_to_pay_for_three_days(awa: Visitor, world: Channels, days: int) -> None:
    world.change(noted={"PaymentDeclared|k": {"at": to_text(world.at)}}, settlement=item_of(OWES))
    world.pass_time(timedelta(days=days))
    page = awa.come_in().body
    told = "Ne payez pas deux fois", "Payez dans votre espace client", "Après un paiement", "À payer pour"
    assert [text in page for text in told] == [days == 0, *[days == 3] * 3]


def test_missing_power_is_looked_at_once_in_ten_minutes(awa: Visitor, world: Channels) -> None:
    reports = f"{CASE}/power-missing-reports"
    assert awa.post(reports).status == 200
    world.pass_time(timedelta(minutes=9))
    again = awa.post(reports)
    assert (again.is_problem(429, "said-again"), again.headers["retry-after"]) == (True, "60")
    world.pass_time(timedelta(minutes=1))
    assert awa.post(reports).status == 200
    assert (len(world.heard("PowerMissing")), world.met) == (2, [("POWER", LIMITATION)] * 2)


@pytest.mark.parametrize(
    ("content", "faults"),
    [
        (PAID_JSON | {"amount": {}}, {"amount": "un montant tel que 123.45"}),
        (PAID_JSON | {"proof": "reçu"}, {"proof": "ce champ n'existe pas"}),
        (PAID_JSON | {"paidOn": "2027-01-01"}, {"paidOn": "une date du 23/11/2025 au 24/11/2026"}),
        (PAID_JSON | {"proof": "o" * 201}, {"proof": "200 caractères au plus"}),
        (
            PAID_JSON | {"means": "GOLD", "iban": "1"},
            {"means": "choisissez dans la liste", "iban": "ce champ n'existe pas"},
        ),
        ([], {"body": "cette valeur est refusée"}),
        ("{", {"body": "le JSON n'est pas lisible"}),
        (None, {"body": "à remplir"}),
    ],
)
def test_bad_content_is_told_field_by_field_and_its_key_stays_free(
    awa: Visitor, world: Channels, content: Any, faults: Mapping[str, str]
) -> None:
    key = str(uuid4())
    reply = awa.post(f"{CASE}/payment-declarations", content, key)
    assert reply.is_problem(422, "invalid")
    assert {each["field"]: each["detail"] for each in reply.body["errors"]} == faults
    assert world.said == []
    assert awa.post(f"{CASE}/payment-declarations", PAID_JSON, key).status == 200


@pytest.mark.parametrize(
    ("given", "status", "name"),
    [
        ({"key": "1"}, 422, "invalid"),
        ({"content-type": "application/x-www-form-urlencoded"}, 415, "no-json"),
        ({"content": json.dumps({"words": "a" * 20_000})}, 413, "too-large"),
        ({"content": "[" * 16_000}, 400, "unreadable"),
        ({"content": '{"words": "\\ud800"}'}, 422, "invalid"),
    ],
)
def test_odd_request_is_a_problem_and_changes_nothing(
    awa: Visitor, world: Channels, given: Any, status: int, name: str
) -> None:
    assert awa.post(f"{CASE}/review-requests", **{"content": "{}", **given}).is_problem(status, name)
    assert world.said == []
