"""What a caller of the package relies on: loading, inputs, warnings, audit, limits."""

from __future__ import annotations

import datetime as dt
from multiprocessing.reduction import ForkingPickler
from typing import Any

import pytest

import dmn
from dmn import feel

from .notation import DMN, decision, model_text, table

EMPTY = model_text("")


def remise(*rules: tuple[str, str]) -> str:
    drawn = table("UNIQUE", ["amount:number"], ["rate"], rules)
    return model_text(decision("discount", drawn, "Remise"))


@pytest.mark.parametrize(
    "xml",
    ["", "<a/>", "<definitions/>", EMPTY[:-1], '<!DOCTYPE d [<!ENTITY e "x">]>' + EMPTY, b"\xff\xfe\x00"],
)
def test_what_is_no_model_is_refused(xml: str | bytes) -> None:
    with pytest.raises(dmn.ModelError):
        dmn.loads(xml)


def test_a_text_is_whole_around_what_is_of_another_namespace() -> None:
    text = '<text>1 +<x:note xmlns:x="urn:x">ten <x:b>and</x:b> one</x:note> 2</text>'
    xml = model_text(decision("D", f"<literalExpression>{text}</literalExpression>"))
    assert dmn.loads(xml).evaluate("D", {}).value == 3


def test_text_that_is_decoded_already_is_read_as_it_is_whatever_its_declaration_says() -> None:
    text = '<?xml version="1.0" encoding="ISO-8859-1"?>' + remise(("-", '"é"'))
    for xml in (text, text.encode("latin-1")):
        assert dmn.loads(xml).evaluate("discount", {"amount": 5}).value == "é"


def test_a_pickled_model_is_the_same_with_its_imports_and_the_way_it_was_read() -> None:
    lib = model_text(decision("x", "«20 + 1»"), "urn:l")
    text = model_text(f'<import name="lib" namespace="urn:l" importType="{DMN}"/>{decision("y", "«1 +»")}')
    limits = dmn.Limits(seconds=2)
    loaded = dmn.loads(text, "m.dmn", strict=False, imports={"urn:l": lib}, limits=limits)
    model: dmn.Model = ForkingPickler.loads(ForkingPickler.dumps(loaded))
    assert (model.evaluate("lib.x", {}).value, model.evaluate("y", {}).value) == (21, None)
    assert (model.name, model.limits, repr(model)) == (
        "m.dmn",
        limits,
        f"Model('m.dmn', version {model.version}, 1 decisions)",
    )


ROWS: list[dict[str, object]] = [{"amount": 5}, {"amount": 120}]


class Polars:
    def to_dicts(self) -> list[dict[str, object]]:
        return list(ROWS)


class Pandas:
    """A frame as pandas has it: a missing number is nan."""

    def to_dict(self, kind: str) -> list[dict[str, object]]:
        assert kind == "records"
        return [*ROWS, {"amount": float("nan")}]


@pytest.mark.parametrize(("rows", "values"), [(ROWS, [0, 12]), (Polars(), [0, 12]), (Pandas(), [0, 12, None])])
def test_many_rows_are_evaluated_in_their_order(rows: Any, values: list[object]) -> None:
    model = dmn.loads(remise(("< 100", "0"), (">= 100", "amount * 0.1")))
    assert [each.value for each in model.evaluate_many("Remise", rows)] == values


def test_a_row_that_is_refused_is_named() -> None:
    model = dmn.loads(remise(("-", "0")))
    with pytest.raises(dmn.InputError) as caught:
        list(model.evaluate_many("Remise", [{"amount": 1}, {"amount": "x"}]))
    assert caught.value.__notes__ == ["in row 2"]


def test_the_expression_language_of_the_whole_file_counts() -> None:
    text = model_text(decision("D", "«1»"), more=' expressionLanguage="{}"')
    juel = text.format("http://www.jcp.org/en/jsr/detail?id=245")
    with pytest.raises(dmn.ModelError, match="is not FEEL"):
        dmn.loads(juel)
    evaluation = dmn.loads(juel, strict=False).evaluate("D", {})
    assert (evaluation.value, {warning.kind for warning in evaluation.warnings}) == (None, {"syntax"})
    assert dmn.loads(text.format("https://www.omg.org/spec/DMN/20191111/FEEL/")).evaluate("D", {}).value == 1


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
