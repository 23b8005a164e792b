"""The customers' pages: what they show at each level, what they take, and what they refuse."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from restoration.adapters.dynamodb.items import item_of
from restoration.domain.claim import Settlement
from restoration.domain.ground import Asks, Demand
from tests.fakes.channels import END, KEYS, LIMITATION, POSTCODE, Channels, customer_site, of_kind
from tests.unit.channels.applications import CASE, Client
from tests.unit.channels.sites import CODE, Browser, SignedIn, come_in, fill

MOST_BYTES = 30_000


PAID = {"means": "CARD", "amount": "70,00", "paid_on": "2026-11-24"}


def test_case_shows_payments_while_billing_replies_and_what_was_done(browser: Browser, world: Channels) -> None:
    # Chromium says so of each form that a page without a referrer sends.
    said = browser.follow(browser.post("/dossier/paiement", fill(come_in(browser), **PAID), origin="null"))
    assert "12,40 €" in said.body
    world.billing_is_down = True
    assert "Aucun paiement ne nous est parvenu" in browser.get("/dossier").body, "a page without it is better than none"
    for shown in (said, browser.get("/dossier/vivant")):
        assert "Paiement déclaré (client, page) · 70,00 €, carte, 24/11/2026" in shown.body


def test_link_alone_shows_the_next_step_and_no_amount(browser: Browser, world: Channels) -> None:
    world.change(settlement={"outcome": "BALANCE_DUE", "balance": Decimal("40.50")}, claimedAt="2026-11-24T08:00:00Z")
    page = browser.get(f"/l/{KEYS.link(LIMITATION)}")
    assert "ne couvre pas la dette" in page.body or "Nous n&#39;avons reçu aucun paiement" in page.body
    assert f'data-live="/l/{KEYS.link(LIMITATION)}/vivant"' in page.body
    assert browser.get(f"/l/{KEYS.link(LIMITATION)}/vivant").body in page.body
    assert browser._ask("HEAD", f"/l/{KEYS.link(LIMITATION)}", None, {}).status == 200, "as scanners ask"
    assert "40,50" not in page.body
    assert LIMITATION not in page.body
    assert "40,50 €" in come_in(browser).body


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
    browser: Browser, awa: Client, world: Channels, asks: Asks, held: dict[str, str], *, is_asked: bool
) -> None:
    demand = Demand(asks, Decimal("40.50"))
    end = Settlement("arn:before", 1, "BALANCE_DUE", balance=demand.amount, demand=demand)
    world.change(settlement=item_of(end), **held)
    page = come_in(browser).body
    said = ("Payez dans votre espace client" in page, "40,50 €" in page)
    assert said == (is_asked, is_asked)
    assert awa.get(CASE).body["amounts"]["remains"] == ("40.50" if is_asked else None)


def test_each_page_is_small_and_its_headers_keep_it_to_itself(browser: Browser) -> None:
    assert "(dpo@fournisseur.example)" in browser.get("/donnees").body
    for page in (browser.get("/"), come_in(browser), browser.get("/donnees"), browser.get("/accessibilite")):
        assert len(page.body.encode()) < MOST_BYTES
        assert page.headers["cache-control"] == "no-store"
        assert page.headers["referrer-policy"] == "no-referrer"
        policy = page.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "<d'ici>" not in page.body, "the supplier's name is escaped, too"


def test_living_part_is_sent_again_only_when_it_changed(browser: Browser, world: Channels) -> None:
    come_in(browser)
    first = browser.get("/dossier/vivant")
    assert first.status == 200
    tag = {"if-none-match": first.headers["etag"]}
    assert browser.get("/dossier/vivant", **tag).status == 304
    world.change(status="CLOSED", outcome="RESTORED", closedAt="2026-11-24T09:00:00Z")
    assert "Votre puissance est rétablie" in browser.get("/dossier/vivant", **tag).body


def test_page_says_by_when_a_person_sees_to_it_and_that_they_are_late(browser: Browser, world: Channels) -> None:
    form = fill(come_in(browser), **PAID | {"means": "CHEQUE"})
    browser.post("/dossier/paiement", form)
    world.receive("PaymentDeclared", "channels", declarationId=form["key"])
    assert "au plus tard le 26/11/2026.<" in come_in(browser).body
    world.pass_time(timedelta(days=3))
    assert "nous sommes en retard. Rien n&#39;est perdu ; vous pouvez aussi appeler le 09 70" in come_in(browser).body
    [work] = world.table.open_work()
    world.table.finish(LIMITATION, work.id, "WorkDone", world.at)
    assert "au plus tard" not in come_in(browser).body


def test_form_of_another_site_or_another_session_changes_nothing(browser: Browser, world: Channels) -> None:
    page = come_in(browser)
    form = fill(page, **PAID)
    foreign = [
        browser.post("/dossier/paiement", form, origin="https://evil.example"),
        browser.post("/dossier/paiement", form, origin="null", **{"sec-fetch-site": "cross-site"}),
        browser.post("/dossier/paiement", form | {"form": "guessed"}),
        browser.post("/dossier/paiement", form | {"form": ""}),
        browser.post("/sortir", form, origin="https://evil.example"),
        browser.post("/sortir", form | {"form": "guessed"}),
        browser.post("/dossier/of-a-page-from-before", form),
    ]
    assert [each.status for each in foreign] == [403] * 6 + [404]
    assert browser.get("/dossier").status == 200
    browser.cookies.clear()
    assert browser.post("/dossier/paiement", form).status == 401
    assert world.said == []


@pytest.mark.parametrize(
    "fields",
    [
        PAID | {"amount": "beaucoup"},
        PAID | {"key": "1"},
        PAID | {"proof": "relevé"},  # an advisor alone has seen one
        PAID | {"x": "a" * 20_000},
        PAID | {"x": "a" * 1_000_000},
        {"means": "CARD", "montant": "70,00"},  # of a page from before a deployment
    ],
)
def test_bad_form_is_told_with_its_field_and_changes_nothing(
    browser: Browser, world: Channels, fields: dict[str, str]
) -> None:
    reply = browser.post("/dossier/paiement", fill(come_in(browser)) | fields)
    assert (reply.status, world.said) == (422, [])
    assert 'class="note broken"' in reply.body


def test_page_of_a_form_that_was_refused_leads_to_its_own_in_the_other_language(browser: Browser) -> None:
    refused = browser.post("/dossier/paiement", fill(come_in(browser), **PAID | {"amount": "beaucoup"}))
    assert 'href="?lang=en"' in refused.body
    assert "What you can do" in browser.follow(browser.get("/dossier/paiement?lang=en")).body
    typed = {"code": CODE, "end": "0000", "postcode": POSTCODE}
    assert f'value="{CODE}"' in browser.post("/entrer", typed).body, "ten signs are not typed twice"
    assert "Follow the return" in browser.follow(browser.get("/entrer")).body


@pytest.mark.parametrize(("path", "status"), [("/entrer", 403), ("/sortir", 403), ("/dossier/paiement", 422)])
def test_body_that_is_no_text_is_refused(browser: Browser, path: str, status: int) -> None:
    come_in(browser)
    assert browser.post(path, b"form=\xff").status == status


def test_plan_dispute_and_protection_need_the_code_that_was_sent(browser: Browser, world: Channels) -> None:
    page = come_in(browser)
    plan = {"instalments": "3", "first_amount": "40", "first_on": "2026-12-01"}
    assert browser.post("/dossier/echeancier", fill(page, **plan)).status == 404
    sent = browser.follow(browser.post("/dossier/code", fill(page)))
    assert browser.post("/dossier/confirmer", fill(sent, code="000000")).status == 403
    before = dict(browser.cookies)
    raised = browser.follow(browser.post("/dossier/confirmer", fill(sent, code=f" {world.posted[-1]} ")))
    assert browser.post("/dossier/confirmer", fill(raised, code=world.posted[-1])).status == 403, "it was used"
    assert Browser(browser.routes, cookies=before).get("/dossier").status == 401, "under another id"
    browser.follow(browser.post("/dossier/echeancier", fill(raised, **plan)))
    browser.follow(browser.post("/dossier/contestation", fill(raised, amount="", words="pas à moi")))
    claimed = browser.follow(browser.post("/dossier/protection", fill(raised, kind="MEDICAL")))
    assert [kind for kind, _ in world.said] == ["PlanAsked", "DebtDisputed", "ProtectionClaimed"]
    assert "Protection signalée (client, page) · Matériel médical au logement" in claimed.body
    assert "Protection signalée" not in come_in(browser).body, "the letter and a bill are enough to come in"


def test_words_are_as_long_as_their_field_says_and_kept_where_they_are_longer(
    browser: Browser, world: Channels
) -> None:
    page = come_in(browser)
    browser.post("/dossier/personne", fill(page, words="ligne\r\n" * 82 + "fin"))
    assert of_kind(world.said, "ReviewAsked")[0]["words"].count("\n") == 82, (
        "a browser sends two signs for a line's end"
    )
    told = browser.post("/dossier/personne", fill(page, words="y" * 501))
    assert (told.status, "y" * 501 in told.body) == (422, True)


def test_visit_ends_after_fifteen_minutes_and_when_one_leaves(browser: Browser, world: Channels) -> None:
    page = come_in(browser)
    world.pass_time(timedelta(minutes=15))
    assert browser.get("/dossier").status == browser.post("/dossier/paiement", fill(page, **PAID)).status == 401
    assert world.said == []
    page = come_in(browser)
    kept = dict(browser.cookies)
    browser.follow(browser.post("/sortir", {"form": page.value("form")}))
    browser.cookies |= kept
    assert browser.get("/dossier").status == 401


def test_act_that_breaks_off_is_told_and_done_once_when_the_page_is_loaded_again(
    browser: Browser, world: Channels
) -> None:
    form, world.bus_is_down = fill(come_in(browser), **PAID), True
    broken = browser.post("/dossier/paiement", form)
    assert (broken.status, "n&#39;a pas abouti" in broken.body) == (503, True)
    world.bus_is_down = False
    browser.follow(browser.post("/dossier/paiement", form))
    assert (len(world.said), len(world.table.of_case(LIMITATION).acts)) == (1, 1)


def test_tries_of_visitors_behind_one_edge_are_counted_by_their_own_address(browser: Browser, world: Channels) -> None:
    browser.routes = replace(customer_site(world), address_header="CloudFront-Viewer-Address").routes()
    unknown = {"code": KEYS.code("LIM-8"), "end": END, "postcode": POSTCODE}
    for _ in range(21):
        browser.post("/entrer", unknown, **{"cloudfront-viewer-address": "[2001:db8::1]:46532"})
    for address, status in {"[2001:db8::1]:1": 403, "[2001:db8::2]:1": 303}.items():
        mine = browser.post("/entrer", unknown | {"code": CODE}, **{"cloudfront-viewer-address": address})
        assert mine.status == status


def test_refusal_is_one_text_names_nobody_and_is_counted(
    browser: Browser, world: Channels, counted: Callable[[str], int]
) -> None:
    tries = [
        {"code": CODE, "end": "0000", "postcode": POSTCODE},
        {"code": KEYS.code("LIM-8"), "end": END, "postcode": POSTCODE},
        {"code": "<b>", "end": "", "postcode": ""},
        {},
    ]
    replies = [browser.post("/entrer", given) for given in tries]
    world.billing_is_down = True
    replies.append(browser.post("/entrer", {"code": CODE, "end": END, "postcode": POSTCODE}))
    assert [each.status for each in replies] == [403] * 5
    without_what_was_typed = {re.sub(' value="[^"<>]*"', "", each.body) for each in replies}
    assert (len(without_what_was_typed), counted("CustomersNotLetIn")) == (1, 4)
    assert len(world.evened) == 5, "each takes the same time"


def test_english_page_is_english_with_its_sentence(browser: Browser, signed_in: SignedIn) -> None:
    come_in(browser)
    page, (desk, _) = browser.get("/dossier?lang=en"), signed_in("alix")
    link = f"/l/{KEYS.link(LIMITATION)}"
    for shown in (
        page,
        browser.get("/dossier/vivant"),
        browser.get(link),
        desk.get(f"/conseil/dossier/{LIMITATION}?lang=en"),
    ):
        assert "Your power is limited, and no payment has reached us yet." in shown.body
    assert '<html lang="en">' in page.body
    assert "What you can do" in page.body
    assert "€12.40" in page.body, "as messages write it"
    assert '<html lang="en">' in browser.get("/dossier").body, "it is remembered"


def test_address_that_is_none_of_ours_shows_the_way_in(browser: Browser) -> None:
    for link in ("forged", KEYS.link("LIM-8")):
        assert "Ce lien n&#39;ouvre aucun dossier, ou plus." in browser.get(f"/l/{link}").body
    for path in ("/admin", "/dossier/../etc", "/l/", f"/l/{KEYS.link('LIM-8')}/vivant", "/.env"):
        assert browser.get(path).status in {404, 401}
    assert browser.get("/conseil/").headers["location"] == "/conseil", "the desk: people type a slash too many"
