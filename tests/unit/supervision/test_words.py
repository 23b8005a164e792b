"""The words of the screens: each in both languages, and the process's names as business has them."""

from importlib import import_module
from pkgutil import walk_packages
from string import Formatter

import pytest

from record.words import Texts
from restoration.domain.payment import PaymentMeans
from supervision import screens, words
from supervision.process import state_names
from supervision.words import COMMON, MEANS, OUTCOMES, PARTIES, STAGES

TABLES = {
    "COMMON": COMMON,
    "MEANS": MEANS,
    "OUTCOMES": OUTCOMES,
    "PARTIES": PARTIES,
    "STAGES": STAGES,
}
MODULES = [import_module(each.name) for each in walk_packages(screens.__path__, f"{screens.__name__}.")]
NAMED = {"states": state_names()}
SCREENS = {module.__name__: module.TEXTS for module in MODULES if hasattr(module, "TEXTS")}


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("texts", (TABLES | SCREENS | NAMED).values(), ids=TABLES | SCREENS | NAMED)
def test_each_text_is_in_both_languages_with_the_same_fields(texts: Texts) -> None:
    for name, (french, english) in texts.items():
        assert french, name
        assert english, name
        assert fields(french) == fields(english), name


def test_every_table_of_words_is_looked_at() -> None:
    assert {name for name, value in vars(words).items() if name.isupper() and isinstance(value, dict)} == set(TABLES)


def test_each_means_of_payment_has_a_name() -> None:
    assert set(MEANS) == set(PaymentMeans)
