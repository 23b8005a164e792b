"""The words of the screens: each in both languages, and the process's names as business has them."""

import csv
import json
import re
from decimal import Decimal
from pathlib import Path
from string import Formatter

import pytest

from local.asl import RESTORATION, Machine
from record.codes import codes, decided, in_words
from record.words import Language, Texts
from restoration import errors
from supervision import words
from supervision.process import state_names
from supervision.rule_tables import SPAN, WORD, cell_in_words, rule_tables, table_words
from supervision.supervise import SCREENS
from supervision.words import texts_of

TABLES = {"codes": codes(), "states": state_names(), **{each: texts_of(each) for each in ("", *SCREENS)}}


def fields(text: str) -> set[str]:
    return {name for _, name, _, _ in Formatter().parse(text) if name}


@pytest.mark.parametrize("texts", TABLES.values(), ids=TABLES)
def test_each_text_is_in_both_languages_with_the_same_fields(texts: Texts) -> None:
    for name, (french, english) in texts.items():
        assert french, name
        assert english, name
        assert fields(french) == fields(english), name


def test_each_word_has_one_line_and_is_of_a_screen() -> None:
    with Path(str(words.__file__)).with_suffix(".csv").open(encoding="utf-8") as file:
        lines = [*csv.DictReader(file)]
    assert {each["screen"] for each in lines} == {"", *SCREENS}
    assert len({(each["screen"], each["name"]) for each in lines}) == len(lines)


def test_each_title_column_and_value_of_a_table_has_words_in_both_languages() -> None:
    """English screens had French titles and columns, and both bare codes and FEEL: WHOLE, businessDate, >= 2.

    What business publishes later is shown as it stands, until somebody gives it English: a publication breaks no test.
    """
    tables = [(file, table) for file in rule_tables() if file.since is None for table in file.tables]
    told = {text for file, table in tables for text in (file.title, file.about, table.title)}
    cells = [each for _, table in tables for rule in table.rules for each in (*rule.conditions, *rule.results)]
    told |= {label for label, _ in cells} | {
        it.strip('"') for _, cell in cells for it in WORD.findall(SPAN.sub("", cell))
    }
    assert {each for each in told if not table_words().keys() & {each, each.upper()}} == set()
    assert {each for each in table_words() if each not in {*told, *codes()}} == set(), "no table has them any more"
    for language in Language:
        shown = " ".join(cell_in_words(cell, language) for _, cell in cells)
        assert re.findall(r'"|[<>]=|\]\d|\.\.|\b[a-z]{3,}[A-Z]|[A-Z]+_[A-Z]+', shown) == []


def test_each_end_of_the_process_and_each_error_of_ours_has_words() -> None:
    ours = (each for each in vars(errors).values() if isinstance(each, type))
    wrong = {each.__name__ for each in ours if issubclass(each, errors.RestorationError) and not each.__subclasses__()}
    ends = set(re.findall(r'"(?:outcome|reason)": "([A-Z_]+)"', json.dumps(Machine.read(RESTORATION).document)))
    assert wrong | ends <= set(codes())


def test_decision_is_said_in_words_amounts_and_days() -> None:
    value = {"outcome": "BALANCE_DUE", "reason": "DEBT_NOT_COVERED", "balance": Decimal("120.00"), "basis": "NONE"}
    assert decided("coverage", value, Language.FRENCH) == (
        "Couverture de la dette : reste à payer, dette non couverte, reste à payer 120,00\xa0€"
    )
    assert decided("paymentCertainty", {"pendingAmount": 0}, Language.FRENCH) == "Argent certain : rien"
    awaits = {"outcome": "AWAIT_CLEARING", "reason": "PAYMENT_PENDING", "until": "2026-05-11"}
    assert decided("coverage", awaits, Language.ENGLISH) == (
        "Coverage of the debt: await clearing, payment pending, until 11 May 2026"
    )
    assert in_words("ended RESTORED POWER_IS_ON NEW_CODE", Language.ENGLISH).endswith("power at the point NEW_CODE")
