"""The length of a text as an SMS; French leaves in the short alphabet."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from restoration.domain.sms import BASIC, EXTENSION, SmsLength, fold, length_of


@pytest.mark.parametrize(
    ("text", "length"),
    [
        ("", SmsLength("GSM-7", 0, 1)),
        ("a" * 160, SmsLength("GSM-7", 160, 1)),
        ("a" * 161, SmsLength("GSM-7", 161, 2)),
        ("a" * 306, SmsLength("GSM-7", 306, 2)),
        ("a" * 307, SmsLength("GSM-7", 307, 3)),
        ("é" * 160, SmsLength("GSM-7", 160, 1)),
        ("€" * 80, SmsLength("GSM-7", 160, 1)),
        ("€" * 81, SmsLength("GSM-7", 162, 2)),
        # 153 septets are 76 pairs and one that stays empty: the 153rd pair begins a third part.
        ("€" * 152, SmsLength("GSM-7", 304, 2)),
        ("€" * 153, SmsLength("GSM-7", 306, 3)),
        ("ê" * 70, SmsLength("UCS-2", 70, 1)),
        ("ê" * 71, SmsLength("UCS-2", 71, 2)),
        ("ê" * 134, SmsLength("UCS-2", 134, 2)),
        ("ê" * 135, SmsLength("UCS-2", 135, 3)),
        ("\N{ELECTRIC LIGHT BULB}" * 35, SmsLength("UCS-2", 70, 1)),
        ("\N{ELECTRIC LIGHT BULB}" * 36, SmsLength("UCS-2", 72, 2)),
        # 67 units are 33 pairs and one that stays empty.
        ("\N{ELECTRIC LIGHT BULB}" * 66, SmsLength("UCS-2", 132, 2)),
        ("\N{ELECTRIC LIGHT BULB}" * 67, SmsLength("UCS-2", 134, 3)),
    ],
)
def test_a_text_has_as_many_parts_as_the_standard_says(text: str, length: SmsLength) -> None:
    assert length_of(text) == length


def test_the_alphabet_has_127_characters_and_ten_more_behind_the_escape() -> None:
    assert (len(BASIC), len(EXTENSION)) == (127, 10)


@pytest.mark.parametrize(
    ("written", "leaves"),
    [
        ("paiement reçu pendant la trêve", "paiement recu pendant la treve"),
        ("rétablie à l'Île, où Éric est né", "rétablie à l'Ile, où Éric est né"),
        ("« l\N{RIGHT SINGLE QUOTATION MARK}œuvre »", '" l\'oeuvre "'),
        ("\N{LEFT SINGLE QUOTATION MARK}Œ\N{LEFT DOUBLE QUOTATION MARK}\N{RIGHT DOUBLE QUOTATION MARK}", '\'OE""'),
        ("\N{EM DASH}\N{NON-BREAKING HYPHEN}", "--"),
        ("là\N{NO-BREAK SPACE}: 12\N{NARROW NO-BREAK SPACE}€", "là : 12 €"),
        ("à 8 h \N{EN DASH} 12 h…", "à 8 h - 12 h..."),
        ("\N{ELECTRIC LIGHT BULB}", "\N{ELECTRIC LIGHT BULB}"),
    ],
)
def test_french_leaves_in_the_short_alphabet(written: str, leaves: str) -> None:
    assert fold(written) == leaves


@given(st.text(st.characters(max_codepoint=0x024F, exclude_categories=("Cc", "Cs")), max_size=40))
def test_a_folded_text_stays_as_it_is_when_folded_again(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text(max_size=400), st.text(max_size=100))
def test_a_longer_text_never_has_fewer_parts(text: str, more: str) -> None:
    assert length_of(text).parts <= length_of(text + more).parts
