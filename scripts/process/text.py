"""How wide a text is, and how it is broken into lines: in DejaVu Sans, wider than most that stand for sans-serif."""

import re
from collections.abc import Mapping

_WIDTHS = {
    0.32: "'ijlîïIJ ,./:;\\|",
    0.42: "f-()[]t!r",
    0.56: '"*_`szcç?L',
    0.64: "FkvxyPTYaoàâô«»eéèêëESbdghnpquùûüÉ$0123456789{}",
    0.71: "KAVÀBRXZC",
    0.79: "UHNDG&OQ",
    0.87: "w#+<=>^~M",
}
_WIDTH_OF: Mapping[str, float] = {letter: width for width, letters in _WIDTHS.items() for letter in letters}
_WIDEST = 1.1


def width_of(text: str, size: float) -> float:
    """The width of a line in pixels, at most, for a font of ``size`` pixels."""
    return size * sum(_WIDTH_OF.get(letter, _WIDEST) for letter in text)


def lines_of(text: str, size: float, width: float) -> list[str]:
    """Break a text at its spaces into lines of ``width`` pixels at most; a line break never precedes « ? ».

    Raises
    ------
    ValueError
        When a word alone is wider.
    """
    lines: list[str] = []
    for word in re.split(r"\s+(?![?:;!](?:\s|$))", text):
        if width_of(word, size) > width:
            raise ValueError(f"{word!r} of {text!r} is wider than {width} px; give it a shorter name")
        if lines and width_of(f"{lines[-1]} {word}", size) <= width:
            lines[-1] = f"{lines[-1]} {word}"
        else:
            lines.append(word)
    return lines
