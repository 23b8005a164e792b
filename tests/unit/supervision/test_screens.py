"""What single screens draw for whom: Parcours, Dossier, En cours, Règles, Valeur."""

import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from html import unescape
from typing import Any
from unittest.mock import patch

import pytest

from record.domain.course import Course
from record.domain.course_event import End
from record.domain.promises import TERMS
from record.domain.record import OpenCase, Stage
from record.domain.service_level import CaseKind
from record.domain.tally import Count
from supervision.figures.branches import flow_of, strangers
from supervision.figures.customers import due_of
from supervision.figures.rules import FileUse, counted, searched, unknown
from supervision.process import process
from supervision.rule_tables import in_force
from supervision.screens import rules
from supervision.words import texts_of
from tests.unit.supervision.drawing import screen, text_of
from tests.unit.supervision.made_case import ARN, FIRST, MemoryCases, decided_coverage, dossier, execution
from tests.unit.supervision.memory import MemoryRecord
from tests.unit.supervision.samples import a_slice, open_case
from tests.unit.supervision.synthetic import NOW, PUBLISHED, synthetic

# ── Parcours: what a reader finds in it by eye, by ear and by keyboard ──


HOUR = timedelta(hours=1)
RECORD = synthetic(900, days=3, running=40)


def draw(record: MemoryRecord = RECORD, **asked: Any) -> str:
    """The page, as its reader sees it."""
    return unescape(screen("branches", record, context={"width": 1280}, **{"section": "all", **asked}))


def test_stop_whose_signature_is_not_known_is_not_lost() -> None:
    found = flow_of([a_slice("FAILED", failure__abc=Count(3))], {})
    assert found.stops == {"": 3}
    assert strangers(found, {}, process())[0] == [""]


@pytest.mark.parametrize(("hours", "is_young"), [(47, True), (48, False)])
def test_version_is_young_for_two_days(hours: int, *, is_young: bool) -> None:
    versions = [NOW - ago * HOUR for ago in (102, 101, 100, 99, hours)]
    slices = [
        a_slice(version=version.isoformat(), ago=ago * HOUR, ended=Count(100), state__ReadPoint=Count(50))
        for version, ago in zip(versions[-2:], (hours, 1), strict=True)
    ]
    page = draw(MemoryRecord(kept_slices=slices, kept_versions=versions), against=versions[-1].isoformat())
    assert [each.isoformat() in page for each in versions] == [False, False, True, True, True]
    assert ("Comparés à 100 dossiers" in page, texts_of("branches")["young"][0] in page) == (True, is_young)


# ── Dossier ──


def drawn(only: Course) -> str:
    """The screen of a case that one execution has."""
    case = replace(dossier(), item={"status": "LIMITED", "holder": ARN + FIRST}, executions=[only])
    return text_of(screen("case", MemoryRecord(), sources={"cases": MemoryCases({"LIM-1": [case]})}, key="LIM-1"))


@pytest.mark.parametrize(
    ("seconds", "moments"),
    [
        (0, ["10:58:04"]),
        (40, ["10:58:05", "10:58:10"]),
        (1200, ["11:00", "11:05"]),
        (172_800, ["12:00", "18:00"]),
        (172_801, ["26/11", "27/11"]),
    ],
)
def test_moments_below_a_case_are_as_fine_as_it_is_short(seconds: int, moments: list[str]) -> None:
    html = drawn(execution(FIRST, [(0, "TakeCharge")], "PaymentReceived|PAY-1", seconds, error="Odd"))
    assert re.findall(r'text-anchor="(?:middle|end)">([\d:/]+)</text>', html)[:2] == moments


def test_what_happened_is_told_without_codes_and_the_cause_stands_behind_a_word() -> None:
    """A state of one word, an id with a dot, and a partner's English stood in the sentence."""
    states = [(0, "Begin"), (1, "TakeCharge"), (2, "CheckPayment")]
    html = drawn(execution(FIRST, states, "PaymentReceived|PAY-000006-0.3:CAPTURED", 9, error="Odd", cause="a: b"))
    assert "commence : paiement reçu PAY-000006-0.3 " in html
    assert ": Commencer, Prendre en charge</title>" in html
    assert "incident: en échec : Odd</title>" in html
    assert "…03285715 en échec : Odd\r\n" in html, "a CSV has what is shown"


def test_execution_that_failed_before_any_state_has_none() -> None:
    assert "« ? »" in drawn(Course.of(ARN + FIRST, [], [End(0, "FAILED", 0, 1, error="Odd")]))


# ── En cours: for whom cases wait and for how long ──


CASE = open_case()


def running(cases: Sequence[OpenCase], **asked: Any) -> str:
    return screen("running", MemoryRecord(kept_open=cases), **asked)


def test_deadline_is_that_of_the_kind_of_order() -> None:
    """A technician has five working days; the time left was that of a remote order."""
    tuesday = replace(CASE, certain_at=NOW - timedelta(hours=30))
    assert due_of(CASE, TERMS) == NOW + timedelta(hours=22)
    assert due_of(tuesday, TERMS) == NOW - timedelta(hours=6)
    assert due_of(replace(tuesday, kind=CaseKind.TECHNICIAN), TERMS) == datetime(2026, 12, 1, 20, tzinfo=UTC)
    assert due_of(replace(CASE, certain_at=None), TERMS) is None
    assert due_of(replace(CASE, stage=Stage.RESTORED), TERMS) is None


def test_deadline_is_that_of_the_stack() -> None:
    text = text_of(running([CASE], sources={"terms": replace(TERMS, remote=timedelta(hours=1))}))
    assert "dépassé de 60 min" in text


@pytest.mark.parametrize("name", ["overview", "wall", "running", "branches", "incidents"])
def test_screen_says_when_it_has_read_as_many_cases_as_it_may(name: str) -> None:
    drawn, wall = ("overview", "1") if name == "wall" else (name, "")
    records = [MemoryRecord(kept_open=[CASE] * read) for read in (50_000, 49_999)]
    texts = [text_of(screen(drawn, each, wall=wall)) for each in records]
    told = "Seuls les 50 000 dossiers en cours les plus anciens sont lus"
    assert [told in each for each in texts] == [True, False]


# ── Règles ──


COVERAGE = next(each for each in PUBLISHED if each.file == "coverage")


def ruled(record: MemoryRecord, cases: MemoryCases | None = None, **asked: Any) -> str:
    with patch.object(rules, "rule_tables", lambda: PUBLISHED):
        return text_of(screen("rules", record, sources={"cases": cases}, **asked))


def test_matches_of_a_former_version_stand_beside_and_not_among_those_of_the_present_one() -> None:
    former = replace(COVERAGE, version="0123456789ab")
    sums = {"0123456789ab#coverage_debt_covered": 3, f"{COVERAGE.version}#coverage_debt_covered": 2}
    use = FileUse(COVERAGE, counted([a_slice(rule__ruling=Count(5, sums=sums))]))
    assert use.matched(*use.tables[0].rules) == 2
    assert use.elsewhere([former, COVERAGE]) == {"0123456789ab": 3}


def test_matches_of_a_version_that_nobody_published_are_told() -> None:
    record = MemoryRecord([a_slice(rule__ruling=Count(4, sums={"ffff#coverage_debt_covered": 4}))])
    assert unknown(counted(record.kept_slices), PUBLISHED) == 4
    assert "Applications d'une version que personne n'a publiée : 4." in ruled(record)


def test_the_version_that_counts_is_the_last_one_that_has_begun() -> None:
    later = replace(COVERAGE, version="later", since=date(2027, 1, 1))
    assert [each.version for each in in_force([COVERAGE, later], date(2026, 12, 31))] == [COVERAGE.version]
    assert [each.version for each in in_force([COVERAGE, later], date(2027, 1, 1))] == ["later"]


def test_filter_that_counts_cannot_tell_searches_single_cases_and_says_so() -> None:
    record = synthetic(400, days=1)
    html = ruled(record, filter="means=CARD", table="coverage")
    cards = [each for each in record.kept_ended if "CARD" in each.means and NOW - each.ended_at <= timedelta(days=1)]
    matched = sum("ruling#coverage_not_covered" in each.rules for each in cards)
    assert searched(cards, PUBLISHED).rules[COVERAGE.version, "coverage_not_covered"] == matched > 0
    assert "derniers dossiers seulement" in html
    assert f">{matched}</td>" in html


def test_case_twelve_euro_forty_short_shows_what_would_have_restored_it() -> None:
    record = synthetic(400, days=1)
    case = next(each for each in record.kept_ended if "ruling#coverage_not_covered" in each.rules)
    due = {"outcome": "BALANCE_DUE", "reason": "DEBT_NOT_COVERED", "balance": Decimal("12.4"), "residual": 12.4}
    before, later = (case.ended_at + timedelta(seconds=each) for each in (-1, 1))
    record.kept_ended = [case]
    restored = decided_coverage(COVERAGE.version, {"outcome": "RESTORE"}, later)
    kept = MemoryCases(decided=[decided_coverage(COVERAGE.version, due, before), restored])
    html = ruled(record, kept, rule="coverage_not_covered")
    assert "12,40 € de plus, par carte par exemple, auraient rétabli la puissance" in html
    assert f"ops explain {case.limitation_id} --long" in html
    waits: list[dict[str, Any]] = [{"outcome": "AWAIT_CLEARING"}, {**due, "balance": Decimal("2.4")}]
    for value, said in zip(waits, ("Le même montant par carte", "2,40 € de plus auraient rétabli"), strict=True):
        known = MemoryCases(decided=[decided_coverage(COVERAGE.version, value, before)])
        assert said in ruled(record, known, rule="coverage_not_covered")
    other = MemoryCases(decided=[decided_coverage("another", due, before)])
    assert "auraient rétabli" not in ruled(record, other, rule="coverage_not_covered")
