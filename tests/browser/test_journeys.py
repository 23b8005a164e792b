"""Journeys that change channel half-way: a customer on the page, an advisor at the desk, billing, Enedis.

Each is played in Chromium against the stack on the embedded cloud, to its right end: the power at Enedis, the orders,
the events, and what both read.
"""

import re
from datetime import UTC, datetime, time, timedelta
from uuid import uuid4

import pytest
import urllib3
from playwright.sync_api import expect

from channels.pages.desk import page_of
from embedded_cloud.rights.usage import grants_of, unused
from local.customers import entry
from local.partners.billing.simulator import known_by
from local.partners.enedis.cases import Ending
from local.partners.identity import Person
from record.adapters.dynamodb.courses import STOPPED
from record.adapters.s3.journal import OperationJournal
from restoration.clock import PARIS, paris_date
from restoration.domain.case_keys import written
from restoration.domain.point import Visit
from tests.browser.journeys import LONG, World, decide, done, open_act, press, says, send, with_contact
from tests.end_to_end.world import SUMMER

TODAY = paris_date(datetime.now(UTC)).isoformat()
PAID = {"Montant en euros": "100", "Date du paiement": TODAY}
PRESENT = "Aminata, la voisine"
PROVEN = f"J'ai une preuve <b>ici</b> : https://exemple.fr/{'recu_' * 40}"
"""A word that no line holds, too."""


def test_customer_declares_a_cheque_the_advisor_finds_it_and_it_brings_power_back(world: World) -> None:
    customer = world.limited()
    with world.customer(customer) as page, world.advisor(path=page_of(customer.limitation_id)) as desk:
        world.picture("customer-page", page)
        send(page, "J'ai payé", {"Moyen": "CHEQUE"} | PAID)
        says(page, "C'est noté. Nous regardons maintenant")
        says(desk, "Paiement déclaré à rechercher")
        world.picture("declared", page, desk)
        done(desk, "Chèque retrouvé, encaissé ce jour")
        says(desk, "Paiement déclaré (client, page)")
        says(page, "Demande traitée (conseiller, bureau)")
        world.carried(customer, "PaymentDeclared", means="CHEQUE", amount=100, role="CUSTOMER")
        assert not world.stage.watch.of(customer.limitation_id).running, "a declaration restores nothing"
        cheque = world.pay(customer, amount=100.0, means="CHEQUE", status="RECEIVED")
        says(page, "Votre paiement est annoncé, mais la banque ne l'a pas encore confirmé", desk)
        world.report(customer, "PaymentCleared", paymentId=cheque)
        says(page, "Votre puissance est rétablie", desk)
    world.power_is_back(customer)


def test_question_is_set_aside_on_the_telephone_and_the_customer_s_payment_ends_it(world: World) -> None:
    customer = world.limited(asks=True)
    with world.advisor(path=page_of(customer.limitation_id)) as desk:
        world.picture("advisors-desk", desk)
        desk.get_by_label("Mettre de côté jusqu'au").fill(f"{datetime.now(PARIS) + timedelta(hours=20):%Y-%m-%dT%H:%M}")
        desk.get_by_role("button", name="Mettre de côté").click()
        says(desk, "Mis de côté jusqu'au")
        world.picture("set-aside", desk)
        desk.goto(f"{world.stage.site}/conseil")
        expect(desk.get_by_role("link", name=customer.limitation_id)).to_have_count(0)
        world.billing.update_contract(customer.contract_id, dispute=False)
        world.pay(customer, amount=120.0)
        world.power_is_back(customer)
        desk.goto(world.stage.site + page_of(customer.limitation_id))
        says(desk, "Votre puissance est rétablie")
        expect(desk.get_by_text("Question du processus")).to_have_count(0, timeout=LONG)


def test_question_goes_away_under_the_advisor_s_eyes_and_what_they_typed_changes_nothing(world: World) -> None:
    customer = world.limited(asks=True)
    with world.advisor(path=page_of(customer.limitation_id)) as desk:
        desk.get_by_label("Motif (obligatoire)").fill("Je vais ref")
        desk.route("**/*vivant=1*", lambda look: look.fulfill(status=429))
        desk.wait_for_event("response", lambda reply: reply.status == 429, timeout=LONG)
        expect(desk.get_by_label("Motif (obligatoire)")).to_have_value("Je vais ref")
        desk.unroute("**/*vivant=1*")
        world.billing.update_contract(customer.contract_id, dispute=False)
        world.pay(customer, amount=120.0)
        expect(desk.get_by_text("Question du processus")).to_have_count(0, timeout=LONG)
        expect(desk.locator("[data-live]")).to_be_focused()
        says(desk, "Votre puissance est rétablie")
        world.picture("paid-meanwhile", desk)
    world.power_is_back(customer)


def test_of_two_advisors_one_decides_and_the_other_is_told_by_whom_and_what(world: World) -> None:
    customer = world.limited(asks=True)
    path = page_of(customer.limitation_id)
    with (
        world.advisor("Karim", path) as one,
        world.advisor("Léa") as two,
        world.advisor("Léa", path, java_script_enabled=False) as still,  # where the question stays on the page
    ):
        link = two.get_by_role("link", name=customer.limitation_id)
        link.focus()
        one.get_by_role("button", name="Je prends").click()
        expect(two.get_by_role("row").filter(has=link)).to_contain_text("Karim Benali", timeout=LONG)
        expect(link).to_be_focused()
        one.get_by_role("button", name="Je rends").click()
        decide(one, "Rétablir", "Preuve vue")
        says(one, "C'est noté.")
        decide(still, "Refuser", "Pas de preuve")
        says(still, "C'est déjà fini. Karim Benali Rétablir")
        world.picture("two-advisors", one, still)
    world.carried(customer, "AdvisorDecided")
    world.power_is_back(customer)


def test_power_that_is_still_missing_is_looked_at_once_and_then_by_a_person(world: World) -> None:
    customer = world.limited()
    world.pay(customer, amount=100.0)
    world.power_is_back(customer)
    with world.customer(customer) as page, world.advisor() as desk:
        for answer in ("Le dossier est clos : un conseiller le regarde", "C'est déjà noté"):
            open_act(page, "Je n'ai toujours pas de courant")
            page.get_by_role("button", name="Faire vérifier le compteur").click()
            says(page, answer)
        expect(desk.get_by_role("row").filter(has_text="Pas de courant, dossier clos")).to_have_count(1, timeout=LONG)
        desk.get_by_role("link", name=customer.limitation_id).click()
        says(desk, "Enedis montre : alimenté à 6 kVA, lu le ")
        world.picture("power-missing", page, desk)
        done(desk, "Disjoncteur réenclenché au téléphone")
    world.carried(customer, "PowerMissing")
    world.power_is_back(customer)


def test_plan_is_asked_on_the_page_and_agreed_on_the_telephone(world: World) -> None:
    customer = world.limited()
    with world.customer(customer) as page, world.advisor() as desk:
        with_contact(page, world.cloud.carriers.text_messages)
        plan = {"Première échéance en euros": "200", "Date de la première échéance": TODAY}
        send(page, "Demander un échéancier", {"Nombre d'échéances": "4"} | plan)
        says(page, "c'est plus que la dette")
        page.goto(f"{world.stage.site}/donnees")
        page.go_back()
        form = page.locator("#echeancier")
        form.get_by_label("Première échéance en euros").fill("20")
        form.get_by_role("button", name="Envoyer").click()
        says(page, "Votre demande d'échéancier est transmise")
        expect(desk.get_by_role("row").filter(has_text="Échéancier demandé")).to_have_count(1, timeout=LONG)
        desk.get_by_label("Chercher un dossier").fill(customer.contract_id)
        desk.keyboard.press("Enter")
        says(desk, "Pour le client")
        world.picture("plan-asked", page, desk)
        done(desk, "Accordé au téléphone, première échéance payée")
        send(desk, "Le client a payé", PAID | {"Montant en euros": "20"})
        says(desk, "Paiement déclaré (conseiller, bureau)")
        asked = {"instalments": 4, "first_amount": 20, "first_on": paris_date(datetime.now(UTC))}
        world.carried(customer, "PlanAsked", "PaymentDeclared", **asked)
        world.report(customer, "PaymentPlanAgreed", firstInstalment=20, firstInstalmentDueOn=SUMMER.isoformat())
        says(page, "Votre puissance est rétablie")
    world.power_is_back(customer)


def test_protection_is_claimed_on_the_page_shown_to_those_who_may_see_it_and_granted(world: World) -> None:
    customer = world.limited(email="awa@example.org")
    with world.customer(customer) as page:
        with_contact(page, world.cloud.carriers.emails)
        send(page, "Signaler une protection", {"Protection": "MEDICAL"})
        says(page, "Votre protection est transmise")
    with (
        world.advisor("Karim", page_of(customer.limitation_id)) as sees,
        world.advisor("Léa", page_of(customer.limitation_id)) as not_told,
    ):
        says(sees, "Protection signalée (client, page)")
        expect(not_told.get_by_text("Protection signalée (client, page)")).to_have_count(0)
        assert not world.stage.watch.of(customer.limitation_id).running, "a claim alone decides nothing"
        world.picture("protection-claimed", sees, not_told)
        done(sees, "Certificat vu")
        world.carried(customer, "ProtectionClaimed", kind="MEDICAL")
        world.report(customer, "ProtectionGranted", kind="MEDICAL")
        says(not_told, "Votre puissance est rétablie")
    world.power_is_back(customer)


def test_advisor_asks_and_the_customer_chooses_when_the_technician_comes(world: World) -> None:
    customer = world.limited(remotely_operable=False, endings=(Ending.POSTPONED,))
    world.pay(customer, amount=100.0)
    with world.customer(customer) as page, world.advisor(path=page_of(customer.limitation_id)) as desk:
        for each in (page, desk):
            says(each, "Enedis envoie un technicien")
            each.reload()
        open_act(desk, "Choisir un rendez-vous")
        desk.get_by_role("button", name="Voir les créneaux").click()
        says(desk, "Passage prévu")
        page.reload()
        says(page, "Passage prévu")
        slot = page.get_by_label("Créneau").locator("option").nth(1)
        chosen, visit = slot.inner_text(), Visit.read(slot.get_attribute("value") or "")
        page.get_by_label("Créneau").select_option(label=chosen)
        page.get_by_label("Qui sera là").fill(PRESENT)
        page.get_by_role("button", name="Choisir ce créneau").click()
        says(page, f"Rendez-vous convenu (client, page) · {chosen}")
        says(desk, f"Rendez-vous convenu (client, page) · {chosen}")
        world.picture("visit-agreed", page, desk, at="Rendez-vous convenu (client, page)")
        world.cloud.wait_until(lambda: visit.slot in {each["detail"]["slot"] for each in world.heard("VisitPlanned")})
        assert world.enedis.network.view(customer.point_id).limited_power_kva
        with world.enedis.network.at(datetime.combine(visit.on, time(16), PARIS)):
            says(page, "Votre puissance est rétablie")
            world.power_is_back(customer)


def test_person_is_asked_for_after_a_refusal_and_replies(world: World) -> None:
    customer = world.limited(asks=True)
    with world.advisor(path=page_of(customer.limitation_id)) as desk, world.customer(customer) as page:
        decide(desk, "Refuser", "Dette non couverte")
        says(page, "La puissance ne peut pas être rétablie pour le moment")
        world.was_told(customer, "REFUSED")
        send(page, "Faire regarder par une personne", {"Votre message": PROVEN})
        says(page, "Un conseiller vous répond sous deux jours ouvrés")
        says(desk, "Le client demande une personne")
        world.picture("person-asked", page, desk)
        done(desk, "Rappelé, preuve vue")
        says(page, "Demande traitée (conseiller, bureau)")
    world.carried(customer, "AdvisorDecided", "ReviewAsked", words=PROVEN)


def test_operations_redrive_an_incident_at_the_desk_and_the_journal_has_their_name(world: World) -> None:
    customer, cloud = world.limited(), world.cloud
    with world.failing("CheckPaymentFunction", "InvalidResponse", customer):
        world.pay(customer, amount=100.0)
        cloud.wait_until(lambda: STOPPED in {it["standing"] for it in world.stage.items("CoursesTable", "signature")})
    with world.advisor("Olivier", "/conseil/incidents") as desk:
        says(desk, "1 client, depuis le")
        desk.get_by_role("button", name="Essai à blanc").click()
        says(desk, "1 exécution sur 1 sera relancée")
        says(desk, customer.limitation_id)
        redrive_id = re.findall(r"l'ensemble (\w{12})", desk.locator("main").inner_text())[0]
        desk.get_by_label("Motif (obligatoire)").fill("La facturation est réparée")
        desk.get_by_label("Recopiez les 12 premiers caractères").fill(redrive_id)
        desk.get_by_role("button", name="Relancer").click()
        says(desk, "C'est fini.")
    world.power_is_back(customer)
    journal = OperationJournal(cloud.client("s3"), cloud.outputs["OperationsBucketName"])
    today = datetime.now(UTC).date()
    [begun, ended] = journal.between(today - timedelta(days=1), today)
    assert (begun.by, begun.reason) == ("desk/Olivier Roux (olivier.roux)", "La facturation est réparée")
    assert ended.outcome == f"run {redrive_id}-run-1 was started"


def test_link_that_was_forwarded_shows_a_stranger_the_next_step_alone(world: World) -> None:
    world.limited(email="lien@example.org")
    emails = world.cloud.carriers.emails
    [body] = world.wait(lambda: [each.body for each in emails if each.to == "lien@example.org"], "the e-mail")
    [link] = re.findall(r"https://suivi\.fournisseur\.example(/l/[\w-]+)", body)
    with world.open(world.stage.site + link, lambda _: None, width=390) as page:
        says(page, "ne couvre pas la dette")
        world.picture("forwarded-link", page)
        expect(page.locator("main")).not_to_contain_text(re.compile(r"€|Fournisseur|LIM-|CTR-"))
        page.get_by_label("4 derniers chiffres").fill("0000")
        page.get_by_label("Code postal").fill("75001")
        page.get_by_role("button", name="Voir mon dossier").click()
        says(page, "Ces éléments n'ouvrent aucun dossier pour le moment.")


def test_whole_way_goes_by_keyboard_at_320_pixels(world: World) -> None:
    customer = world.limited()
    end, postcode = known_by(customer.customer_id)
    with world.open(world.stage.site, lambda _: None, width=320) as page:
        press(page, "Tab")
        expect(page.get_by_text("Aller au contenu")).to_be_focused()
        code = written(world.stage.case_keys.code(customer.limitation_id))
        press(page, "Enter", "Tab", code, "Tab", end, "Tab", postcode, "Enter")
        says(page, "Il reste 100,00 € à payer")
        page.locator("summary", has_text="Faire regarder par une personne").focus()
        press(page, "Enter", "Tab", "Bonjour", "Tab", "Enter")
        says(page, "C'est noté. Un conseiller vous répond")
        world.picture("keyboard-320", page)
    world.carried(customer, "ReviewAsked", words="Bonjour")


def test_whole_way_goes_without_script(world: World) -> None:
    customer = world.limited()
    with world.customer(customer, java_script_enabled=False) as page:
        send(page, "J'ai payé", PAID | {"Montant en euros": "100,00"})
        says(page, "C'est noté. Nous regardons maintenant")
        world.picture("without-script", page)
        world.pay(customer, amount=100.0)
        world.power_is_back(customer)
        page.get_by_role("link", name="Actualiser cette page").click()
        says(page, "Votre puissance est rétablie")
    world.carried(customer, "PaymentDeclared", amount=100)


def test_no_log_and_no_trace_holds_what_opens_a_case_or_what_somebody_wrote(world: World) -> None:
    customer, stage = world.limited(), world.stage
    link, code = stage.case_keys.link(customer.limitation_id), stage.case_keys.code(customer.limitation_id)
    end, postcode = known_by(customer.customer_id)
    with world.customer(customer) as page:
        send(page, "Faire regarder par une personne", {"Votre message": "Mon secret de famille"})
        says(page, "Un conseiller vous répond sous deux jours ouvrés")
        session = {each["name"]: each["value"] for each in page.context.cookies()}["dossier"]
        page.context.clear_cookies()
        expect(page.get_by_label("Code du dossier")).to_be_visible(timeout=LONG)  # the session is over
        page.goto(f"{stage.site}/l/{link}")
    stage.identity.add(Person(customer.customer_id, "Awa Diallo", customer_id=customer.customer_id))
    token = stage.identity.access_token(customer.customer_id, "channels")
    head, api = {"authorization": f"Bearer {token}", "idempotency-key": str(uuid4())}, f"{stage.site}/api/v1/cases"
    [mine] = urllib3.request("GET", api, headers=head).json()["cases"]
    asked = f"{api}/{mine['limitationId']}/review-requests"
    assert urllib3.request("POST", asked, json={"words": "Mon autre secret"}, headers=head).status == 200
    logs, said = world.cloud.client("logs"), []
    groups = (each for found in logs.get_paginator("describe_log_groups").paginate() for each in found["logGroups"])
    for group in groups:
        pages = logs.get_paginator("filter_log_events").paginate(logGroupName=group["logGroupName"])
        said += [event["message"] for each in pages for event in each["events"]]
    said += [str(trace) for trace in world.cloud.traces]
    assert any("event taken in" in each for each in said)
    words = "Mon secret de famille", "Mon autre secret", PRESENT, "Awa Diallo", f"{end}&postcode={postcode}"
    secrets = link, code, written(code), session, token, asked, *words
    assert [(each, line[:200]) for each in secrets for line in said if each in line] == []


@pytest.mark.looks_back
def test_no_function_of_the_channels_has_a_right_that_no_journey_used(world: World) -> None:
    stage, rights = world.stage, world.cloud.rights
    stage.put([entry("ReviewAsked", {"limitationId": "LIM-ODD", "id": "odd", "at": "never"}, "channels")], booked=False)
    [(_, told)] = world.cloud.wait_until(lambda: world.dead_letters("WorkDeadLetters"))
    assert told["ErrorType"] == "ValueError"
    late = {"limitationId": world.limited().limitation_id, "id": "late", "at": "2026-05-04T09:00:00Z"}
    stage.put([entry("ReviewAsked", late, "channels")], booked=False)
    world.cloud.wait_until(lambda: "WORK#late" in {each["sk"] for each in stage.items("ChannelsTable", "dueBy")})
    world.cloud.fire_rule("NightlyComparison")
    world.cloud.wait_idle(waiting=True)
    grants = [each for each in grants_of(rights, rights.record.calls) if re.search("Serve|KeepWork", each.holder)]
    assert len({each.holder for each in grants}) == 3
    assert [(each.holder, each.action, each.resource) for each in unused(grants)] == []
