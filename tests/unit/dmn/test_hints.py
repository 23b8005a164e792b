"""What a table's author is told: the file, the place, what is wrong and what to do about it."""

from __future__ import annotations

import pytest

import dmn

from . import notation
from .notation import decision, input_data, table

MEANS = """<itemDefinition id="it" name="tMeans"><typeRef>string</typeRef>
<allowedValues><text>"CARD","CASH"</text></allowedValues></itemDefinition>"""


def model_text(amount: str = "-", means: str = "-", rate: str = "0") -> str:
    drawn = table("U", ["amount:number", "means:string"], ["rate"], [("-", "-", "0"), (amount, means, rate)])
    remise = decision("discount", f"→inamount→inmeans{drawn}".replace('name="amount"', 'label="Montant"'), "Remise")
    return notation.model_text(MEANS + input_data("amount", "number") + input_data("means", "tMeans") + remise)


@pytest.mark.parametrize(
    ("damage", "what", "advice"),
    [
        (("</rule>", "</rul>"), "not well-formed XML: mismatched tag: line 2", "restore the last version"),
        (("/20191111/", "/20991111/"), "this is no DMN file", "save it from the modeler"),
        (("<definitions", "<!DOCTYPE x><definitions"), "a DTD", "remove the part"),
    ],
)
def test_a_damaged_file(damage: tuple[str, str], what: str, advice: str) -> None:
    with pytest.raises(dmn.ModelError) as caught:
        dmn.loads(model_text().replace(*damage), "remise.dmn")
    message = str(caught.value)
    assert message.startswith("remise.dmn")
    assert what in message
    assert advice in message


@pytest.mark.parametrize(("place", "column"), [("amount", "Montant"), ("means", "means"), ("rate", "Taux")])
def test_a_cell_is_named_by_its_decision_its_rule_and_its_column(place: str, column: str) -> None:
    text = model_text(**{place: "1 +"}).replace('name="rate"', 'name="rate" label="Taux"')
    with pytest.raises(dmn.ModelError) as caught:
        dmn.loads(text)
    assert caught.value.place == f"'Remise', rule 2, column '{column}'"


@pytest.mark.parametrize(
    ("text", "advice"),
    [
        ("1 == 1", "equality is written with one '='"),
        ("== 12", "equality is written with one '='"),
        ("1 =< 2", "write '<='"),
        ("1 => 2", "write '>='"),
        ("1 <> 2", "write '!='"),
        ("true && false", "write 'and'"),
        ("true || false", "write 'or'"),
        ("true & false", "write 'and'"),
        ("true | false", "write 'or'"),
        ("!true", "write 'not(...)'"),
        ("5 %", "write a share as a number: 0.05 for 5 %"),
        ("5 €", "write the amount without its currency"),
        ("$ 5", "write the amount without its currency"),
        ("1; 2", "separate alternatives by ','"),
        ("1 ≤ 2", "write '<='"),
        ("1 ≥ 2", "write '>='"),
        ("1 ≠ 2", "write '!='"),
        ("'a'", 'write text between straight double quotes: "..."'),
        ("“a”", 'write text between straight double quotes: "..."'),
        ("weather", 'if it is text, write "weather"; the names that the decision requires are amount, means'),
        ("amuont", "did you mean 'amount'?"),
    ],
)
def test_each_usual_slip_has_its_advice(text: str, advice: str) -> None:
    with pytest.raises(dmn.ModelError) as caught:
        dmn.loads(model_text(rate=text))
    assert str(caught.value).endswith(f" of '{text}'; {advice}")
