"""A table that is decided often finds its rules by an index, and decides as one that asks each rule."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import dmn

HEAD = '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="urn:d">'
TYPES = {"x": "number", "y": "string", "z": "boolean"}
OFTEN = 10  # decisions after which the index is there

NUMBERS = ["-", "< 2", ">= 1.5", "[0..2)", "(1..3]", "1, 2", "not(1)", "2", "? > 1", "< limit", "null", "not(null)"]
TEXTS = ["-", '"a"', '"a", "b"', 'not("a")', "null", 'starts with(?, "a")']
TRUTHS = ["-", "true", "false", "not(true)", "null"]
GIVEN = st.fixed_dictionaries(
    {
        "x": st.sampled_from([None, -1, 0, 1, Decimal("1.5"), 2, 3, 4]),
        "y": st.sampled_from([None, "a", "b", "ab", ""]),
        "z": st.sampled_from([None, True, False]),
        "limit": st.sampled_from([None, 0, 2]),
    }
)


def model_of(rows: list[tuple[str, str, str]], policy: str, types: dict[str, str] = TYPES) -> dmn.Model:
    columns = "".join(
        f'<input id="{name}"><inputExpression typeRef="{kind}"><text>{name}</text></inputExpression></input>'
        for name, kind in types.items()
    )
    rules = "".join(
        "<rule>"
        + "".join(f"<inputEntry><text><![CDATA[{cell}]]></text></inputEntry>" for cell in row)
        + f"<outputEntry><text>{number}</text></outputEntry></rule>"
        for number, row in enumerate(rows, 1)
    )
    inputs = "".join(
        f'<inputData id="in{name}" name="{name}"><variable name="{name}" typeRef="{kind}"/></inputData>'
        for name, kind in {**types, "limit": "number"}.items()
    )
    required = "".join(
        f'<informationRequirement><requiredInput href="#in{name}"/></informationRequirement>'
        for name in [*types, "limit"]
    )
    return dmn.loads(
        f'{HEAD}{inputs}<decision id="t" name="t">{required}<decisionTable hitPolicy="{policy}">{columns}<output/>'
        f"{rules}</decisionTable></decision></definitions>"
    )


def matched(model: dmn.Model, values: dict[str, object]) -> tuple[object, list[int]]:
    evaluation = model.evaluate("t", values)
    return evaluation.value, [rule.index for rule in evaluation.decisions[0].matched_rules]


@settings(max_examples=40)
@given(
    st.lists(st.tuples(*map(st.sampled_from, (NUMBERS, TEXTS, TRUTHS))), min_size=4, max_size=8),
    st.sampled_from(["COLLECT", "FIRST", "UNIQUE"]),
    st.lists(GIVEN, min_size=1, max_size=6),
)
def test_an_index_finds_the_rules_that_asking_finds(
    rows: list[tuple[str, str, str]], policy: str, cases: list[dict[str, object]]
) -> None:
    asked = [matched(model_of(rows, policy), case) for case in cases]
    model = model_of(rows, policy)
    for _ in range(OFTEN):
        for case in cases:
            model.evaluate("t", case)
    assert [matched(model, case) for case in cases] == asked


@pytest.mark.parametrize("value", [1, "a", True, Decimal("0.5"), "zzz"])
def test_a_value_of_a_kind_that_the_column_has_not_is_warned_of_as_before(value: object) -> None:
    rows = [("< 1", "-", "-"), ("[1..2]", "-", "-"), ("> 2", "-", "-"), ('"a"', "-", "-")]
    untyped = {"x": "Any", "y": "string", "z": "boolean"}
    values = {"x": value, "y": None, "z": None, "limit": None}
    fresh = model_of(rows, "COLLECT", untyped).evaluate("t", values)
    model = model_of(rows, "COLLECT", untyped)
    for _ in range(OFTEN):
        model.evaluate("t", values)
    again = model.evaluate("t", values)
    assert (again.value, again.warnings) == (fresh.value, fresh.warnings)
