"""Throws random and mutated FEEL and XML at the engine: only its own errors may come out, none after a second.

python tests/unit/dmn/fuzz.py [COUNT] [SEED]
"""

from __future__ import annotations

import json
import random
import re
import sys
import time
from decimal import Decimal
from xml.sax.saxutils import escape

import dmn
from dmn import feel
from dmn.feel.library import BUILTINS
from dmn.runtime import Limits

WORDS = [
    *BUILTINS,
    *"if then else for in return some every satisfies and or not between instance of function null true false".split(),  # noqa: SIM905
    *'x y item partial ? number string list context date range 0 1 -1 2.5 1e3 1e-6000 9999999999 "a" "(a+)+b"'.split(),  # noqa: SIM905
    *"( ) [ ] { } , : . .. + - * / ** < <= > >= = != @ -> < >".split(),  # noqa: SIM905
    '"2024-02-29"',
    '@"P1D"',
    '@"2024-02-29T23:59:59@Europe/Paris"',
    '"\\uD83D"',
    '"(a|aa)*$x"',
    "/* */",
    "// z\n",
    "é",
    "🐎",
    "\x00",
    '"',
    "'",
]
VALUES = [
    "x",
    "y",
    "null",
    "true",
    "1",
    "-2",
    "1e20",
    '"a"',
    "[1, x]",
    "{a: x}",
    '@"P1D"',
    "[1..5]",
    "abs",
    "?",
]
TEXTS = [
    "2024-02-29",
    "2024-02-30",
    "24:00:00",
    "10:00:00.123456789Z",
    "PT0.S",
    "-P9999999999Y",
    "[1..",
    "(..2)",
    "P",
    "",
]
SEEDS = [
    '(!= 3) = (= "a") or x in (function() (>= 2))()',
    "for i in 1..10, j in [i..3] return i * j + partial[-1]",
    'if x > 1 and y = "a" then sum([1, 2, x]) else date and time("2024-02-29T10:00:00") + @"P1M"',
    "some v in [1, 2, 3][item > 1] satisfies v between 1 and 2",
    "{a: 1, b: function(n: number) if n < 2 then 1 else n * b(n - 1), c: b(a + 5)}.c",
    'replace("abracadabra", "(a)(b)?", "[$1$2]", "i")',
    "sort([3, 1, 2], function(a, b) a < b)[1] ** 2 in (< 5, [7..9), not(3))",
    'context put({a: {b: 1}}, ["a", "b"], 2) instance of context<a: context<b: number>>',
    '< 10, [20..30], > date("2024-01-01"), "a", not(?)',
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
LIMITS = Limits(seconds=0.5, steps=20_000)
SLOWEST = 1.0


def random_feel(chance: random.Random) -> str:
    kind = chance.random()
    if kind < 0.15:
        return " ".join(chance.choice(WORDS) for _ in range(chance.randint(1, 25)))
    text = mutate(chance.choice(SEEDS), chance) if kind < 0.4 else grow(chance, chance.randint(1, 5))
    if chance.random() < 0.05:
        text = chance.choice("([{-") * chance.randint(1, 3000) + text
    return text


def grow(chance: random.Random, depth: int) -> str:
    """Write an expression that parses, whatever it may mean."""
    if depth == 0:
        return chance.choice([*VALUES, "0.5", '"b"', "i", "item", '@"2024-02-29"', '@"10:00:00Z"', "[]", "{}"])
    a, b, c = (grow(chance, chance.randrange(depth)) for _ in range(3))
    call = chance.choice(list(BUILTINS))
    arguments = ", ".join([a, b, c][: chance.randint(0, 3)])
    return chance.choice(
        [
            f"{call}({arguments})",
            f"{call}({arguments})",
            f"({a}) {chance.choice(['+', '-', '*', '/', '**', '<', '=', '!=', '>=', 'and', 'or'])} ({b})",
            f"({a})[{b}]",
            f'{chance.choice(["matches", "split"])}("{"aab" * chance.randint(1, 40)}", "{_regex(chance)}")',
            f"({a}).{chance.choice(['a', 'year', 'time offset', 'start included', 'b'])}",
            f"if {a} then {b} else {c}",
            f"for i in {a} return {b}",
            f"for i in {a}..{b} return {c}",
            f"{chance.choice(['some', 'every'])} i in {a} satisfies {b}",
            f"(function(i, item) {a})({b}, {c})",
            f"({a}) between ({b}) and ({c})",
            f"({a}) in ({b}, {c})",
            f"({a}) instance of {chance.choice(['number', 'list<Any>', 'context<a: string>', 'range<date>', 'Any'])}",
            f"{{a: {a}, b: {b}, c: function(i) {c}}}",
            f"[{a}, {b}, {c}]",
            f"[({a})..({b})]",
            f"({chance.choice(['=', '!=', '<', '>='])} {a})",
            f'{chance.choice(["date", "time", "date and time", "duration", "range"])}("{chance.choice(TEXTS)}")',
            f"-({a})",
        ]
    )


def _regex(chance: random.Random) -> str:
    parts = [
        "a",
        "b",
        "[ab]",
        ".",
        "(a|b)",
        "(a*b?)",
        "(?:aa|a)",
        "^",
        "$",
        "*",
        "+",
        "?",
        "{1,3}",
        "*?",
        "|",
        "(",
        ")",
        "\\\\1",
    ]
    return "".join(chance.choice(parts) for _ in range(chance.randint(1, 9)))


def mutate(text: str, chance: random.Random) -> str:
    """Change words for others mostly, so that much still parses, and characters now and then."""
    for _ in range(chance.randint(1, 3)):
        words = text.split(" ")
        at = chance.randrange(len(words))
        if chance.random() < 0.8:
            pool = VALUES if chance.random() < 0.7 else WORDS
            words[at] = chance.choice(pool)
            text = " ".join(words)
        else:
            at = chance.randrange(len(text) + 1)
            end = min(len(text), at + chance.randint(0, 6))
            text = text[:at] + chance.choice(["", chance.choice(WORDS), text[at:end] * 2]) + text[end:]
    return text


def run_feel(text: str, chance: random.Random) -> None:
    if chance.random() < 0.3:
        feel.passes(text, Decimal(7), limits=LIMITS)
    else:
        feel.evaluate(text, {"x": 2, "y": "a", "?": 7}, strict=chance.random() < 0.1, limits=LIMITS)


def run_xml(chance: random.Random) -> None:
    text = MODEL
    for _ in range(chance.randint(1, 3)):
        if chance.random() < 0.7:
            found = chance.choice(list(re.finditer(r"(?<=<text>)[^<]*|(?<==\")[^\"]*", text)))
            other = random_feel(chance) if chance.random() < 0.5 else chance.choice(WORDS)
            text = text[: found.start()] + escape(other, {'"': "&quot;"}) + text[found.end() :]
        else:
            at = chance.randrange(len(text))
            end = min(len(text), at + chance.randint(0, 40))
            text = text[:at] + chance.choice(["", text[at:end] * 2, "<x>", "&e;", "<!DOCTYPE a>"]) + text[end:]
    model = dmn.loads(text if chance.random() < 0.5 else text.encode("utf-8", "replace"), strict=chance.random() < 0.3)
    for name in (*model.decisions, "twice", "service"):
        evaluation = model.evaluate(name, {"x": chance.choice([1, "a", None, 9.5])}, limits=LIMITS)
        json.dumps(evaluation.to_json())
    dmn.analyse(model)


def fuzz(count: int, seed: int) -> tuple[int, float]:
    """Run so many inputs; returns the number that were refused, and the seconds of the slowest.

    Raises
    ------
    AssertionError
        An input brought out another error than the package's own, or took longer than a second.
    """
    refused, slowest = 0, 0.0
    for number in range(count):
        chance = random.Random(f"{seed}/{number}")  # noqa: S311 - reproducible, not secret
        text = "a model"
        start = time.process_time()  # what others do on this machine does not count
        try:
            if number % 5 == 0:
                run_xml(chance)
            else:
                text = random_feel(chance)
                run_feel(text, chance)
        except dmn.DmnError:
            refused += 1
        except Exception as error:
            raise AssertionError(f"input {seed}/{number}: {text[:300]!r}") from error
        took = time.process_time() - start
        slowest = max(slowest, took)
        assert took < SLOWEST, f"input {seed}/{number} took {took:.2f} s: {text[:300]!r}"
    return refused, slowest


if __name__ == "__main__":
    inputs = int(sys.argv[1]) if len(sys.argv) > 1 else 100_000
    refusals, longest = fuzz(inputs, int(sys.argv[2]) if len(sys.argv) > 2 else 1)
    print(f"{inputs} inputs, {refusals} refused with the package's own errors, slowest {longest * 1000:.0f} ms")  # noqa: T201
