from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any
from unittest.mock import patch

from record.domain.tally import Count
from supervision.figures.rules import FileUse, counted, searched, unknown
from supervision.rule_tables import in_force
from supervision.screens import rules
from tests.unit.supervision import drawing
from tests.unit.supervision.drawing import text_of
from tests.unit.supervision.made_case import MemoryCases, decided_coverage
from tests.unit.supervision.memory import MemoryRecord
from tests.unit.supervision.samples import a_slice
from tests.unit.supervision.synthetic import NOW, PUBLISHED, synthetic

COVERAGE = next(each for each in PUBLISHED if each.file == "coverage")


def screen(record: MemoryRecord, cases: MemoryCases | None = None, **asked: Any) -> str:
    with patch.object(rules, "rule_tables", lambda: PUBLISHED):
        return text_of(drawing.screen("rules", record, sources={"cases": cases}, **asked))


def test_matches_of_a_former_version_stand_beside_and_not_among_those_of_the_present_one() -> None:
    former = replace(COVERAGE, version="0123456789ab")
    sums = {"0123456789ab#coverage_debt_covered": 3, f"{COVERAGE.version}#coverage_debt_covered": 2}
    use = FileUse(COVERAGE, counted([a_slice(rule__ruling=Count(5, sums=sums))]))
    assert use.matched(*use.tables[0].rules) == 2
    assert use.elsewhere([former, COVERAGE]) == {"0123456789ab": 3}


def test_matches_of_a_version_that_nobody_published_are_told() -> None:
    record = MemoryRecord([a_slice(rule__ruling=Count(4, sums={"ffff#coverage_debt_covered": 4}))])
    assert unknown(counted(record.kept_slices), PUBLISHED) == 4
    assert "4 application(s) viennent d'une version que personne n'a publiée" in screen(record)


def test_the_version_that_counts_is_the_last_one_that_has_begun() -> None:
    later = replace(COVERAGE, version="later", since=date(2027, 1, 1))
    assert [each.version for each in in_force([COVERAGE, later], date(2026, 12, 31))] == [COVERAGE.version]
    assert [each.version for each in in_force([COVERAGE, later], date(2027, 1, 1))] == ["later"]


def test_filter_that_counts_cannot_tell_searches_single_cases_and_says_so() -> None:
    record = synthetic(400, days=1)
    html = screen(record, filter="means=CARD", table="coverage")
    cards = [each for each in record.kept_ended if "CARD" in each.means and NOW - each.ended_at <= timedelta(days=1)]
    matched = sum("ruling#coverage_not_covered" in each.rules for each in cards)
    assert searched(cards, PUBLISHED).rules[COVERAGE.version, "coverage_not_covered"] == matched > 0
    assert "derniers dossiers seulement" in html
    assert f">{matched}</td>" in html


def test_rules_of_messages_which_no_case_counts_are_not_said_to_be_unused() -> None:
    html = screen(synthetic(400, days=1), table="notification")
    assert "Ces règles ne sont pas comptées" in html
    assert ">jamais</td>" not in html
    assert "notification_nowhere" in html


def test_case_twelve_euro_forty_short_shows_what_would_have_restored_it() -> None:
    record = synthetic(400, days=1)
    case = next(each for each in record.kept_ended if "ruling#coverage_not_covered" in each.rules)
    due = {"outcome": "BALANCE_DUE", "reason": "DEBT_NOT_COVERED", "balance": Decimal("12.4"), "residual": 12.4}
    before, later = (case.ended_at + timedelta(seconds=each) for each in (-1, 1))
    record.kept_ended = [case]
    restored = decided_coverage(COVERAGE.version, {"outcome": "RESTORE"}, later)
    kept = MemoryCases(decided=[decided_coverage(COVERAGE.version, due, before), restored])
    html = screen(record, kept, rule="coverage_not_covered")
    assert "12,40 € de plus, par carte par exemple, auraient rétabli la puissance" in html
    assert f"ops explain {case.limitation_id} --long" in html
    waits: list[dict[str, Any]] = [{"outcome": "AWAIT_CLEARING"}, {**due, "balance": Decimal("2.4")}]
    for value, said in zip(waits, ("Le même montant par carte", "2,40 € de plus auraient rétabli"), strict=True):
        known = MemoryCases(decided=[decided_coverage(COVERAGE.version, value, before)])
        assert said in screen(record, known, rule="coverage_not_covered")
    other = MemoryCases(decided=[decided_coverage("another", due, before)])
    assert "auraient rétabli" not in screen(record, other, rule="coverage_not_covered")
