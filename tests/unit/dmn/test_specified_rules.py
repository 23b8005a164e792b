"""Rules of the specification that few tables use: ranges by comparison, moments by the second, `is`, conformance."""

from __future__ import annotations

import re

import pytest

import dmn
from dmn import feel

HEAD = '<definitions xmlns="https://www.omg.org/spec/DMN/20230324/MODEL/" id="d" name="d" namespace="urn:d">'

TRUE = """
(>= 7) = (>= 7)
(= 7) = (= 7)
(!= "b") = (!= "b")
not((= 7) = [7..7])
not((!= 7) = (7..7))
not((<= 7) = (< 7))
coincides((= 7), [7..7])
(= 7).start = 7 and (= 7).end included
(function(r) 6 in r)((!= 7))
not((function(r) 7 in r)((!= 7)))
(function(r) 7 in r)((= 7))
"b" in (function() (!= "a"))()
string((< 7)) = "(< 7)"
time("08:15:30.25") = time("08:15:30.75")
not(time("08:15:30.25") < time("08:15:30.75"))
time("08:15:30.9") < time("08:15:31")
@"2025-03-01T08:15:30.001" = @"2025-03-01T08:15:30.999"
@"1969-12-31T23:59:59.5" < @"1970-01-01T00:00:00"
@"2025-03-01T08:15:30.75" - @"2025-03-01T08:15:30.25" = @"PT0.5S"
@"2025-03-01T08:15:30.5" in [@"2025-03-01T08:15:30"..@"2025-03-01T08:15:30"]
not(is(@"2025-03-01T08:15:30.1", @"2025-03-01T08:15:30.2"))
not(is(@"08:00:00@Europe/Paris", @"08:00:00@Europe/Berlin"))
not(is(@"2025-07-01T08:00:00@Europe/Paris", @"2025-07-01T08:00:00+02:00"))
is(@"2025-07-01T08:00:00@Europe/Paris", @"2025-07-01T08:00:00@Europe/Paris")
@"10:00:00@Asia/Tokyo" = time("10:00:00@Asia/Tokyo")
@"2025-07-01T08:00:00@Etc/GMT".timezone = "Etc/GMT"
is(value1: null, value2: null)
is(value2: null)
not(is(value1: 4))
duration("PT90.S") = @"PT1M30S"
duration("-PT0.S") = @"PT0S"
"""


@pytest.mark.parametrize("expression", TRUE.strip().splitlines())
def test_holds(expression: str) -> None:
    evaluation = feel.evaluate(expression, {})
    assert (evaluation.value, evaluation.warnings) == (True, ())


@pytest.mark.parametrize(
    ("expression", "message"),
    [
        ("before((!= 7), 9)", "no interval"),
        ("for i in (!= 7) return i", "cannot be iterated"),
        ("(< null)", "bound of the range is null"),
        ("(= {a: 1})", "has no order"),
    ],
)
def test_is_null_for_a_reason(expression: str, message: str) -> None:
    evaluation = feel.evaluate(expression, {})
    assert evaluation.value is None
    assert message in evaluation.warnings[0].message


def decision(logic: str, types: str = "") -> dmn.Model:
    return dmn.loads(f'{HEAD}{types}<decision id="it" name="it">{logic}</decision></definitions>')


def test_conformance_leaves_allowed_values_aside_in_every_part() -> None:
    types = (
        '<itemDefinition name="tShare"><typeRef>number</typeRef><allowedValues><text>[0..1]</text></allowedValues>'
        '</itemDefinition><itemDefinition name="tShares" isCollection="true"><typeRef>tShare</typeRef></itemDefinition>'
    )
    text = (
        "[3 instance of tShare, [3] instance of tShares, {a: 3} instance of context&lt;a: tShare&gt;, "
        '"3" instance of tShare, ["3"] instance of tShares]'
    )
    model = decision(f"<literalExpression><text>{text}</text></literalExpression>", types)
    assert model.evaluate("it", {}).value == [True, True, True, False, False]


@pytest.mark.parametrize(("condition", "expected"), [("null", "no"), ("1 = 2", "no"), ("7", None)])
def test_a_boxed_conditional_needs_a_boolean(condition: str, expected: str | None) -> None:
    parts = {"if": condition, "then": '"yes"', "else": '"no"'}
    held = "".join(
        f"<{tag}><literalExpression><text>{text}</text></literalExpression></{tag}>" for tag, text in parts.items()
    )
    evaluation = decision(f"<conditional>{held}</conditional>").evaluate("it", {})
    assert evaluation.value == expected
    assert [warning.kind for warning in evaluation.warnings] == ([] if expected else ["type"])


def test_an_external_function_answers_null_with_its_reason() -> None:
    model = dmn.loads(
        f'{HEAD}<businessKnowledgeModel id="root" name="root"><encapsulatedLogic kind="Java">'
        '<formalParameter name="n"/></encapsulatedLogic></businessKnowledgeModel></definitions>'
    )
    evaluation = model.evaluate("root", {"n": 9})
    assert evaluation.value is None
    assert [warning.kind for warning in evaluation.warnings] == ["external"]


def test_an_input_decision_of_another_type_is_an_input_error() -> None:
    model = dmn.loads(
        f'{HEAD}<decision id="base" name="base"><variable name="base" typeRef="number"/><literalExpression>'
        '<text>1</text></literalExpression></decision><decision id="twice" name="twice"><informationRequirement>'
        '<requiredDecision href="#base"/></informationRequirement><literalExpression><text>2 * base</text>'
        '</literalExpression></decision><decisionService id="s" name="s"><outputDecision href="#twice"/>'
        '<inputDecision href="#base"/></decisionService></definitions>'
    )
    assert model.evaluate("s", {"base": 4}).value == 8
    with pytest.raises(dmn.InputError, match="'base' is \"four\"; expected number"):
        model.evaluate("s", {"base": "four"})
    with pytest.raises(dmn.InputError, match="missing"):
        model.evaluate("s", {})


ENTRY = '<contextEntry><variable name="{}"/>{}</contextEntry>'
TIMES = '<functionDefinition><formalParameter name="n"/>[if n = 0 then 1 else n * f(n - 1)]</functionDefinition>'


@pytest.mark.parametrize(
    ("boxed", "expected"),
    [
        ("<list>[1][2]</list>", [1, 2]),
        ('<relation><column name="a"/><column name="b"/><row>[1][2]</row></relation>', [{"a": 1, "b": 2}]),
        (
            '<relation><column name="a"/><row id="r">[1][2]</row></relation>',
            "element r .*: a row has 2 cells for 1 columns",
        ),
        (f"<context>{ENTRY.format('a', '[1]')}{ENTRY.format('b', '[a + 1]')}</context>", {"a": 1, "b": 2}),
        (f"<context>{ENTRY.format('a', '[1]')}<contextEntry>[a + 1]</contextEntry></context>", 2),
        (f"<context>{ENTRY.format('f', TIMES)}<contextEntry>[f(4)]</contextEntry></context>", 24),
        (f"<context>{ENTRY.format('a', '')}</context>", "an entry of the context has no expression"),
        ("<filter><in>[append(1, 4, 5)]</in><match>[item > 3]</match></filter>", [4, 5]),
        ("<filter><in>[1..5]</in></filter>", "the filter has no 'match' expression"),
        ('<for iteratorVariable="i"><in>[1..3]</in><return>[i + count(partial)]</return></for>', [1, 3, 5]),
        ('<some iteratorVariable="i"><in>[1..3]</in><satisfies>[i = 3]</satisfies></some>', True),
        ('<every iteratorVariable="i"><in>[1..3]</in><satisfies>[i = 3]</satisfies></every>', False),
        ("<conditional><if>[1 = 2]</if><then>[1]</then><else>[2]</else></conditional>", 2),
        ("<conditional><if>[1 = 2]</if><then/></conditional>", "the conditional has no 'then' expression"),
        ('<invocation>[abs]<binding><parameter name="n"/>[-1]</binding></invocation>', 1),
        ('<invocation>[abs]<binding><parameter name="m"/>[-1]</binding></invocation>', None),
        ('<invocation>[abs]<binding><parameter name="n"/></binding></invocation>', None),
        ("<invocation>[abs]<binding>[-1]</binding></invocation>", "a binding has no parameter"),
        ("<invocation/>", "the invocation calls nothing"),
        ("<literalExpression><importedValues/></literalExpression>", "imported values are not FEEL"),
    ],
)
def test_each_boxed_expression_has_its_value_or_says_what_it_lacks(boxed: str, expected: object) -> None:
    text = re.sub(
        r"\[([^]]*)\]", lambda found: f"<literalExpression><text>{feel_of(found[1])}</text></literalExpression>", boxed
    )
    if isinstance(expected, str):
        with pytest.raises(dmn.ModelError, match=expected):
            decision(text)
        return
    evaluation = decision(text).evaluate("it", {})
    assert (evaluation.value, bool(evaluation.warnings)) == (expected, expected is None)


def feel_of(text: str) -> str:
    """A range stands in brackets of its own."""
    return (f"[{text}]" if ".." in text else text).replace(">", "&gt;")
