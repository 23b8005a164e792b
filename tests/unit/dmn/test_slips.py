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


def findings(xml: str) -> list[dmn.Finding]:
    (report,) = dmn.analyse(dmn.loads(xml))
    return list(report.findings)


def test_an_ignored_input_that_looks_like_one_is_a_warning() -> None:
    model = dmn.loads(table(("-", "1")))
    (warning,) = model.evaluate("Remise", {"amount": 1, "amuont": 2}).warnings
    assert (warning.kind, "did you mean 'amount'" in warning.message) == ("unknown-input", True)
    assert model.evaluate("Remise", {"amount": 1, "weather": 2}).warnings == ()


def test_a_property_with_a_space_is_read_after_a_value_without_a_type() -> None:
    assert feel.evaluate("x.y z + 1", {"x": {"y z": 2}}).value == 3
    assert feel.evaluate("if x.y z > 1 then x.y z else 0", {"x": {"y z": 2}}).value == 2
    assert feel.evaluate("for i in x.some things return i", {"x": {"some things": [1]}}).value == [1]


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
