"""The words of both sites, in French and English: ``words.csv``."""

import csv
from pathlib import Path

from record.words import Language, Texts, Words


def _read() -> dict[str, dict[str, tuple[str, str]]]:
    """The texts by site, then by name."""
    found: dict[str, dict[str, tuple[str, str]]] = {}
    with Path(__file__).with_name("words.csv").open(encoding="utf-8", newline="") as file:
        for line in csv.DictReader(file):
            found.setdefault(line["site"], {})[line["name"]] = line["fr"], line["en"]
    return found


_TEXTS = _read()
CUSTOMER: Texts = _TEXTS["customer"]
DESK: Texts = {**_TEXTS["customer"], **_TEXTS["desk"]}
"""The desk names acts and channels as the customer's page does."""
API: Texts = {**DESK, **_TEXTS["api"]}
"""The API says what the pages say, and tells its problems."""


def words(language: Language, texts: Texts) -> Words:
    """The texts of a site with those that both have."""
    return Words(language, {**_TEXTS["common"], **texts})
