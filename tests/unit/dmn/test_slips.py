"""Slips that a modeler lets pass and that change what a table decides: none of them is silent."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest

import dmn
from dmn import feel

HEAD = '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="urn:d"{}>'


def table(*rules: tuple[str, str], kind: str = "number", definitions: str = "") -> str:
    rows = "".join(
        f'<rule id="r{at}"><inputEntry id="i{at}"><text><![CDATA[{test}]]></text></inputEntry>'
        f"<outputEntry id='o{at}'><text><![CDATA[{output}]]></text></outputEntry></rule>"
        for at, (test, output) in enumerate(rules, 1)
    )
    return (
        f'{HEAD.format(definitions)}<decision id="discount" name="Remise"><decisionTable id="t">'
        f'<input id="in"><inputExpression id="ie" typeRef="{kind}"><text>amount</text></inputExpression></input>'
        f'<output id="o1" name="rate"/>{rows}</decisionTable></decision></definitions>'
    )


def literal(text: str, requirement: str = "") -> str:
    return (
        f'{HEAD.format("")}<inputData id="in" name="amount"><variable name="amount" typeRef="number"/></inputData>'
        f'<decision id="D" name="D">{requirement}<literalExpression id="le"><text>{text}</text></literalExpression>'
        "</decision></definitions>"
    )


def findings(xml: str) -> list[dmn.Finding]:
    (report,) = dmn.analyse(dmn.loads(xml))
    return list(report.findings)


def test_the_expression_language_of_the_whole_file_counts() -> None:
    juel = table(("-", "1"), definitions=' expressionLanguage="http://www.jcp.org/en/jsr/detail?id=245"')
    with pytest.raises(dmn.ModelError, match="is not FEEL"):
        dmn.loads(juel)
    evaluation = dmn.loads(juel, strict=False).evaluate("Remise", {"amount": 1})
    assert (evaluation.value, {warning.kind for warning in evaluation.warnings}) == (None, {"syntax"})
    feel_itself = "https://www.omg.org/spec/DMN/20191111/FEEL/"
    assert dmn.loads(table(("-", "1"), definitions=f' expressionLanguage="{feel_itself}"'))


def test_a_misspelt_input_is_named_beside_the_missing_one() -> None:
    with pytest.raises(dmn.InputError, match=r"input 'amount' is missing.*'amuont' was given: is that the one"):
        dmn.loads(table(("-", "1"))).evaluate("Remise", {"amuont": 1})


def test_an_ignored_input_that_looks_like_one_is_a_warning() -> None:
    model = dmn.loads(table(("-", "1")))
    (warning,) = model.evaluate("Remise", {"amount": 1, "amuont": 2}).warnings
    assert (warning.kind, "did you mean 'amount'" in warning.message) == ("unknown-input", True)
    assert model.evaluate("Remise", {"amount": 1, "weather": 2}).warnings == ()


def test_a_property_with_a_space_is_read_after_a_value_without_a_type() -> None:
    assert feel.evaluate("x.y z + 1", {"x": {"y z": 2}}).value == 3
    assert feel.evaluate("if x.y z > 1 then x.y z else 0", {"x": {"y z": 2}}).value == 2
    assert feel.evaluate("for i in x.some things return i", {"x": {"some things": [1]}}).value == [1]


@pytest.mark.parametrize("kind", ["integer", "long"])
def test_a_column_of_whole_numbers_has_none_between_two_of_them(kind: str) -> None:
    assert findings(table(("<= 4", "1"), (">= 5", "2"), kind=kind)) == []
    (gap,) = findings(table(("<= 4", "1"), (">= 6", "2"), kind=kind))
    assert gap.example == {"amount": 5}
    assert findings(table(("< 4.5", "1"), ("> 4.5", "2"), kind=kind)) == []


def test_a_whole_number_is_asked_of_an_input_of_whole_numbers() -> None:
    model = dmn.loads(table(("-", "1"), kind="integer"))
    assert model.evaluate("Remise", {"amount": 4}).value == 1
    with pytest.raises(dmn.InputError, match=r"input 'amount' is 4\.5; expected integer"):
        model.evaluate("Remise", {"amount": 4.5})


@pytest.mark.parametrize("text", ['time("10:30")', '@"10:30"', 'time("10:30:00")', 'time(@"2024-01-01T10:30")'])
def test_a_time_without_seconds_is_read_in_a_lenient_model_only(text: str) -> None:
    assert feel.evaluate(text, strict=False).value == dt.time(10, 30)
    if ":30:" not in text:
        with pytest.raises(dmn.FeelSyntaxError, match="10:30"):
            feel.evaluate(text)


def test_a_name_that_is_no_text_is_refused() -> None:
    names: Any = {1: 2}
    with pytest.raises(dmn.InputError, match="the name of a value' is 1; expected a text"):
        feel.evaluate("1", names)
