"""Half-filled forms: they stay with the case, and are ended in either channel."""

from datetime import timedelta

from channels.domain.of_case import DRAFTS_KEPT_FOR
from tests.fakes.channels import LIMITATION, Channels
from tests.unit.channels.sites import Browser, SignedIn, come_in, fill

DOSSIER = f"/conseil/dossier/{LIMITATION}"
HALF = {"instalments": "4", "first_amount": "vingt", "first_on": ""}


def test_form_that_is_begun_on_the_page_is_ended_at_the_desk(
    browser: Browser, signed_in: SignedIn, world: Channels
) -> None:
    page = come_in(browser)
    kept = browser.follow(browser.post("/dossier/paiement", fill(page, means="CHEQUE", amount="<7", later="1")))
    assert "C&#39;est gardé trois jours avec le dossier." in kept.body
    desk, at_desk = signed_in("alix", DOSSIER)
    for shown in (kept, at_desk):
        assert 'id="paiement" open' in shown.body
        assert '<option value="CHEQUE" selected>' in shown.body
        assert 'name="amount" value="&lt;7"' in shown.body
        assert ('name="proof"' in shown.body) is (shown is not kept), "an advisor sees proofs"
    assert world.said == []
    paid = fill(shown, means="CHEQUE", amount="70", paid_on="2026-11-24", proof="reçu <vu>")
    ended = desk.follow(desk.post(f"{DOSSIER}/paiement", paid))
    assert [kind for kind, _ in world.said] == ["PaymentDeclared"]
    assert ('id="paiement" open' in ended.body, "Preuve vue : reçu &lt;vu&gt;" in ended.body) == (False, True)
    assert "reçu &lt;vu" not in browser.get("/dossier").body


def test_no_health_fact_and_no_name_is_kept(signed_in: SignedIn, world: Channels) -> None:
    desk, page = signed_in("alix", DOSSIER)
    for act, fields in (("rendez-vous", {"slot": "", "present": "Awa"}), ("protection", {"kind": "?"})):
        assert desk.post(f"{DOSSIER}/{act}", fill(page, **fields, later="1")).status == 422
        assert world.table.of_case(LIMITATION).half_filled(world.at) == {}


def test_half_filled_form_is_forgotten_after_three_days_and_kept_for_no_case_that_is_not_there(
    browser: Browser, signed_in: SignedIn, world: Channels
) -> None:
    browser.post("/dossier/personne", fill(come_in(browser), words="Bonj", later="1"))
    assert world.table.of_case(LIMITATION).half_filled(world.at) == {"personne": {"words": "Bonj"}}
    world.pass_time(DRAFTS_KEPT_FOR + timedelta(seconds=1))
    assert world.table.of_case(LIMITATION).half_filled(world.at) == {}
    desk, page = signed_in("alix")
    assert desk.post("/conseil/dossier/LIM-9/paiement", fill(page, amount="7", later="1")).status == 404
    assert world.table.of_case("LIM-9").half_filled(world.at) == {}
