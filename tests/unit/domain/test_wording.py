"""The texts for customers, which business writes: a customer can act on each."""

import re
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from restoration.adapters.files.wordings import read_wordings
from restoration.domain.message import Channel, CustomerMessage, MessageKind, Text
from restoration.domain.point import Visit
from restoration.domain.sms import length_of
from restoration.domain.wording import LANGUAGES, Supplier, WordingError, Wordings, parse_wording

TEXTS = Path(__file__).parents[3] / "functions" / "notify_customer" / "messages"
SUPPLIER = Supplier("Électricité d'ici", "09 70 00 00 00", "https://payer.example/c", timedelta(days=14))
WORDINGS = Wordings(read_wordings(TEXTS), SUPPLIER)
BOTH = [Channel.SMS, Channel.EMAIL]


def message(kind: MessageKind, **facts: Any) -> CustomerMessage:
    known: dict[str, Any] = {
        "balance": Decimal("12.5"),
        "floor_kva": Decimal("3.0"),
        "until": date(2026, 5, 12),
        "visit": Visit(date(2026, 5, 7), "08:00-12:00"),
    }
    return CustomerMessage(
        kind=kind,
        limitation_id="LIM-1",
        contract_id="CTR-0042",
        generation=1,
        happened_at=datetime(2026, 5, 4, 22, 30, tzinfo=UTC),
        about="LIM-1",
        **(known | facts),
    )


def written(kind: MessageKind, channel: Channel = Channel.SMS, language: str = "fr", **facts: Any) -> Text:
    return WORDINGS.text_of(message(kind, **facts), channel, language)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("channel", BOTH)
@pytest.mark.parametrize("kind", MessageKind)
def test_every_message_names_the_supplier_its_telephone_and_the_contract(
    kind: MessageKind, channel: Channel, language: str
) -> None:
    text = written(kind, channel, language)
    for words in ("d'ici", "CTR-0042", "09 70 00 00 00"):
        assert words in text.body
    assert not re.search(r"[{}\[\]]|None|null", text.subject + text.body)
    assert bool(text.subject) is (channel is Channel.EMAIL)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", MessageKind)
def test_every_sms_leaves_in_the_short_alphabet_and_two_parts_at_most(kind: MessageKind, language: str) -> None:
    length = length_of(written(kind, Channel.SMS, language).body)
    assert length.alphabet == "GSM-7"
    assert length.parts <= 2


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("kind", [kind for kind in MessageKind if kind is not MessageKind.POWER_RESTORED])
def test_only_restored_power_is_called_restored(kind: MessageKind, language: str) -> None:
    for channel in BOTH:
        body = written(kind, channel, language).body
        assert "votre puissance est rétablie (" not in body
        assert "your power is restored (" not in body


@pytest.mark.parametrize(
    ("kind", "facts", "said"),
    [
        (MessageKind.BALANCE_DUE, {"balance": Decimal("1234.5")}, "1234,50 €"),
        (MessageKind.BALANCE_DUE, {"balance": Decimal("0.07")}, "0,07 €"),
        (MessageKind.BALANCE_DUE, {}, "avant mardi 19/05/2026"),  # 14 days after the 5th in Paris
        (MessageKind.BALANCE_DUE, {}, "https://payer.example/c"),
        (MessageKind.FLOOR_RAISED, {}, "relevée à 3 kVA"),
        (MessageKind.FLOOR_RAISED, {"floor_kva": Decimal("2.50")}, "relevée à 2,5 kVA"),
        (MessageKind.FLOOR_RAISED, {}, "Votre dette reste due"),
        (MessageKind.FLOOR_RAISED, {}, "hiver"),
        (MessageKind.PAYMENT_PENDING, {}, "jusqu'au mardi 12/05/2026"),
        (MessageKind.TECHNICIAN_VISIT, {}, "passera jeudi 07/05/2026 (08:00-12:00) pour rétablir"),
        (MessageKind.TECHNICIAN_VISIT, {"visit": Visit(date(2026, 12, 1))}, "passera mardi 01/12/2026 pour rétablir"),
        (MessageKind.TECHNICIAN_VISIT, {}, "accès au compteur"),
        (MessageKind.POWER_RESTORED, {}, "touche + de votre compteur"),
        (MessageKind.LIMITATION_CANCELLED, {}, "n'a pas changé"),
        (MessageKind.REFUSED, {}, "Appelez le 09 70 00 00 00"),
    ],
)
def test_a_message_has_all_that_its_customer_needs(kind: MessageKind, facts: dict[str, Any], said: str) -> None:
    assert said in written(kind, **facts).body


def test_a_message_on_a_pending_payment_without_a_date_has_none() -> None:
    assert "attend l'accord de la banque. Votre" in written(MessageKind.PAYMENT_PENDING, until=None).body


def test_an_english_customer_reads_english() -> None:
    assert "€12.50 remains to be paid before Tuesday 19 May 2026" in written(
        MessageKind.BALANCE_DUE, language="en"
    ).body  # fmt: skip


def test_a_customer_whose_language_has_no_text_reads_french() -> None:
    assert written(MessageKind.REFUSED, language="de") == written(MessageKind.REFUSED, language="fr")


def test_enedis_words_for_the_hours_cannot_make_an_sms_long_or_of_the_wide_alphabet() -> None:
    visit = Visit(date(2026, 5, 7), "matinée \N{EN DASH} créneau  à confirmer auprès de l'accueil Ω☎" * 5)
    length = length_of(written(MessageKind.TECHNICIAN_VISIT, visit=visit).body)
    assert (length.alphabet, length.parts) == ("GSM-7", 2)


# ── What is wrong in a file is said with file, line and what to do ───────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("channel", "content", "said"),
    [
        (
            Channel.SMS,
            "Bonjour {balnce}",
            r"fr/X\.txt, line 1: \{balnce\} is not known of TECHNICIAN_VISIT: use one of",
        ),
        (Channel.SMS, "Bonjour {balance}", r"\{balance\} is not known of TECHNICIAN_VISIT"),
        (Channel.SMS, "Bonjour {}", r"\{\} is not known"),
        (Channel.SMS, "Bonjour {day", r"a \{ without its partner: close it"),
        (Channel.SMS, "Bonjour [{slot}", r"a \[ without its partner"),
        (Channel.SMS, "Bonjour {slot}", r"\{slot\} is not always known: put it, .* into \[ \]"),
        (Channel.SMS, "Bonjour [le {day}]", r"nothing in \[…\] may be unknown"),
        (Channel.SMS, "  \n", r"the text is empty"),
        (Channel.EMAIL, "Bonjour\n\nà bientôt", r"line 1: an e-mail begins with its subject: write Objet: …"),
        (Channel.EMAIL, "Objet : \n\nà bientôt", r"an e-mail begins with its subject"),
        (Channel.EMAIL, "Objet : {who}\n\nà bientôt", r"line 1: \{who\} is not known"),
        (Channel.EMAIL, "Objet : Visite\n\nBonjour,\n\nle {date}", r"fr/X\.txt, line 5: \{date\} is not known"),
        (Channel.EMAIL, "Objet : Visite\n\n", r"the text is empty"),
    ],
)
def test_a_wrong_text_is_refused_with_file_line_and_remedy(channel: Channel, content: str, said: str) -> None:
    with pytest.raises(WordingError, match=said):
        parse_wording(MessageKind.TECHNICIAN_VISIT, channel, "fr", content, "fr/X.txt")


def test_a_missing_text_and_one_too_many_are_refused_by_name(tmp_path: Path) -> None:
    for path in TEXTS.rglob("*.txt"):
        (tmp_path / path.parent.name).mkdir(exist_ok=True)
        (tmp_path / path.parent.name / path.name).write_bytes(path.read_bytes())
    (tmp_path / "en" / "REFUSED.sms.txt").rename(tmp_path / "en" / "REFUSAL.sms.txt")
    with pytest.raises(WordingError, match=r"en/REFUSAL\.sms\.txt: no message has this name"):
        read_wordings(tmp_path)
    (tmp_path / "en" / "REFUSAL.sms.txt").unlink()
    with pytest.raises(WordingError, match=r"en/REFUSED\.sms\.txt: this text is missing"):
        read_wordings(tmp_path)
