"""The languages of what people read, and tables of texts in both.

Each screen has a table of its own: a name, then the French and the English text. A test sees to it that none is empty,
and that each text has the same fields in both languages.
"""

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path


class Language(StrEnum):
    """The languages that people read."""

    FRENCH = "fr"
    ENGLISH = "en"


class Said(Exception):
    """Base of errors whose text people read: in English, as engineers do, and in French, as screens show it."""

    def __init__(self, text: str, french: str = "") -> None:
        super().__init__(text)
        self.french = french or text

    def said(self, language: Language) -> str:
        """The text in a language."""
        return self.french if language is Language.FRENCH else str(self)


Texts = Mapping[str, tuple[str, str]]


@cache
def texts_in(file: Path, whose: str) -> Texts:
    """The texts of a screen or a site, by name, from a file whose first column says whose each is; empty: of all.

    One's own text comes before the same one of all.
    """
    with file.open(encoding="utf-8", newline="") as lines:
        texts = [line for line in csv.reader(lines) if line[0] in {"", whose}]
    return {name: (french, english) for _, name, french, english in sorted(texts, key=lambda text: bool(text[0]))}


@dataclass(frozen=True, slots=True)
class Words:
    """The texts of a screen in one language."""

    language: Language
    texts: Texts

    def __call__(self, name: str, /, **fields: object) -> str:
        """A text by its name, with its fields filled in."""
        french, english = self.texts[name]
        text = french if self.language is Language.FRENCH else english
        return text.format(**fields) if fields else text

    def counted(self, name: str, count: int, text: str, /, **fields: object) -> str:
        """A text on a number: ``<name>_one`` where the language has the singular for it, which French has for 0, too.

        Parameters
        ----------
        text
            The number as it is written, which the text calls ``count``.
        """
        is_one = count < 2 if self.language is Language.FRENCH else count == 1  # noqa: PLR2004 - the plural's number
        return self(f"{name}_one" if is_one else name, count=text, **fields)

    def either(self, name: str, default: str) -> str:
        """A text by its name; the default where there is none, as for an outcome that a newer machine has."""
        return self(name) if name in self.texts else default
