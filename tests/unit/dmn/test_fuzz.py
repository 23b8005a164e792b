"""Whatever is written in an expression or a file, only the package's own errors come out, none after a second."""

from __future__ import annotations

import json
import re
import time
from contextlib import suppress
from decimal import Decimal
from xml.sax.saxutils import escape

from hypothesis import given, settings
from hypothesis import strategies as st

import dmn
from dmn import feel
from dmn.feel.library import BUILTINS
from dmn.runtime import Limits

LIMITS = Limits(seconds=0.5, steps=20_000)
SLOWEST = 1.0  # seconds of this process: what others do on this machine does not count
VALUES = [
    *('x y null true 1 -2 1e20 0.5 "a" "b" @"P1D" [1..5] abs ? i item [] {} @"2024-02-29" @"10:00:00Z"'.split()),  # noqa: SIM905
    *("[1, x]", "{a: x}", '"2024-02-30"', '"24:00:00"', '"PT0.S"', '"-P9999999999Y"', '"[1.."', '"(..2)"', '"P"', '""'),
]
WORDS = [
    *BUILTINS,
    *"if then else for in return some every satisfies and or not between instance of function false".split(),  # noqa: SIM905
    *"partial number string list context date range 1e-6000 9999999999 ( ) [ ] { } , : . .. + - * / **".split(),  # noqa: SIM905
    *"< <= > >= = != @ -> é 🐎 \x00 \" '".split(),  # noqa: SIM905
    *(
        "",
        "/* */",
        "// z\n",
        '"\\uD83D"',
        '"(a|aa)*$x"',
        '@"2024-02-29T23:59:59@Europe/Paris"',
        "<x>",
        "&e;",
        "<!DOCTYPE a>",
    ),
]
FORMS = [
    *(f"({{}}) {sign} ({{}})" for sign in ("+", "-", "*", "/", "**", "<", "=", "!=", ">=", "and", "or", "in", "..")),
    *(f"({{}}).{name}" for name in ("a", "year", "time offset", "start included")),
    *(f"({{}}) instance of {kind}" for kind in ("number", "list<Any>", "context<a: string>", "range<date>")),
    *(f"({sign} {{}})" for sign in ("=", "!=", "<", ">=", "-")),
    "({})[{}]",
    "if {} then {} else {}",
    "for i in {} return {}",
    "for i in {}..{} return [{}, partial[-1]]",
    "some i in {} satisfies {}",
    "every i in {} satisfies {}",
    "(function(i, item) {})({}, {})",
    "({}) between ({}) and ({})",
    "{{a: {}, b: {}, c: function(i) {}}}",
    "[{}, {}, {}]",
    "[({})..({}))",
    "{}, not({}), {}",
]
MODEL = """<?xml version="1.0" encoding="UTF-8"?>
<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="urn:d">
<itemDefinition id="it" name="tKind"><typeRef>string</typeRef><allowedValues id="av"><text>"a","b"</text></allowedValues></itemDefinition>
<inputData id="in1" name="x"><variable id="v1" name="x" typeRef="number"/></inputData>
<decision id="d1" name="first"><variable id="v2" name="first" typeRef="tKind"/>
<informationRequirement id="r"><requiredInput href="#in1"/></informationRequirement>
<decisionTable id="t" hitPolicy="FIRST"><input id="i"><inputExpression id="ie" typeRef="number"><text>x</text></inputExpression></input>
<output id="o" name="o" typeRef="string"/><rule id="ru"><inputEntry id="e"><text>&lt; 5</text></inputEntry><outputEntry id="oe"><text>"a"</text></outputEntry></rule>
</decisionTable></decision>
<decision id="d2" name="second"><variable id="v3" name="second"/><informationRequirement id="r2"><requiredDecision href="#d1"/></informationRequirement>
<context id="c"><contextEntry id="ce"><variable id="v4" name="k"/><literalExpression id="le"><text>first + "z"</text></literalExpression></contextEntry></context></decision>
<decision id="d3" name="third"><variable id="v5" name="third"/><informationRequirement id="r3"><requiredInput href="#in1"/></informationRequirement>
<conditional id="co"><if><literalExpression id="l1"><text>x > 1</text></literalExpression></if><then><for id="fo" iteratorVariable="i"><in><literalExpression id="l2"><text>[1..3]</text></literalExpression></in><return><literalExpression id="l3"><text>i * x</text></literalExpression></return></for></then><else><filter id="fi"><in><list id="li"><literalExpression id="l4"><text>x</text></literalExpression></list></in><match><literalExpression id="l5"><text>item > 0</text></literalExpression></match></filter></else></conditional></decision>
<businessKnowledgeModel id="b1" name="twice"><encapsulatedLogic id="el"><formalParameter id="fp" name="x" typeRef="number"/><literalExpression id="l6"><text>x * 2</text></literalExpression></encapsulatedLogic></businessKnowledgeModel>
<decisionService id="s1" name="service"><outputDecision href="#d3"/><inputData href="#in1"/></decisionService>
</definitions>"""  # noqa: E501
PLACES = [found.span() for found in re.finditer(r"(?<=<text>)[^<]*|(?<==\")[^\"]*", MODEL)]

patterns = st.lists(st.sampled_from(["a", "[ab]", ".", "(a|b)", "(?:aa|a)", *"^$*+?|()", "{1,3}", "\\\\1"]), max_size=9)


def _grown(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    """Expressions that parse, whatever they may mean."""
    return st.one_of(
        st.builds(str.format, st.sampled_from(FORMS), inner, inner, inner),
        st.builds("{}({})".format, st.sampled_from(list(BUILTINS)), st.lists(inner, max_size=3).map(", ".join)),
        st.builds('{}("aabaab", "{}")'.format, st.sampled_from(["matches", "split"]), patterns.map("".join)),
    )


def _damaged(texts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    places = st.integers(0, len(MODEL))
    return st.builds(
        lambda text, at, left_out, word: (
            f"{text[: at % (len(text) + 1)]}{word}{text[at % (len(text) + 1) + left_out :]}"
        ),
        *(texts, places, st.integers(0, 40), st.sampled_from(WORDS)),
    )


grown = st.recursive(st.sampled_from(VALUES), _grown, max_leaves=8)
expressions = grown | _damaged(grown) | st.lists(st.sampled_from(WORDS), max_size=25).map(" ".join)
rewritten = st.builds(
    lambda place, text: MODEL[: place[0]] + escape(text, {'"': "&quot;"}) + MODEL[place[1] :],
    *(st.sampled_from(PLACES), expressions),
)


@settings(max_examples=600)
@given(expressions, st.booleans())
def test_expression_brings_out_only_own_errors_within_a_second(text: str, strict: bool) -> None:  # noqa: FBT001
    start = time.process_time()
    with suppress(dmn.DmnError):
        feel.passes(text, Decimal(7), limits=LIMITS)
    with suppress(dmn.DmnError):
        feel.evaluate(text, {"x": 2, "y": "a", "?": 7}, strict=strict, limits=LIMITS)
    assert time.process_time() - start < SLOWEST


@settings(max_examples=200)
@given(rewritten | _damaged(rewritten), st.booleans(), st.sampled_from([1, "a", None, 9.5]))
def test_file_brings_out_only_own_errors_within_a_second(text: str, strict: bool, x: object) -> None:  # noqa: FBT001
    start = time.process_time()
    with suppress(dmn.DmnError):
        model = dmn.loads(text, strict=strict)
        for name in (*model.decisions, "twice", "service"):
            json.dumps(model.evaluate(name, {"x": x}, limits=LIMITS).to_json())
        dmn.analyse(model)
    assert time.process_time() - start < SLOWEST
