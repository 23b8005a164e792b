"""The words of the screens: each in both languages, and the process's names as business has them."""

import json
import re
from decimal import Decimal
from importlib import import_module
from pkgutil import walk_packages
from string import Formatter

import pytest

from local.asl import RESTORATION, Machine
from record.codes import codes, decided, in_words
from record.words import Language, Texts
from restoration import errors
from supervision import screens, words
from supervision.process import state_names
from supervision.rule_tables import rule_tables
from supervision.words import COMMON, OUTCOMES, PARTIES, STAGES

_SHOWN = {"Action", "Issue", "Suite", "Mesure", "Motif", "Canal"}
"""The columns of which a case shows the value."""
TABLES = {"COMMON": COMMON, "codes": codes(), "OUTCOMES": OUTCOMES, "PARTIES": PARTIES, "STAGES": STAGES}
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
    named = {name for name, value in vars(words).items() if name.isupper() and isinstance(value, dict)}
    assert named == set(TABLES) - {"codes"}


def test_each_value_that_a_table_or_the_process_gives_and_each_error_of_ours_has_words() -> None:
    """French screens showed ``coverage: outcome : BALANCE_DUE``, and English ones French annotations."""
    cells = [cell for file in rule_tables() for table in file.tables for rule in table.rules for cell in rule.results]
    given = {code for label, cell in cells if label in _SHOWN for code in re.findall(r'"([A-Z][A-Z0-9_]+)"', cell)}
    ours = (each for each in vars(errors).values() if isinstance(each, type))
    wrong = {each.__name__ for each in ours if issubclass(each, errors.RestorationError) and not each.__subclasses__()}
    ends = set(re.findall(r'"(?:outcome|reason)": "([A-Z_]+)"', json.dumps(Machine.read(RESTORATION).document)))
    assert given | wrong | ends <= set(codes())


def test_decision_is_said_in_words_amounts_and_days() -> None:
    value = {"outcome": "BALANCE_DUE", "reason": "DEBT_NOT_COVERED", "balance": Decimal("120.00"), "basis": "NONE"}
    assert decided("coverage", value, Language.FRENCH) == (
        "Couverture de la dette : reste à payer, dette non couverte, reste à payer 120,00 €"
    )
    assert decided("paymentCertainty", {"pendingAmount": 0}, Language.FRENCH) == "Argent certain : rien"
    awaits = {"outcome": "AWAIT_CLEARING", "reason": "PAYMENT_PENDING", "until": "2026-05-11"}
    assert decided("coverage", awaits, Language.ENGLISH) == (
        "Coverage of the debt: await clearing, payment pending, until 11/05/2026"
    )
    assert in_words("ended RESTORED POWER_IS_ON NEW_CODE", Language.ENGLISH).endswith("power at the point NEW_CODE")
