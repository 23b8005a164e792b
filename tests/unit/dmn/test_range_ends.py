"""Ranges that end in `[`, the usual notation in France, where a filter could stand, too (DMN 1.4, rules 8 and 11)."""

import pytest

import dmn

MODEL = """<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="n">
  <inputData id="x" name="x"><variable name="x" typeRef="number"/></inputData>
  <decision id="answer" name="answer">
    <variable name="answer" typeRef="boolean"/>
    <informationRequirement><requiredInput href="#x"/></informationRequirement>
    <literalExpression><text>{expression}</text></literalExpression>
  </decision>
</definitions>"""


@pytest.mark.parametrize(
    ("expression", "inside", "outside"),
    [
        ("x in [8..21[", 8, 21),
        ("x in ]3..6[", 4, 3),
        ("x in ]3..6]", 6, 3),
        ("x in ([1..3[, [5..7[)", 5, 3),
    ],
)
def test_a_range_that_ends_in_an_opening_bracket_leaves_its_end_out(expression: str, inside: int, outside: int) -> None:
    model = dmn.loads(MODEL.format(expression=expression))
    assert model.evaluate("answer", {"x": inside}).value is True
    assert model.evaluate("answer", {"x": outside}).value is False
