"""What a table's author is told: the file, the place, what is wrong and what to do about it."""

from __future__ import annotations

import pytest

import dmn

MODEL = """<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="urn:d">
<inputData id="in1" name="amount"/><inputData id="in2" name="means"/><decision id="rate" name="rate">
<informationRequirement><requiredInput href="#in1"/></informationRequirement>
<informationRequirement><requiredInput href="#in2"/></informationRequirement>
<literalExpression><text><![CDATA[%s]]></text></literalExpression></decision></definitions>"""


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
        dmn.loads(MODEL % text)
    assert str(caught.value).endswith(f" of '{text}'; {advice}")
