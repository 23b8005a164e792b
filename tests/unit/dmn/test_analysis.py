"""The analysis of tables, against examples and against brute force."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import dmn
from dmn.temporal.kinds import DAY, SECOND, Date, Months, Span, Time
from dmn.temporal.texts import parse_date_time
from dmn.tools.domains import between, step

from .notation import decision, model_text, table

GRID = range(-1, 9)


def model_of(
    rules: list[tuple[str, str, str]], policy: str = "UNIQUE", output: str = "", kind: str = "number"
) -> dmn.Model:
    return dmn.loads(model_text(decision("t", table(policy, [f"x:{kind}", f"y:{kind}"], [output], rules))))


def findings_of(model: dmn.Model) -> list[dmn.Finding]:
    (report,) = dmn.analyse(model)
    return list(report.findings)


TABLES = r"""
UNIQUE: < 5 | - | 1 & >= 5 | - | 2 =>
UNIQUE: < 5 | - | 1 & > 5 | - | 2 => error gap [] no rule matches, for example x = 5, y = 0
UNIQUE: <= 5 | - | 1 & >= 5 | - | 2 => error overlap [1, 2] rules 1 and 2 both match under UNIQUE, for example x = 5, y = 0
ANY: <= 5 | - | 1 & >= 5 | - | 2 => error conflict [1, 2] rules 1 and 2 both match under ANY, with different outputs, for example x = 5, y = 0
ANY: <= 5 | - | 1 & >= 5 | - | 1 =>
UNIQUE: - | - | 1 & - | - | 1 => error duplicate [1, 2] rules 1 and 2 are the same, for example x = 0, y = 0
FIRST: - | - | 1 & 3 | - | 2 => error masked [2] rule 2 never decides: rules that come first cover it
FIRST: 3 | - | 1 & - | - | 1 => warning subsumed [1, 2] rule 1 is a part of rule 2 with the same output, for example x = 3, y = 0
UNIQUE: [5..1] | - | 1 & - | - | 1 => error unreachable [1] rule 1 can never match: no allowed value of x passes its test [x: [5..1]]
FIRST: x * 2 > 3 | - | 1 => warning opaque [1] the test 'x * 2 > 3' is more than comparisons [x: x * 2 > 3]
FIRST: "a" | - | 1 & - | - | 2 => error type [1] "a" can never be of type number, the type of x [x: "a"]; error unreachable [1] rule 1 can never match: no allowed value of x passes its test [x: "a"]
COLLECT: < 1 | - | 1 =>
UNIQUE: < 5 | - | 1 & >= 5 | - | 2 & null | - | 3 =>
UNIQUE: < 5 | - | 1 & >= 5 | - | 2 & null | > 1 | 3 => error gap [] no rule matches, for example x = null, y = 0
UNIQUE: null | - | 1 & null | - | 2 & not(null) | - | 3 => error overlap [1, 2] rules 1 and 2 both match under UNIQUE, for example x = null, y = 0
FIRST: < 5 | - | 1 & >= 5 | - | 2 & - | - | 3 => warning null-only [3] rule 3 decides only where x is null: rules that come first cover all else, for example x = null, y = 0
FIRST: < 5 | - | 1 & >= 5 | - | 2 & null | - | 3 =>
UNIQUE: < 5 | - | 1 & >= 5 | - |  => error empty-output [2] rule 2 gives nothing for the output 't' [t: ]
UNIQUE: < 5 | - | 1 & >= 5 | - | null =>
UNIQUE: < 5 | - | 1 & >= 5 | - | max(0,50, x) => warning decimal-comma [2] '0,50' in 'max(0,50, x)' of rule 2 is two numbers; a decimal has a point
UNIQUE: < 5 | - | 1 & >= 5 | - | max(0, 50, x) =>
UNIQUE: < 5 | - | 1 & >= 5 | - | string length("1,2") =>
UNIQUE: 1,2,3 | - | 1 & not(1,2,3) | - | 2 =>
UNIQUE: 1 | - | 1 & 1 | - | 1 & not(1) | - | 2 => error duplicate [1, 2] rules 1 and 2 are the same, for example x = 1, y = 0
FIRST: - | - | 1 & - | - | 1 => warning duplicate [1, 2] rules 1 and 2 are the same, for example x = 0, y = 0; error masked [2] rule 2 never decides: rules that come first cover it
ANY: - | - | 1 & > 1 | - | 1 => warning subsumed [2, 1] rule 2 is a part of rule 1 with the same output, for example x = 2, y = 0
FIRST: > 1 | > 1 | 1 & - | > 1 | 1 & - | - | 2 => warning subsumed [1, 2] rule 1 is a part of rule 2 with the same output, for example x = 2, y = 2
FIRST: < 5 | - | 1 & >= 5 | - | 2 & - | > 3 | 3 & - | - | 4 => warning null-only [3] rule 3 decides only where x is null: rules that come first cover all else, for example x = null, y = 4; warning null-only [4] rule 4 decides only where x is null: rules that come first cover all else, for example x = null, y = 2
UNIQUE: < 7,5 | - | 1 & >= 7 | - | 2 => warning idle-test [1] in '< 7,5' of rule 1 the test 5 adds nothing to the others; a decimal is written with a point [x: 5]; warning decimal-comma [1] '7,5' in '< 7,5' of rule 1 is two numbers; a decimal has a point [x: < 7,5]
UNIQUE: [5..1], 7 | - | 1 & not(7) | - | 2 =>
UNIQUE: "a", 3 | - | 1 & not(3) | - | x => error type [1] "a" can never be of type number, the type of x [x: "a", 3]
FIRST: > 5 | - | 1 & x * 2 > 3 | - | 1 & - | - | - => warning opaque [2] the test 'x * 2 > 3' is more than comparisons [x: x * 2 > 3]; error empty-output [3] rule 3 gives nothing for the output 't' [t: -]
COLLECT: < 5 | - | 1 & <= 5 | - | 1 =>
UNIQUE: < 5 | >= 2 | 1 & null | - | 2 & >= 5 | - | 3 & < 5 | < 2 | 4 & null | null | 5 => error overlap [2, 5] rules 2 and 5 both match under UNIQUE, for example x = null, y = null; error gap [] no rule matches, for example x = 4, y = null
"""  # noqa: E501 - a table a line: its policy, its rules, and what is found


@pytest.mark.parametrize("line", TABLES.strip().splitlines())
def test_what_is_found_is_told_with_its_rules_and_an_example(line: str) -> None:
    table, _, found = line.partition(" =>")
    policy, _, rules = table.partition(": ")
    model = model_of([(x, y, out) for x, y, out in (rule.split(" | ") for rule in rules.split(" & "))], policy)
    assert ";".join(f" {told(finding)}" for finding in findings_of(model)) == found


def told(finding: dmn.Finding) -> str:
    place = f" [{finding.column}: {finding.cell}]" if finding.column else ""
    return f"{finding.severity} {finding.kind} {list(finding.rules)} {finding.message}{place}"


WHOLE = ["error gap [] no rule matches, for example x = 5"]


@pytest.mark.parametrize(
    ("first", "second", "found", "kind"),
    [
        *(("<= 4", ">= 5", [], kind) for kind in ("integer", "long")),
        *(("<= 4", ">= 6", WHOLE, kind) for kind in ("integer", "long")),
        ("< 4.5", "> 4.5", [], "integer"),
        ('< "m"', '>= "m"', [], "string"),
        ('["a".."f"]', '> "f"', ['error gap [] no rule matches, for example x = ""'], "string"),
        ('<= "f"', '>= "g"', ['error gap [] no rule matches, for example x = "f "'], "string"),
        (
            '<= "m"',
            '>= "m"',
            ['error overlap [1, 2] rules 1 and 2 both match under UNIQUE, for example x = "m"'],
            "string",
        ),
        ('"a"', '"b"', ['error gap [] no rule matches, for example x = "…ab"'], "string"),
    ],
)
def test_whole_numbers_and_texts_that_a_cell_orders_are_a_line(
    first: str, second: str, found: list[str], kind: str
) -> None:
    model = model_of([(first, "-", "1"), (second, "-", "2")], kind=kind)
    assert [told(finding).partition(", y = ")[0] for finding in findings_of(model)] == found


def test_of_many_gaps_and_overlaps_the_first_twenty_are_told_and_that_there_are_more() -> None:
    gaps = findings_of(model_of([(str(2 * number), "-", "1") for number in range(30)]))
    assert [finding.kind for finding in gaps] == ["gap"] * 20 + ["limit"]
    assert gaps[-1].message == "more than 20 gaps; the others are not listed"
    overlaps = findings_of(model_of([("-", "-", str(number)) for number in range(30)]))
    assert [finding.kind for finding in overlaps[-2:]] == ["overlap", "limit"]
    assert overlaps[-1].message == PAIRS
    (large,) = findings_of(model_of([("< 1", "-", "1")] * 10_001))
    assert large[:2] + large[4:5] == ("warning", "limit", "the table is too large to be analysed: 10001 rules")


SEARCHED = "warning limit [] the table is too large to be searched whole; there may be more gaps"
LARGE = "warning limit [] the table is too large to be analysed: 3 rules"
PAIRS = "more than 20 pairs of rules overlap, or there are too many to compare; the others are not listed"
TELL = "warning limit [3] the table is too large to tell whether rule 3 and those after it ever decide"


@pytest.mark.parametrize(
    ("bound", "most", "policy", "expected"),
    [
        ("sheet.MAX_STATES", 3, "UNIQUE", [SEARCHED]),
        ("sheet.MAX_STATES", 4, "UNIQUE", []),
        ("sheet.MAX_STATES", 1, "FIRST", [TELL, SEARCHED]),
        ("sheet.MAX_EFFORT", 47, "FIRST", [TELL, SEARCHED]),
        ("sheet.MAX_EFFORT", 48, "FIRST", [SEARCHED]),
        ("sheet.MAX_EFFORT", 35, "FIRST", [LARGE]),
        ("sheet.MAX_CELLS", 5, "UNIQUE", [LARGE]),
        ("sheet.MAX_CELLS", 6, "UNIQUE", []),
        ("analysis.MAX_PAIRS", 2, "UNIQUE", [f"warning limit [] {PAIRS}"]),
        ("analysis.MAX_PAIRS", 3, "UNIQUE", []),
    ],
)
def test_a_search_that_takes_too_long_says_what_it_cannot_tell(
    monkeypatch: pytest.MonkeyPatch, bound: str, most: int, policy: str, expected: list[str]
) -> None:
    monkeypatch.setattr(f"dmn.tools.{bound}", most)
    rules = [("< 1", "< 1", "1"), (">= 1", "> 1", "2"), ("3", "3", "3")]
    assert [told(each) for each in findings_of(model_of(rules, policy)) if each.kind == "limit"] == expected


def _test() -> st.SearchStrategy[str]:
    bound = st.integers(0, 7)
    return st.one_of(
        st.just("-"),
        st.builds(lambda a, b: f"[{min(a, b)}..{max(a, b)}]", bound, bound),
        st.builds(lambda operator, a: f"{operator} {a}", st.sampled_from(["<", "<=", ">", ">="]), bound),
        st.builds(lambda a: f"not({a})", bound),
        st.builds(str, bound),
    )


@settings(max_examples=60)
@given(st.lists(st.tuples(_test(), _test(), st.just("1")), min_size=1, max_size=5))
def test_gaps_and_overlaps_agree_with_brute_force(rules: list[tuple[str, str, str]]) -> None:
    findings = findings_of(model_of(rules))
    collecting = model_of(rules, "COLLECT")
    half_grid = [value / 2 for value in range(2 * GRID.start, 2 * GRID.stop)]
    matched = [
        {rule.index for rule in collecting.evaluate("t", {"x": x, "y": y}).decisions[0].matched_rules}
        for x in half_grid
        for y in half_grid
    ]
    pairs = {(a, b) for rows in matched for a in rows for b in rows if a < b}
    assert {f.rules for f in findings if f.kind in ("overlap", "duplicate")} == pairs
    assert any(f.kind == "gap" for f in findings) is (set() in matched)
    for finding in findings:
        if finding.kind in ("gap", "overlap", "duplicate"):
            decision = collecting.evaluate("t", finding.example).decisions[0]
            rows = {rule.index for rule in decision.matched_rules}
            assert set(finding.rules) <= rows if finding.rules else not rows


def test_tables_are_rendered_with_matched_rules_marked() -> None:
    text = dmn.render(model_of([("< 5", "-", "1"), (">= 5", "-", "2")]), matched=["r2"])
    rows = [
        "| U | x | y | **t** |",
        "| --- | --- | --- | --- |",
        "| 1 | &lt; 5 | - | 1 |",
        "| ▶ **2** | >= 5 | - | 2 |",
    ]
    assert text.splitlines() == ["# d", "", "## t", "", *rows]
    for sign in "+<>#":
        told = dmn.render(model_of([("< 5", "", '"a|b\\\\"')], f"C{sign}", "=9"))
        head = f"| C{sign} | x | y | **t** |".replace("<", "&lt;")
        row = '| 1 | &lt; 5 | - | "a\\|b\\\\\\\\" |'
        assert told.splitlines()[4:] == [head, rows[1], row, "| *otherwise* |  |  | 9 |"]


@pytest.mark.parametrize(
    ("low", "high", "below", "above", "middle"),
    [
        (Decimal(1), Decimal(2), Decimal(0), Decimal(2), Decimal("1.5")),
        (Date(2024, 3, 1), Date(2024, 3, 4), Date(2024, 2, 29), Date(2024, 3, 2), Date(2024, 3, 2)),
        (Date(2024, 3, 1), Date(2024, 3, 2), Date(2024, 2, 29), Date(2024, 3, 2), None),
        (Date(999_999_999, 12, 31), Date(999_999_999, 12, 31), Date(999_999_999, 12, 30), None, None),
        (Months(1), Months(4), Months(0), Months(2), Months(2)),
        (Span(1), Span(2), Span(0), Span(2), None),
        (Time(0), Time(2 * SECOND), None, Time(SECOND), Time(SECOND)),
        (Time(DAY - SECOND), Time(DAY - 1), Time(DAY - 2 * SECOND), None, None),
        ("a", "b", None, None, None),
    ],
)
def test_values_around_a_bound_are_of_its_kind(low: Any, high: Any, below: Any, above: Any, middle: Any) -> None:
    assert (step(low, -1), step(low, 1), between(low, high)) == (below, above, middle)


def test_moments_around_a_bound_are_a_day_away_and_half_way() -> None:
    first, last = (parse_date_time(f"2024-02-{day}T10:00:00") for day in (28, 29))
    assert (step(first, 1), step(last, -1)) == (last, first)
    assert between(first, last) == parse_date_time("2024-02-28T22:00:00")
    assert between(first, parse_date_time("2024-02-28T10:00:00.5")) is None
