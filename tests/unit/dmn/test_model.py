"""What a caller of the package relies on: loading, inputs, warnings, audit, limits."""

from __future__ import annotations

from decimal import Decimal
from multiprocessing.reduction import ForkingPickler
from typing import Any

import pytest

import dmn

HEAD = '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="urn:d">'


LITERAL = '<decision id="{0}" name="{0}"><literalExpression><text>{1}</text></literalExpression></decision>'


def table(rows: str) -> str:
    return (
        f'{HEAD}<decision id="discount" name="Remise"><decisionTable id="t">'
        '<input id="i1"><inputExpression id="ie1" typeRef="number"><text>amount</text></inputExpression></input>'
        f'<output id="o" name="rate"/><annotation name="Source"/>{rows}</decisionTable></decision></definitions>'
    )


def rule(number: int, test: str, output: str, note: str = "") -> str:
    return (
        f'<rule id="r{number}"><inputEntry id="in{number}"><text>{test}</text></inputEntry>'
        f'<outputEntry id="out{number}"><text>{output}</text></outputEntry>'
        f"<annotationEntry><text>{note}</text></annotationEntry></rule>"
    )


def test_free_names_of_a_modeler_file_are_inputs() -> None:
    model = dmn.loads(table(rule(1, "&lt; 100", "0", "CGV 3") + rule(2, "&gt;= 100", "amount * 0.1")))
    evaluation = model.evaluate("Remise", {"amount": 120})
    assert evaluation.value == Decimal(12)
    assert model.decisions["discount"].inputs == {"amount": "number"}


def test_a_value_outside_of_the_columns_list_is_refused() -> None:
    values = "</inputExpression><inputValues><text>[0..9]</text></inputValues>"
    xml = table(rule(1, "-", "0")).replace("</inputExpression>", values)
    assert dmn.loads(xml).evaluate("Remise", {"amount": 9}).value == 0
    with pytest.raises(dmn.InputError, match=r"input 'amount' is 10; expected one of \[0..9\]"):
        dmn.loads(xml).evaluate("Remise", {"amount": 10})


@pytest.mark.parametrize(
    "xml",
    ["", "<a/>", "<definitions/>", HEAD, '<!DOCTYPE d [<!ENTITY e "x">]>' + HEAD + "</definitions>", b"\xff\xfe\x00"],
)
def test_what_is_no_model_is_refused(xml: str | bytes) -> None:
    with pytest.raises(dmn.ModelError):
        dmn.loads(xml)


def test_a_text_is_whole_around_what_is_of_another_namespace() -> None:
    text = '<text>1 +<x:note xmlns:x="urn:x">ten <x:b>and</x:b> one</x:note> 2</text>'
    xml = f'{HEAD}<decision id="D" name="D"><literalExpression>{text}</literalExpression></decision></definitions>'
    assert dmn.loads(xml).evaluate("D", {}).value == 3


def test_text_that_is_decoded_already_is_read_as_it_is_whatever_its_declaration_says() -> None:
    text = '<?xml version="1.0" encoding="ISO-8859-1"?>' + table(rule(1, "-", '"é"'))
    for xml in (text, text.encode("latin-1")):
        assert dmn.loads(xml).evaluate("discount", {"amount": 5}).value == "é"


def test_a_pickled_model_is_the_same_with_its_imports_and_the_way_it_was_read() -> None:
    kind = "https://www.omg.org/spec/DMN/20191111/MODEL/"
    lib = f'<definitions xmlns="{kind}" id="l" name="l" namespace="urn:l">{LITERAL.format("x", "20 + 1")}</definitions>'
    text = f'{HEAD}<import name="lib" namespace="urn:l" importType="{kind}"/>{LITERAL.format("y", "1 +")}</definitions>'
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
    model = dmn.loads(table(rule(1, "&lt; 100", "0") + rule(2, "&gt;= 100", "amount * 0.1")))
    assert [each.value for each in model.evaluate_many("Remise", rows)] == values


def test_a_row_that_is_refused_is_named() -> None:
    model = dmn.loads(table(rule(1, "-", "0")))
    with pytest.raises(dmn.InputError) as caught:
        list(model.evaluate_many("Remise", [{"amount": 1}, {"amount": "x"}]))
    assert caught.value.__notes__ == ["in row 2"]


def test_what_is_public_is_listed() -> None:
    assert {"Model", "load", "analyse", "Finding", "feel", "__version__"} <= set(dir(dmn))
    assert not {"annotations", "TYPE_CHECKING", "errors"} & set(dir(dmn))
