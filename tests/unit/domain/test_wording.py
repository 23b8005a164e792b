"""The texts for customers, which business writes: a customer can act on each."""

import re
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from restoration.adapters.files.wordings import path_of, read_wordings
from restoration.domain.case_keys import CaseKeys
from restoration.domain.ground import Asks, Basis, Demand
from restoration.domain.message import Channel, MessageKind
from restoration.domain.point import Visit
from restoration.domain.sms import length_of
from restoration.domain.wording import (
    FACTS,
    LANGUAGES,
    VARIANTS,
    CasePage,
    Passage,
    Place,
    WordingError,
    parse_wording,
)
from scripts.messages import ASKED
from tests.unit.domain.messages import ALL, BOTH, SHELF, SUPPLIER, TEXTS, WORDINGS, message, written

INSTALMENT = Demand(Asks.INSTALMENT, Decimal(30), date(2026, 5, 7))
NEUTRAL_WILL_DO = {
    (MessageKind.LIMITATION_CANCELLED, basis)
    for basis in (Basis.HOUSING_AID, Basis.PROTECTED, Basis.DISPUTE, Basis.ADVISOR)
}
"""Nothing changed for the customer, and there is nothing particular to do: the words of the kind say it all."""


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("channel", BOTH)
@pytest.mark.parametrize(("kind", "variant"), ALL)
def test_every_message_names_the_supplier_its_telephone_and_the_contract(
    kind: MessageKind, variant: str, channel: Channel, language: str
) -> None:
    text = written(kind, channel, language, variant=variant)
    for words in ("d'ici", "CTR-0042", "09 70 00 00 00"):
        assert words in text.body
    assert not re.search(r"[{}\[\]]|None|null", text.subject + text.body)
    assert bool(text.subject) is (channel is Channel.EMAIL)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("kind", "variant"), ALL)
@pytest.mark.parametrize("meter", [True, None])
@pytest.mark.parametrize("asks", Asks)
def test_every_sms_leaves_in_the_short_alphabet_and_two_parts_at_most(
    kind: MessageKind, variant: str, asks: Asks, language: str, *, meter: bool | None
) -> None:
    if asks not in ASKED.get(kind, tuple(Asks)):
        return
    every = FACTS.get(kind, frozenset())
    demand = Demand(asks, Decimal("1234.56"), date(2026, 9, 30))
    facts = {"communicating_meter": meter, "review_on": date(2026, 9, 30), "demand": demand, "facts": every}
    length = length_of(written(kind, Channel.SMS, language, variant=variant, **facts).body)
    assert length.alphabet == "GSM-7"
    assert length.parts <= 2


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("channel", BOTH)
@pytest.mark.parametrize(
    ("kind", "variant"),
    [
        (kind, variant)
        for kind, variants in VARIANTS.items()
        for variant in variants
        if (kind, variant) not in NEUTRAL_WILL_DO
    ],
)
def test_every_variant_has_words_of_its_own(
    kind: MessageKind | Passage, variant: str, channel: Channel, language: str
) -> None:
    place = Place(language, kind, variant, channel)
    assert place in SHELF, f"write {path_of(TEXTS, place)}"
    assert SHELF[place].body != SHELF[Place(language, kind, "", channel)].body


def test_a_variant_without_words_has_the_neutral_words() -> None:
    assert written(MessageKind.REFUSED, variant="METER_IS_GONE") == written(MessageKind.REFUSED)


def test_a_letter_has_the_words_of_an_e_mail_and_no_sender_or_address_of_the_customer() -> None:
    letter = written(MessageKind.BALANCE_DUE, Channel.POST)
    assert letter == written(MessageKind.BALANCE_DUE, Channel.EMAIL)
    assert written(MessageKind.TECHNICIAN_VISIT, Channel.CALL) == written(MessageKind.TECHNICIAN_VISIT, Channel.EMAIL)


@pytest.mark.parametrize(
    ("kind", "variant", "said"),
    [
        (
            "PAYMENT_REJECTED",
            "BANK",
            ("La banque a rejeté un paiement", "12,50\xa0€", "mardi 19/05/2026", "payer.example"),
        ),
        ("PAYMENT_REJECTED", "", ("Un paiement pour votre contrat", "n'a pas abouti", "Qui l'a fait", "12,50\xa0€")),
        ("PAYMENT_REJECTED", "ENERGY_VOUCHER", ("Votre chèque énergie n'a pas pu être encaissé", "12,50\xa0€")),
        ("PAYMENT_PENDING", "", ("vérifions au plus tard le mardi 12/05/2026",)),
        ("WITH_ADVISOR", "", ("Un conseiller étudie", "au plus tard le mardi 12/05/2026", "Appelez-nous au 09 70")),
        ("CASE_DELAYED", "", ("prend plus de temps que prévu", "vient de nous", "Rien n'est perdu", "09 70")),
        ("RESTORATION_DELAYED", "", ("Enedis", "au plus tard le mardi 12/05/2026", "excuser", "rien à payer pour")),
        ("BALANCE_DUE", "", ("12,50\xa0€", "échéancier", "FSL", "services sociaux", "payer.example")),
        ("FLOOR_RAISED", "", ("3 kVA", "échéancier", "FSL", "services sociaux", "payer.example", "12,50\xa0€")),
        ("POWER_RESTORED", "GOODWILL", ("pas attendu l'accord de la banque", "de nouveau due")),
        ("POWER_RESTORED", "PLAN", ("Payez chaque échéance",)),
        (
            "POWER_RESTORED",
            "PROTECTED",
            ("n'efface pas la dette", "pas de relance avant le mercredi 30/09/2026", "échéancier"),
        ),
        ("POWER_RESTORED", "HOUSING_AID", ("Fonds de solidarité pour le logement (FSL)",)),
        ("POWER_RESTORED", "DISPUTE", ("contestation",)),
        ("POWER_RESTORED", "ADVISOR", ("Un conseiller l'a décidé", "n'efface pas la dette")),
        ("POWER_RESTORED", "NO_DEBT", ("Aucune dette ne justifie plus",)),
        ("REFUSED", "ADVISOR_REFUSED", ("Un conseiller a étudié", "réclamation écrite", "deux mois")),
        ("REFUSED", "ADVISOR_REFUSED", ("médiateur national de l'énergie", "www.energie-mediateur.fr")),
        ("REFUSED", "", ("vous dira pourquoi", "réclamation écrite", "www.energie-mediateur.fr")),
    ],
)
def test_an_e_mail_has_all_that_its_customer_needs(kind: str, variant: str, said: tuple[str, ...]) -> None:
    body = written(MessageKind(kind), Channel.EMAIL, variant=variant, review_on=date(2026, 9, 30)).body
    assert [words for words in said if words not in body] == []


@pytest.mark.parametrize(
    ("kind", "facts", "said"),
    [
        (MessageKind.BALANCE_DUE, {"demand": Demand(Asks.DEBT, Decimal("0.07"))}, "0,07 €"),
        (MessageKind.BALANCE_DUE, {}, "avant le mardi 19/05/2026"),  # 14 days after the 5th in Paris
        (MessageKind.BALANCE_DUE, {"language": "en"}, "€12.50 remains to be paid before Tuesday 19 May 2026"),
        (MessageKind.BALANCE_DUE, {"demand": INSTALMENT}, "première échéance, due le jeudi 07/05/2026"),
        (MessageKind.BALANCE_DUE, {"facts": {"paid", "again"}}, "merci pour votre paiement. Ce montant remplace"),
        (
            MessageKind.FLOOR_RAISED,
            {"demand": INSTALMENT},
            "payez 30,00 € (première échéance, due le jeudi 07/05/2026)",
        ),
        (MessageKind.FLOOR_RAISED, {"demand": Demand(Asks.UNDISPUTED, Decimal(70))}, "la part non contestée, 70,00 €"),
        (
            MessageKind.FLOOR_RAISED,
            {"demand": Demand(Asks.PLAN, Decimal(70))},
            "d'un échéancier pour le reste (70,00 €)",
        ),
        (MessageKind.FLOOR_RAISED, {"demand": Demand(Asks.NOTHING, Decimal(0))}, "ne vous demandons aucun paiement"),
        (MessageKind.FLOOR_RAISED, {"demand": None}, "Pour retrouver toute votre puissance, appelez le 09 70"),
        (MessageKind.FLOOR_RAISED, {"floor_kva": Decimal("2.50")}, "relevée à 2,5 kVA"),
        (MessageKind.FLOOR_RAISED, {"facts": {"truce"}}, "relevée à 3 kVA (treve hivernale)"),
        (MessageKind.FLOOR_RAISED, {"facts": {"perhaps_paid"}}, "Ne repayez pas"),
        (MessageKind.PAYMENT_PENDING, {"until": None}, "n'est pas encore confirmé. Dès"),
        (MessageKind.TECHNICIAN_VISIT, {"variant": "FULL"}, "passera jeudi 07/05/2026 (08:00-12:00) pour rétablir"),
        (MessageKind.TECHNICIAN_VISIT, {"variant": "FLOOR"}, "pour relever la limite de votre puissance"),
        (MessageKind.TECHNICIAN_VISIT, {"visit": Visit(date(2026, 12, 1))}, "passera mardi 01/12/2026 pour intervenir"),
        (MessageKind.TECHNICIAN_VISIT, {"facts": {"again"}, "until": None}, "nouvelle date, un technicien"),
        (MessageKind.PAYMENT_PENDING, {"facts": {"again"}, "visit": None}, "le mardi 12/05/2026 (nouvelle date)"),
        (MessageKind.POWER_RESTORED, {"variant": "DEBT_COVERED", "residual": Decimal("0.40")}, "payée, à 0,40 € près"),
        (MessageKind.POWER_RESTORED, {"variant": "HOUSING_AID", "demand": Demand(Asks.PLAN, Decimal(70))}, "70,00 €"),
        (MessageKind.TECHNICIAN_VISIT, {}, "accès au compteur"),
        (MessageKind.POWER_RESTORED, {"communicating_meter": True}, "Appuyez 10 à 15 secondes sur la touche +"),
        (MessageKind.POWER_RESTORED, {"communicating_meter": None}, "Pas de courant ? Appelez le 09 70 00 00 00"),
        (MessageKind.LIMITATION_CANCELLED, {}, "n'a pas changé"),
        (MessageKind.REFUSED, {}, "energie-mediateur.fr"),
    ],
)
def test_a_message_has_all_that_its_customer_needs(kind: MessageKind, facts: dict[str, Any], said: str) -> None:
    assert said in written(kind, **facts).body


def test_a_customer_whose_language_has_no_text_reads_french() -> None:
    assert written(MessageKind.REFUSED, language="de") == written(MessageKind.REFUSED, language="fr")


def test_enedis_words_for_the_hours_cannot_make_an_sms_long_or_of_the_wide_alphabet() -> None:
    visit = Visit(date(2026, 5, 7), "matinée \N{EN DASH} créneau  à confirmer auprès de l'accueil Ω☎" * 5)
    length = length_of(written(MessageKind.TECHNICIAN_VISIT, visit=visit).body)
    assert (length.alphabet, length.parts) == ("GSM-7", 2)
    told = written(MessageKind.TECHNICIAN_VISIT, visit=Visit(date(2026, 5, 7), f"99999 \n{'9' * 30}")).body
    assert re.findall("9{5,} 9+", told) == [f"99999 {'9' * 24}"], "cut"


def test_customer_is_told_the_page_the_code_and_the_link_of_their_case() -> None:
    keys = CaseKeys(b"a secret of at least thirty-two bytes")
    supplier = replace(SUPPLIER, case_page=CasePage("suivi.fournisseur.example", keys))
    told = replace(WORDINGS, supplier=supplier).text_of(message(MessageKind.BALANCE_DUE), Channel.EMAIL, "fr").body
    assert "à payer avant le mardi 19/05/2026. Comment payer : suivi.fournisseur.example\n" in told
    link = f"https://suivi.fournisseur.example/l/{keys.link('LIM-1')}"
    assert f"l'adresse suivi.fournisseur.example et le code VG5SF-N1J8D, ou ouvrez {link}." in told


# ── What is wrong in a file is said with file, line and what to do ───────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("channel", "content", "said"),
    [
        (
            Channel.SMS,
            "Bonjour {balnce}",
            r"fr/X\.txt, ligne 1 : \{balnce\} est inconnu de TECHNICIAN_VISIT ; au choix : \{contract\}, \{day\}, \{f",
        ),
        (Channel.SMS, "Bonjour {}", r"\{\} est inconnu .*, \{payment_link\}, \{slot\}, \{supplier\}, \{telephone\}$"),
        (Channel.SMS, "Bonjour {day", r"un \{ est seul ; le fermer"),
        (Channel.SMS, "Bonjour [{slot}", r"un \[ est seul"),
        (Channel.SMS, "Bonjour {slot}", r"\{slot\} n'est pas toujours connu ; le mettre entre \[ \]"),
        (Channel.SMS, "Bonjour [le {day}]", r"rien entre \[…\] ne peut être inconnu"),
        (Channel.SMS, "Bonjour [paid:merci]", r"le fait paid est inconnu de TECHNICIAN_VISIT ; au choix : new_date"),
        (Channel.SMS, "  \n", r"le texte est vide"),
        (Channel.EMAIL, "Bonjour\n\nà bientôt", r"ligne 1 : un e-mail commence par son objet ; écrire Objet: …"),
        (Channel.EMAIL, "Objet : \n\nà bientôt", r"un e-mail commence par son objet"),
        (Channel.EMAIL, "Objet : {who}\n\nà bientôt", r"ligne 1 : \{who\} est inconnu"),
        (Channel.EMAIL, "Objet : Visite\n\nBonjour,\n\nle {date}", r"fr/X\.txt, ligne 5 : \{date\} est inconnu"),
        (Channel.EMAIL, "Objet : Visite\n\n", r"le texte est vide"),
    ],
)
def test_a_wrong_text_is_refused_with_file_line_and_remedy(channel: Channel, content: str, said: str) -> None:
    with pytest.raises(WordingError, match=said):
        parse_wording(MessageKind.TECHNICIAN_VISIT, channel, "fr", content, "fr/X.txt")


def test_a_missing_text_and_one_too_many_are_refused_by_name_and_as_windows_saves_them_read(tmp_path: Path) -> None:
    for path in TEXTS.rglob("*.txt"):
        (tmp_path / path.parent.name).mkdir(exist_ok=True)
        (tmp_path / path.parent.name / path.name).write_bytes(path.read_bytes())
    text, good = tmp_path / "en" / "REFUSED.sms.txt", read_wordings(tmp_path)
    text.write_bytes(b"\xef\xbb\xbf" + text.read_bytes())
    assert read_wordings(tmp_path) == good
    text.write_bytes(text.read_bytes() + b"d\xe8s")
    with pytest.raises(WordingError, match=r"en/REFUSED\.sms\.txt, ligne 2 : pas de l'UTF-8"):
        read_wordings(tmp_path)
    text.rename(tmp_path / "en" / "REFUSAL.sms.txt")
    with pytest.raises(WordingError, match=r"en/REFUSAL\.sms\.txt : aucun message n'a ce nom"):
        read_wordings(tmp_path)
    (tmp_path / "en" / "REFUSAL.sms.txt").unlink()
    with pytest.raises(WordingError, match=r"en/REFUSED\.sms\.txt : ce texte manque"):
        read_wordings(tmp_path)


@pytest.mark.parametrize(
    ("language", "channel", "amount"),
    [
        ("fr", Channel.EMAIL, "12\xa0345,60\xa0€"),
        ("fr", Channel.SMS, "12 345,60 €"),
        ("en", Channel.SMS, "€12,345.60"),
    ],
)
def test_amount_is_written_as_its_language_does(language: str, channel: Channel, amount: str) -> None:
    demand = Demand(Asks.DEBT, Decimal("12345.60"))
    assert amount in written(MessageKind.BALANCE_DUE, channel, language, demand=demand).body


@pytest.mark.parametrize("channel", BOTH)
@pytest.mark.parametrize(("kind", "variant"), ALL)
def test_who_is_asked_nothing_reads_of_no_payment_that_is_due_and_of_no_help_to_pay(
    kind: MessageKind, variant: str, channel: Channel
) -> None:
    """The law freezes the debt of an accepted over-indebtedness file: nobody may ask for it."""
    if Asks.NOTHING not in ASKED.get(kind, tuple(Asks)) or variant == Basis.GOODWILL:
        return
    body = written(kind, channel, "fr", variant=variant, demand=Demand(Asks.NOTHING, Decimal(120))).body
    assert not re.search(r"payer\.example|reste[^.]* à payer|reste due?\b|difficultés à payer|120", body)


def test_who_keeps_a_debt_and_is_asked_nothing_is_told_so() -> None:
    for asks in (Asks.NOTHING, Asks.DEBT):
        demand = Demand(asks, Decimal(120))
        body = written(MessageKind.POWER_RESTORED, Channel.EMAIL, variant="ADVISOR", demand=demand).body
        assert ("nous ne vous demandons aucun paiement" in body) is (asks is Asks.NOTHING)
