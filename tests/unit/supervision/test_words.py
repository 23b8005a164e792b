"""The words of the screens: each in both languages, and the process's names as business has them."""

import csv
import json
import re
from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from itertools import count
from pathlib import Path
from string import Formatter
from typing import Any

import pytest

from local.asl import RESTORATION, Machine
from record.codes import codes, decided, in_words
from record.domain.promises import Promise, Promised
from record.domain.tally import Count, total
from record.words import Language, Texts
from restoration import errors
from supervision import words
from supervision.process import state_names
from supervision.rule_tables import SPAN, WORD, cell_in_words, rule_tables, table_words
from supervision.supervise import SCREENS
from supervision.words import texts_of
from tests.fakes.limitations import registered
from tests.unit.supervision.drawing import days, screen, text_of
from tests.unit.supervision.made_case import cases
from tests.unit.supervision.memory import MemoryMeasures, MemoryRecord
from tests.unit.supervision.samples import SIGNATURE, a_slice, ended_case, open_case
from tests.unit.supervision.synthetic import NOW

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


LATE = [open_case(limitation_id=f"LIM-{place}", certain_at=NOW - timedelta(hours=30)) for place in range(2)]
TECHNICIAN = [open_case(promises=[Promise(Promised.TECHNICIAN, NOW, None)])]
CHECKS, LONG = Count(2, sums={"checked": 2}), total([Count.once(90_000_000)] * 2)
RETURNED: dict[str, Any] = dict.fromkeys(("enedis__RAISE_FLOOR", "enedis__CANCEL_LIMITATION"), Count.once(SGT200=1))
FLOOR = MemoryRecord([a_slice("FLOOR_RAISED", ended=Count.once(1))])
FLOORS = MemoryRecord([a_slice("FLOOR_RAISED", ended=total([Count.once(1)] * 2))])
WEEKS = MemoryRecord([a_slice("FAILED", ago=timedelta(days=8), ended=Count(4, sums={"failed": 4}))])
FAILURES = [a_slice("FAILED", ago=timedelta(hours=ago), failure__aaaa=Count(ago)) for ago in (2, 26)]
TWICE = MemoryRecord(FAILURES, kept_signatures={"aaaa": SIGNATURE})
WAY = {"way": "MayPowerComeBack>ReadPoint"}


@pytest.mark.parametrize(
    ("name", "record", "asked", "said"),
    [
        ("overview", FLOORS, {}, "1 paiement reçu"),
        ("overview", FLOORS, {"context": days(3, 2)}, "Aucun paiement reçu n'a été mesuré"),
        ("overview", MemoryRecord([a_slice("BALANCE_DUE", ended=CHECKS)]), {}, "2 vérifications sans paiement, à part"),
        ("overview", MemoryRecord([a_slice(ended=Count(1, sums={"checked": 1}))]), {}, "1 vérification sans paiement,"),
        ("overview", MemoryRecord(kept_open=TECHNICIAN), {}, "la visite d'un technicien"),
        ("overview", FLOOR, {}, "demande : un échéancier,2,0,1,1|toutes,3,1,1,1"),
        ("overview", FLOOR, {"context": days(9, 7)}, "toutes,2,1,1,0"),
        ("running", MemoryRecord(kept_open=LATE), {}, "2 ont dépassé leur délai."),
        ("durations", MemoryRecord([a_slice(ended=LONG, restored=LONG)]), {}, "2 sur 2 rétablis (100 %) l'ont été"),
        ("durations", FLOORS, {}, "Hors des deux, un autre ordre (plancher relevé, limitation annulée) : 2 dossier(s)"),
        ("incidents", FLOOR, {}, "Attendent depuis plus de 7 j, le délai annoncé à chacun, les plus"),
        ("rules", FLOOR, {"rule": "coverage_dispute"}, "Aucun des 0 derniers dossiers"),
        ("value", FLOOR, {}, "de moins que ce que le mois a coûté|Aucun client n'est revenu par un ordre"),
        ("enedis", MemoryRecord([a_slice(**RETURNED)]), {}, ">Plancher</th>|>Annulation</th>"),
        ("enedis", MemoryRecord([a_slice(**RETURNED)]), {"lang": "en"}, ">Floor</th>|>Cancellation</th>"),
        ("branches", FLOOR, {"against": "day", "context": days(7)}, "Aucun dossier à comparer : la période précédente"),
        ("overview", WEEKS, {"context": days(7)}, "Le trait indique <button|>la période précédente<"),
        ("overview", WEEKS, {"context": days(7), "wall": "1"}, "s, la période précédente : |<p>la période précédente"),
        ("incidents", TWICE, {"context": days(1 / 8)}, "Échecs sur la période : 2 ; la veille : 26|que la veille :"),
        ("branches", MemoryRecord(kept_ended=[ended_case()] * 5000), WAY, "Cherchés parmi les 5 000 derniers dossiers"),
        ("branches", FLOOR, {"state": "DecideCoverage", "lang": "en"}, ">Rules</dt>"),
        ("case", FLOOR, {"key": "LIM-000003", "lang": "en"}, "<td>order</td>|<td>message</td>|<td>act</td>"),
    ],
    ids=count(),
)
def test_what_is_seldom_so_is_said(name: str, record: MemoryRecord, asked: Mapping[str, Any], said: str) -> None:
    payments = MemoryMeasures({("demo", "PaymentReceivedEvents"): [(NOW - timedelta(days=2), 1.0), (NOW, 1.0)]})
    late, kept, runs = NOW - timedelta(hours=1), Promise(Promised.REVIEW, NOW, NOW), Promise(Promised.PLAN, NOW, None)
    asked_for = [kept, replace(runs, ended=NOW, due=late), runs]
    more = {"cases": cases(), "left": lambda: [registered(1, left_since=NOW - timedelta(days=8))]}
    more |= {"promised": lambda *_: asked_for}
    html = text_of(screen(name, record, payments, sources=more, **asked))
    assert [each for each in said.split("|") if each not in html] == []


def test_decision_is_said_in_words_amounts_and_days() -> None:
    value = {"outcome": "BALANCE_DUE", "reason": "DEBT_NOT_COVERED", "balance": Decimal("120.00"), "basis": "NONE"}
    assert decided("coverage", value, Language.FRENCH) == (
        "Couverture de la dette : reste à payer, dette non couverte, reste à payer 120,00 €"
    )
    assert decided("paymentCertainty", {"pendingAmount": 0}, Language.FRENCH) == "Argent certain : rien"
    awaits = {"outcome": "AWAIT_CLEARING", "reason": "PAYMENT_PENDING", "until": "2026-05-11"}
    assert decided("coverage", awaits, Language.ENGLISH) == (
        "Coverage of the debt: await clearing, payment pending, until 11 May 2026"
    )
    assert in_words("ended RESTORED POWER_IS_ON NEW_CODE", Language.ENGLISH).endswith("power at the point NEW_CODE")
