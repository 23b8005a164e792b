"""What customers read."""

import re
from datetime import date
from decimal import Decimal

import pytest

from restoration.message import MessageKind, Text, text_of
from restoration.point import Visit

VISIT = Visit(date(2026, 5, 7), "08:00-12:00")


def written(kind: MessageKind) -> Text:
    return text_of(kind, balance=Decimal("12.5"), floor_kva=Decimal(3), visit=VISIT)


@pytest.mark.parametrize("kind", MessageKind)
def test_every_kind_has_a_subject_and_a_text_without_gaps(kind: MessageKind) -> None:
    text = written(kind)
    assert text.subject
    assert text.body.startswith("Bonjour")
    assert not re.search(r"[{}]|None|null", text.body)


@pytest.mark.parametrize("kind", [kind for kind in MessageKind if kind is not MessageKind.POWER_RESTORED])
def test_only_restored_power_is_called_restored(kind: MessageKind) -> None:
    assert "est rétablie" not in written(kind).body


@pytest.mark.parametrize(
    ("balance", "said"),
    [("12.50", "12,50 €"), ("12.5", "12,50 €"), ("12", "12,00 €"), ("0.07", "0,07 €"), ("1234.5", "1234,50 €")],
)
def test_a_balance_is_said_in_euro_and_cents_however_json_wrote_the_number(balance: str, said: str) -> None:
    assert said in text_of(MessageKind.BALANCE_DUE, balance=Decimal(balance)).body


def test_a_balance_message_without_its_balance_is_not_written() -> None:
    with pytest.raises(ValueError, match="balance"):
        text_of(MessageKind.BALANCE_DUE, balance=None)


def test_a_floor_message_without_its_floor_is_not_written() -> None:
    with pytest.raises(ValueError, match="floor"):
        text_of(MessageKind.FLOOR_RAISED, floor_kva=None)


def test_a_raised_floor_is_said_in_kva() -> None:
    assert "3 kVA" in text_of(MessageKind.FLOOR_RAISED, floor_kva=Decimal(3)).body


@pytest.mark.parametrize(
    ("visit", "said"),
    [(VISIT, "passera le 07/05/2026 (08:00-12:00) pour"), (Visit(date(2026, 12, 1)), "passera le 01/12/2026 pour")],
)
def test_a_visit_is_said_by_its_day_and_enedis_own_words_for_the_hours(visit: Visit, said: str) -> None:
    assert said in text_of(MessageKind.TECHNICIAN_VISIT, visit=visit).body


def test_a_visit_message_without_its_day_is_not_written() -> None:
    with pytest.raises(ValueError, match="visit"):
        text_of(MessageKind.TECHNICIAN_VISIT)


@pytest.mark.parametrize("kind", MessageKind)
def test_a_text_fits_into_few_short_messages(kind: MessageKind) -> None:
    assert len(written(kind).body) <= 4 * 67  # UCS-2 parts, because of the accents
