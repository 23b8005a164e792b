"""A table that is decided often finds its rules by an index, and decides as one that asks each rule."""

from __future__ import annotations

import datetime as dt
import itertools
import re
import tracemalloc
from decimal import Decimal

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

import dmn
from dmn import feel
from dmn.model import rows as rows_of_tables
from dmn.model import tables

from .notation import decision, function, input_data, model_text, table, written

TYPES = {"x": "number", "y": "string", "z": "boolean"}
OFTEN = 10  # decisions after which the index is there

NUMBERS = ["-", "< 2", ">= 1.5", "[0..2)", "(1..3]", "1, 2", "not(1)", "2", "? > 1", "< limit", "null", "not(null)"]


def model_of(rows: list[tuple[str, str, str]], policy: str, types: dict[str, str] = TYPES) -> dmn.Model:
    return dmn.loads(text_of(rows, policy, types))


def text_of(rows: list[tuple[str, str, str]], policy: str, types: dict[str, str] = TYPES) -> str:
    """A model of a table whose rules and cells have no ids."""
    rules = [(*row, str(number)) for number, row in enumerate(rows, 1)]
    drawn = table(policy, [f"{name}:{kind}" for name, kind in types.items()], [""], rules)
    inputs = "".join(input_data(name, kind) for name, kind in {**types, "limit": "number"}.items())
    needs = "".join(f"→in{name}" for name in [*types, "limit"])
    return model_text(inputs + decision("t", needs + re.sub(r' id="(?:r|in|ou)\d+"', "", drawn)))


MOMENTS = ["2024-01-01T10:00:00", "2024-01-01T10:00:00.5", "2024-01-02T00:00:00"]
CONSTANTS = {
    "number": ["-1.5", "0", "1", "2", "1e30", ".5"],
    "string": ['"a"', '"b"', '""', '"é"'],
    "boolean": ["true", "false"],
    "date": ['date("2024-01-01")', '@"2024-02-29"', 'date("2024-03-01")', "date(2023, 12, 31)"],
    "time": ['time("10:00:00")', 'time("23:59:59")', '@"00:00:00"'],
    "date and time": [f'date and time("{at}")' for at in MOMENTS],
    "date and time with a zone": [f'date and time("{at}{zone}")' for at in MOMENTS for zone in ("Z", "@Europe/Paris")],
    "years and months duration": ['duration("P1M")', '@"P1Y"', 'duration("P12M")'],
    "days and time duration": ['duration("PT1H")', '@"P1D"', 'duration("-PT1S")'],
}
"""Constants by the type of a column; those that are equal and written in two ways are among them."""
BETWEEN = {
    "number": ["0.25", "-2", "1e31"],
    "string": ['"aa"', '"z"'],
    "date": ['@"2024-01-15"', '@"2020-01-01"'],
    "time": ['@"10:00:00.5"', '@"12:00:00Z"'],
    "date and time": ['@"2024-01-01T12:00:00"', '@"2024-01-01T12:00:00Z"', '@"2024-01-01T10:00:00.9"'],
    "date and time with a zone": ['@"2024-01-01T12:00:00"', '@"2024-01-01T09:00:00Z"'],
    "years and months duration": ['@"P2M"'],
    "days and time duration": ['@"PT2H"'],
}
"""Values that no cell names."""


@st.composite
def plain_cells(draw: st.DrawFn, kind: str) -> str:
    """Draw a cell of comparisons with constants, of which each kind of writing is one."""
    constant = st.sampled_from([*CONSTANTS[kind], "null"])
    ordered = st.sampled_from(CONSTANTS[kind])
    comparison = st.builds("{} {}".format, st.sampled_from(["<", "<=", ">", ">="]), ordered)
    interval = st.builds("{}{}..{}{}".format, st.sampled_from("[(]"), ordered, ordered, st.sampled_from("])["))
    test = constant if kind == "boolean" else st.one_of(constant, comparison, interval)
    tests = ", ".join(draw(st.lists(test, min_size=1, max_size=3)))
    return draw(st.sampled_from([tests, f"not({tests})", "-"]))


@st.composite
def tables_and_values(draw: st.DrawFn) -> tuple[str, list[tuple[str, str]], list[str]]:
    kind = draw(st.sampled_from(sorted(CONSTANTS)))
    cell = plain_cells(kind)
    rows = draw(st.lists(st.tuples(cell, st.sampled_from(NUMBERS)), min_size=4, max_size=150))
    values = [*CONSTANTS[kind], *BETWEEN.get(kind, []), "null"]
    return kind, rows, draw(st.lists(st.sampled_from(values), min_size=1, max_size=5))


@pytest.mark.explored
@settings(max_examples=60, deadline=None)
@example(("date", [*[('@"2024-01-01"', "-")] * 3, ('not(@"2024-01-01")', "-")], ["null"]), 0)
@given(tables_and_values(), st.sampled_from([0, 1, Decimal("1.5")]))
def test_an_index_finds_at_its_first_look_what_a_scan_finds(
    drawn: tuple[str, list[tuple[str, str]], list[str]], x: object
) -> None:
    kind, rows, values = drawn
    typed = [(second, first, "-") for first, second in rows]
    outcomes = []
    for large in (4, len(rows) + 1):
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr(rows_of_tables, "LARGE", large)
            patch.setattr(tables, "LARGE", large)
            model = model_of(typed, "COLLECT", {**TYPES, "y": "Any"})
        for value in values:
            given_values = {"x": x, "y": feel.evaluate(value).value, "z": None, "limit": 1}
            evaluation = model.evaluate("t", given_values)
            outcomes.append((large, value, evaluation.value, [each.kind for each in evaluation.warnings]))
    count = len(values)
    assert [each[1:] for each in outcomes[:count]] == [each[1:] for each in outcomes[count:]], kind


def test_a_value_beyond_all_ends_is_found_whatever_their_number() -> None:
    for count, cell in itertools.product((31, 32, 33, 64, 65), ("[{0}..{0}.5]", ">= {0}")):
        model = model_of([(cell.format(at), "-", "-") for at in range(count)], "COLLECT")
        for x in [*range(OFTEN), 1000, count - 0.5]:
            found = model.evaluate("t", {"x": x, "y": None, "z": None, "limit": 1}).value
        assert found == [*range(1 if ">" in cell else count, count + 1)]


def test_a_cell_that_calls_a_function_of_the_model_is_no_constant() -> None:
    own = written(function("date", "s", '«@"2030-01-01"»'))
    rows = [('date("2024-01-01")', "-", "-")] * 4
    text = text_of(rows, "COLLECT", {**TYPES, "x": "Any"}).replace("<decisionTable", written("⇀date<decisionTable"))
    model = dmn.loads(text.replace("</definitions>", f"{own}</definitions>"))
    for _ in range(OFTEN):
        assert model.evaluate("t", {"x": dt.date(2030, 1, 1), "y": None, "z": None, "limit": 1}).value == [1, 2, 3, 4]


def test_a_large_table_says_at_load_which_cell_cannot_be_read() -> None:
    rows = [("< 5", "-", "-")] * rows_of_tables.LARGE
    with pytest.raises(dmn.ModelError, match="rule 7, column 'y'"):
        model_of([*rows[:6], ("< 5", "1 +", "-"), *rows[7:]], "COLLECT")


def test_a_large_table_warns_of_a_value_of_another_kind_as_a_small_one_does() -> None:
    values = {"x": "a", "y": None, "z": None, "limit": None}
    last = written(decision("z", "«1»")) + "</definitions>"
    texts = [
        text_of([("< 5", "-", "-")] * count, "COLLECT", {**TYPES, "x": "Any"}) for count in (rows_of_tables.LARGE, 4)
    ]
    large, small = (dmn.loads(text.replace("</definitions>", last)).evaluate("t", values).warnings for text in texts)
    assert (large[:4], small[0].element_id) == (small, "t")


def test_a_row_of_a_large_table_tells_what_its_author_wrote() -> None:
    text = text_of([(f"[{at}..{at + 1})", "-", "-") for at in range(rows_of_tables.LARGE)], "FIRST")
    noted = '<rule id="seventh"><description>why</description>'
    text = text.replace("</output>", '</output><annotation label="Note"/>').replace("<rule>", noted)
    text = text.replace("<outputEntry><text>7<", '<outputEntry id="o7"><text>7 / 0<')
    model = dmn.loads(text.replace("</rule>", "<annotationEntry><text>hint</text></annotationEntry></rule>"))
    evaluation = model.evaluate("t", {"x": 6, "y": None, "z": None, "limit": 1})
    (rule,), (warning,) = evaluation.decisions[0].matched_rules, evaluation.warnings
    assert (rule, warning.element_id) == (("seventh", 7, {"Note": "hint", "description": "why"}), "o7")
    assert model.tables[0].annotations == ("Note",)
    assert model.tables[0].rules[6] == ("seventh", 7, ("[6..7)", "-", "-"), ("7 / 0",), ("hint",), "why")


@pytest.mark.parametrize("place", ["<rule><inputEntry>", "<outputEntry>"])
def test_a_large_table_reads_no_cell_of_another_language(place: str) -> None:
    text = text_of([("< 5", "-", "-")] * rows_of_tables.LARGE, "FIRST")
    foreign = place.replace("Entry>", 'Entry expressionLanguage="python">')
    with pytest.raises(dmn.ModelError, match=r"rule 200.*the expression language 'python' is not FEEL"):
        dmn.loads(foreign.join(text.rsplit(place, 1)))


def test_a_large_table_keeps_a_kilobyte_for_a_row() -> None:
    text = text_of([(f"[{at}..{at + 1})", f'"{at}"', "-") for at in range(3000)], "FIRST")
    dmn.loads(text)
    tracemalloc.start()
    model = dmn.loads(text)
    kept, _ = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert kept < 3000 * 1200, (kept, model)
