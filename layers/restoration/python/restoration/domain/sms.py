"""The length of a text as an SMS: its alphabet (GSM 03.38, else UCS-2) and its parts.

Written here, since no well-kept library does it: ``smsutil`` splits, and had its last release in 2020; ``gsm0338`` is
kept, and is a codec without parts.
"""

import unicodedata
from dataclasses import dataclass

BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
"""GSM 03.38's alphabet: one septet each."""
EXTENSION = frozenset("\f^{}\\[~]|€")
"""Its extension table: an escape and a septet, which stay in one part."""

ONE_PART, EACH_PART = 160, 153
UCS2_ONE_PART, UCS2_EACH_PART = 70, 67
"""In septets, and in units of 16 bits. A text of several parts gives seven septets of each to their numbers."""

_INSTEAD = str.maketrans({
    "\N{RIGHT SINGLE QUOTATION MARK}": "'",
    "\N{LEFT SINGLE QUOTATION MARK}": "'",
    "\N{LEFT DOUBLE QUOTATION MARK}": '"',
    "\N{RIGHT DOUBLE QUOTATION MARK}": '"',
    "«": '"',
    "»": '"',
    "\N{EN DASH}": "-",
    "\N{EM DASH}": "-",
    "\N{NON-BREAKING HYPHEN}": "-",
    "\N{NO-BREAK SPACE}": " ",
    "\N{NARROW NO-BREAK SPACE}": " ",
    "…": "...",
    "œ": "oe",
    "Œ": "OE",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class SmsLength:
    """The length of a text in its alphabet's units, and in parts."""

    alphabet: str
    units: int
    parts: int


def fold(text: str) -> str:
    """Replace letters that the SMS alphabet lacks by plain ones: ``reçu`` leaves as ``recu``.

    One letter outside of the alphabet would more than halve the room in a part. A letter without a plain one stays.
    """
    return "".join(_folded(character) for character in text.translate(_INSTEAD))


def _folded(character: str) -> str:
    if character in BASIC or character in EXTENSION:
        return character
    plain = "".join(each for each in unicodedata.normalize("NFKD", character) if not unicodedata.combining(each))
    return plain if plain and all(each in BASIC for each in plain) else character


def length_of(text: str) -> SmsLength:
    """The length of a text, in septets of GSM 03.38 if that alphabet has all its letters, else in UCS-2."""
    if all(character in BASIC or character in EXTENSION for character in text):
        widths = [1 if character in BASIC else 2 for character in text]
        return _measured("GSM-7", widths, ONE_PART, EACH_PART)
    widths = [len(character.encode("utf-16-be")) // 2 for character in text]
    return _measured("UCS-2", widths, UCS2_ONE_PART, UCS2_EACH_PART)


def _measured(alphabet: str, widths: list[int], one: int, each: int) -> SmsLength:
    units = sum(widths)
    if units <= one:
        return SmsLength(alphabet, units, 1)
    parts, room = 1, each
    for width in widths:
        if width > room:  # a pair is not torn apart: the rest of the part stays empty
            parts, room = parts + 1, each
        room -= width
    return SmsLength(alphabet, units, parts)
