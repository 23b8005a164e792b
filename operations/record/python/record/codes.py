"""What people read for the codes of the rules, of Enedis, of events and of errors: ``codes.csv``, in two languages.

A code without a line stays as it is, so that one of tomorrow is shown and not hidden. A test compares the lines with
the decision tables.
"""

import csv
import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from record.formats import day_of, decimal
from record.words import Language, Texts
from restoration.clock import from_text
from restoration.domain.french import euro_in

_CODE = re.compile(r"\b[A-Z][A-Za-z0-9]*(?:_[A-Z0-9]+)*\b")
_MAIN = ("outcome", "action", "next", "measure", "channel", "class", "first")
_DAY = re.compile(r"\d{4}-\d\d-\d\d")


@cache
def codes() -> Texts:
    """Each code with its French and its English words."""
    with Path(__file__).with_name("codes.csv").open(encoding="utf-8", newline="") as file:
        return {line["code"]: (line["fr"], line["en"]) for line in csv.DictReader(file)}


def said_of(code: str, language: Language) -> str:
    """The words of a code; the code where it has none."""
    return codes().get(code, (code, code))[language is Language.ENGLISH]


def in_words(text: str, language: Language) -> str:
    """A text with the words of the codes in it."""
    return _CODE.sub(lambda found: said_of(found[0], language), text)


def decided(decision: str, value: Any, language: Language) -> str:
    """What a decision gave, in a sentence: what follows, why, and the amounts and days that belong to it."""
    colon = " : " if language is Language.FRENCH else ": "
    return f"{said_of(decision, language).capitalize()}{colon}{result_of(value, language)}"


def result_of(value: Any, language: Language) -> str:
    """What a decision gave, without its name."""
    told = _told(value, language) if isinstance(value, Mapping) else [said_of(str(value), language)]
    return ", ".join(told) or ("rien" if language is Language.FRENCH else "nothing")


def _told(value: Mapping[str, Any], language: Language) -> list[str]:
    names = [name for name in (*_MAIN, "reason") if value.get(name)]
    told = [said_of(str(value[name]), language) for name in names]
    return told + [
        f"{said_of(name, language)} {_amount(name, each, language)}"
        for name, each in value.items()
        if name in codes() and name not in names and each
    ]


def _amount(name: str, value: Any, language: Language) -> str:
    if isinstance(value, str) and _DAY.match(value):
        return day_of(from_text(value) if "T" in value else from_text(f"{value[:10]}T12:00:00Z"), language)
    if name in {"floorKva", "workingDays"}:
        return decimal(str(value), language)
    return euro_in(str(value), language)
