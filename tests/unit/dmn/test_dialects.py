"""Files as they are: old and new versions, drafts, and what Camunda 7 lets its files have."""

from __future__ import annotations

import pytest

import dmn

from . import notation
from .notation import DMN, decision


def model_text(inside: str, version: str = DMN) -> str:
    return notation.model_text(inside, version=version, more=' xmlns:camunda="http://camunda.org/schema/1.0/dmn"')


def table(tests: list[str], expression: str = "amount", own: str = "") -> str:
    rules = [(test, str(at)) for at, test in enumerate(tests, 1)]
    drawn = notation.table("FIRST", [expression], ["rate"], rules)
    variable = f'camunda:inputVariable="{own}"' if own else ""
    return decision("t", drawn.replace("<input ", f"<input {variable} "), "Table t")


def literal(text: str, need: str = "") -> str:
    return decision("D", f"{need}«{text}»")


def camunda(inside: str) -> dmn.Model:
    return dmn.loads(model_text(inside), dialect="camunda")


@pytest.mark.parametrize(
    "namespace",
    [
        "http://www.omg.org/spec/DMN/20151101/dmn.xsd",
        "http://www.omg.org/spec/DMN/20151101/DMN11.xsd",
        "http://www.omg.org/spec/DMN/20151101/dmn11.xsd",
        "http://www.omg.org/spec/DMN/20151101",
        "http://www.omg.org/spec/DMN/20180521/MODEL/",
        "https://www.omg.org/spec/DMN/20211108/MODEL/",
        "https://www.omg.org/spec/DMN/20230324/MODEL/",
        "https://www.omg.org/spec/DMN/20240513/MODEL/",
    ],
)
def test_each_version_s_namespace_is_known(namespace: str) -> None:
    assert dmn.loads(model_text(literal("1 + 1"), namespace)).evaluate("D", {}).value == 2


def test_an_input_is_known_in_its_cells_by_its_variable() -> None:
    model = camunda(table(["price > 10", "-"], own="price"))
    assert [model.evaluate("t", {"amount": amount}).value for amount in (11, 10)] == [1, 2]
    assert camunda(table(["cellInput = 3", "-"])).evaluate("t", {"amount": 3}).value == 1
    for own, row in {"amount": 2, "price": 1}.items():  # what is called as it was before is no name of its own
        assert camunda(table([f"{own} = false", "-"], own=own)).evaluate("t", {"amount": False}).value == row
    with pytest.raises(dmn.ModelError, match="the name 'price' is unknown"):
        dmn.loads(model_text(table(["price > 10", "-"], own="price")))


def test_an_input_without_an_expression_is_its_variable() -> None:
    assert camunda(table(["> 10", "-"], expression="", own="price")).evaluate("t", {"price": 11}).value == 1
    assert camunda(table(["> 10", "-"], expression="")).evaluate("t", {}).value == 2


@pytest.mark.parametrize("known", ["t", "rate"])
def test_a_required_decision_is_known_by_its_id_or_its_output(known: str) -> None:
    assert camunda(table(["-"]) + literal(f"{known} + 1", "⇒t")).evaluate("D", {"amount": 1}).value == 2
    without_a_rule = decision("t", notation.table("U", [], ["rate", "other"], []))
    assert camunda(without_a_rule + literal(known, "⇒t")).evaluate("D", {}).value is None


@pytest.mark.parametrize("text", ["${amount > 3}", "#{amount}"])
def test_juel_is_recognised_and_said_so(text: str) -> None:
    with pytest.raises(dmn.ModelError, match="this is JUEL"):
        dmn.loads(model_text(literal(text)))
    model = camunda(literal(text))
    with pytest.raises(dmn.UnsupportedError, match="this is JUEL"):
        model.evaluate("D", {})


def test_an_unknown_dialect_is_named() -> None:
    with pytest.raises(dmn.ModelError, match="there is no dialect 'drools'; there are dmn, camunda"):
        dmn.loads(model_text(literal("1")), dialect="drools")
