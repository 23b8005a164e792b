"""Expressions and models that mean harm: each is to end within 2 s and 256 MB with the package's own errors or a value.

    python tests/unit/dmn/hostile.py [EVERY]

Each runs in a child of its own, so that its processor time and memory are known. EVERY is the step through the list.
"""

from __future__ import annotations

import dataclasses
import os
import resource
import sys
from collections.abc import Callable
from typing import TYPE_CHECKING

from notation import decision, function, table, written  # type: ignore[import-not-found] # it lies beside this script

import dmn
from dmn import feel

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_SECONDS, MAX_MEGABYTES = 2.0, 256
HEAD = '<definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="{}">'
IMPORT = '<import name="{}" namespace="{}" importType="https://www.omg.org/spec/DMN/20191111/MODEL/"/>'
OWN_ERROR, FOREIGN_ERROR = 1, 2  # how a child ends

type Attack = tuple[str, Callable[[], object]]


@dataclasses.dataclass(frozen=True)
class Outcome:
    """How an attack ended: `returned`, `refused` by an error of the package, or with a `foreign` error."""

    name: str
    end: str
    seconds: float
    megabytes: float

    @property
    def failed(self) -> bool:
        return self.end == "foreign" or self.seconds > MAX_SECONDS or self.megabytes > MAX_MEGABYTES


# --- expressions

GROWING = [
    "for i in 1..{n} return partial",
    "for i in 1..{n} return [partial, partial]",
    "for i in 1..{n} return {{a: partial, b: partial}}",
    "for i in 1..{n} return [partial[-1], partial[-1]]",
    "for i in 1..{n} return [partial[-1]]",
]
USES = ["{}", "string({})", "{0} = {0}", "flatten({})", "distinct values([{0}, {0}])", "list contains([{0}], {0})"]
LONG_LIST = [
    *("remove(x, 1)", "append(x, 1)", "insert before(x, 1, 0)", "concatenate(x, x)", "reverse(x)", "union(x, [1])"),
    *("distinct values(x)", "duplicate values(x)", "sort(x)", "sort(x, function(a, b) a > b)", "index of(x, -1)"),
    *("list contains(x, -1)", "sublist(x, 2)", "flatten([x])", "partition(x, 3)", "list replace(x, 1, 0)", "mode(x)"),
    *("median(x)", "stddev(x)", "sum(x)", "min(x)", "product(x)", "x[item > 0]", "x = reverse(x)", "[x, x] = [x, x]"),
    *("string(x)", "count(x)", "all(x)", "list replace(x, function(a, b) false, 1)", "some y in x satisfies y < 0"),
]
LONG_TEXT = [
    *(
        'x + "a"',
        "upper case(x)",
        "lower case(x)",
        "trim(x)",
        'replace(x, "b", "c")',
        'split(x, "b")',
        "substring(x, 2)",
    ),
    *('contains(x, "b")', 'matches(x, "(a+)+b")', 'string join([x, x], "")', 'substring before(x, "b")', "x = x + x"),
    *('string length(x + "")', 'replace(x, "a*", "$0$0")', "string(x)", "number(x)", "date(x)", 'split(x, "(a|aa)+$")'),
]
RECURSIVE = [
    "{f: function(n) f(n + 1), r: f(1)}.r",
    "{f: function(n) [f(n + 1)], r: f(1)}.r",
    "{f: function(n) if n = 0 then 1 else f(n - 1) + f(n - 1), r: f(40)}.r",
    "{f: function(n) {a: f(n + 1)}, r: f(1)}.r",
    "{f: function(n) sort([1, 2, 3], function(a, b) f(n) = 1), r: f(1)}.r",
]
NUMBERS = ["10**5000000", "9**5000000", "0.1**5000000", "1.0000001**1e30", "2**1e6000", "exp(1e6000)", "1e6000**1e6000"]
MOMENTS = [
    'for d in @"0001-01-01"..@"9999-12-31" return d',
    'date(999999999, 12, 31) + @"P1D"',
    'date("2024-01-01") + duration("P999999999999999999Y")',
    'duration("P999999999999999999D") * 1e30',
    'for i in 1..99999 return date and time(@"2024-01-01T00:00:00Z", "Europe/Paris") + @"PT1H"',
    'date and time("2024-01-01T00:00:00@../../etc/passwd")',
    'date and time("2024-01-01T00:00:00@{}")'.format("A" * 50_000),
]
NESTED_LOOPS = [
    "for i in 1..99999, j in 1..99999 return i",
    "for i in 1..99 return for j in 1..99999 return {a: i, b: j, c: [i, j]}",
    "for i in 1..99 return for j in 1..99999 return function() i",
    "for i in 1..99 return for j in 1..99999 return [i + 1..j + 200]",
    "for i in 1..99 return for j in 1..99999 return string(i * j)",
    'for i in 1..99 return for j in 1..99999 return @"2024-01-01T00:00:00Z" + @"PT1H" * i',
    "every i in 1..99999, j in 1..99999 satisfies i + j > 0",
    "some i in 1..99999, j in 1..99999 satisfies i + j < 0",
    "for i in 1..99999 return count(partial)",
    "(for i in 1..99999 return i)[count(x[item > 0]) = 1]",
    "for i in 1..9999999999 return i",
    "for i in -1e30..1e30 return i",
    "count(for i in [1..99999] return for j in [1..99] return i)",
    "for i in 1..99999 return 1 + null",
    "for i in 1..99999 return undefined + i",
]
DEEP_TEXTS: dict[str, str] = {
    "parentheses": "(" * 50_000 + "1",
    "lists": "[" * 99_000,
    "minus": "-" * 99_000 + "1",
    "not": "not(" * 20_000 + "1",
    "sum": "1" + "+1" * 45_000,
    "or": "true" + " or true" * 10_000,
    "path": "x" + ".a" * 45_000,
    "index": "x" + "[1]" * 30_000,
    "if": "if true then " * 7_000 + "1",
    "ranges": "[1..[1..[1..[1..[1.." * 4_000,
    "in": "1" + " in (1" * 15_000,
    "words": "a " * 49_000,
    "text": '"' + "a" * 200_000 + '"',
    "comment": "/*" * 40_000,
    "digits": "1" * 99_000,
    "escape": '"' + "\\uD83D" * 16_000 + '"',
}


def expressions() -> Iterator[Attack]:
    for growing in GROWING:
        for count in (60, 5000):
            text = growing.format(n=count)
            for use in USES:
                yield f"{use}: {text}", _evaluating(use.format(f"({text})"))
    for text in LONG_LIST:
        yield f"long list: {text}", _evaluating(f"for i in 1..3000 return {text}", x=range(20_000))
        yield f"one list: {text}", _evaluating(text, x=range(99_000))
    for text in LONG_TEXT:
        yield f"long text: {text}", _evaluating(f"for i in 1..3000 return {text}", x="a" * 400_000)
        yield f"one text: {text}", _evaluating(text, x="a" * 999_000)
    for text in [*RECURSIVE, *NUMBERS, *MOMENTS, *NESTED_LOOPS]:
        yield text[:80], _evaluating(text, x=range(20_000), strict=False)
    for name, text in DEEP_TEXTS.items():
        yield f"deep {name}", _evaluating(text, x=1, strict=False)
        yield f"deep cell {name}", _passing(text)


def _evaluating(text: str, *, strict: bool = False, **given: object) -> Callable[[], object]:
    def run() -> object:
        names = {name: list(value) if isinstance(value, range) else value for name, value in given.items()}
        return feel.evaluate(text, names, strict=strict).to_json()

    return run


def _passing(text: str) -> Callable[[], object]:
    return lambda: feel.passes(text, 1)


# --- models


def models() -> Iterator[Attack]:
    for levels in (5, 22, 45, 300):
        yield f"diamond of {levels}", _loading_diamond(levels)
    own: dict[str, str | bytes] = {"urn:d": HEAD.format("urn:d") + "</definitions>"}
    yield "own import", _loading(IMPORT.format("a", "urn:d"), imports=own)
    yield "entities", lambda: dmn.loads('<!DOCTYPE d [<!ENTITY a "aa"><!ENTITY b "&a;&a;">]><d>&b;</d>')
    for name, inside in LOADED.items():
        yield name, _loading(inside)
    for count in (500, 2000, 8000):
        yield f"rules {count}", _analysing(_table(count, "[{row}..{more}]"))
        yield f"same rules {count}", _analysing(_table(count, "-"))
        yield f"first rules {count}", _analysing(_table(count, "< {more}", "FIRST"))
        yield f"texts {count}", _analysing(_table(count, '"{row}", "{more}"', "FIRST", "string"))
    yield "wide table", _analysing(_table(200, "{row}, {column}", columns=200))
    for length in (50, 400, 5000):
        chain = "".join(decision(f"d{n}", f"⇒d{n + 1}«d{n + 1} + d{n + 1}»") for n in range(length))
        yield f"chain {length}", _loading(written(chain + decision(f"d{length}", "«1»")), evaluate="d0")
    for name, inside in EVALUATED.items():
        yield name, _loading(inside, evaluate="d0")


def _knowing(body: str, call: str) -> str:
    return str(written(function("b", "n", f"«{body}»") + decision("d0", f"⇀b«{call}»")))


LOADED = {
    "elements": "<inputData/>" * 299_000,
    "depth": "<decision>" * 5000,
    "bytes": " " * 20_000_000,
    "attribute": f'<decision id="{"a" * 5_000_000}" name="x"/>',
    "names": "".join(f'<inputData id="i{n}" name="a b c {n}"/>' for n in range(30_000)),
    "one name": "".join(f'<inputData id="i{n}" name="{"a " * (n % 999)}b"/>' for n in range(2000)),
    "circle": written(decision("d0", "⇒d1«1»") + decision("d1", "⇒d0«1»")),
    "type of itself": '<itemDefinition name="t" isCollection="true"><typeRef>t</typeRef></itemDefinition>',
    "types": "".join(f'<itemDefinition name="t{n}"><typeRef>t{n + 1}</typeRef></itemDefinition>' for n in range(5000)),
}
EVALUATED = {
    "knowledge in a loop": _knowing("n", "for i in 1..99999 return b(i)"),
    "knowledge without end": _knowing("b(n + 1)", "b(1)"),
    "knowledge that doubles": _knowing("[n, n]", "b(b(b(1)))"),
    "audit of a long list": _knowing("count(n)", "for i in 1..9999 return b([1..99999])"),
    "slow allowed values": '<itemDefinition name="t" isCollection="true"><typeRef>number</typeRef><allowedValues><text>'
    "count(for i in 1..9999 return ?) > 0</text></allowedValues></itemDefinition>"
    + written(decision("d0", '<variable name="d0" typeRef="t"/>«for i in 1..9999 return i»')),
}


def _loading(inside: str, *, imports: dict[str, str | bytes] | None = None, evaluate: str = "") -> Callable[[], object]:
    def run() -> object:
        model = dmn.loads(HEAD.format("urn:d") + inside + "</definitions>", imports=imports)
        return model.evaluate(evaluate, {}).to_json() if evaluate else None

    return run


def _loading_diamond(levels: int) -> Callable[[], object]:
    files: dict[str, str | bytes] = {}
    for level in range(levels):
        twice = "".join(IMPORT.format(name, f"urn:{level + 1}") for name in "ab")
        files[f"urn:{level}"] = HEAD.format(f"urn:{level}") + twice + "</definitions>"
    files[f"urn:{levels}"] = HEAD.format(f"urn:{levels}") + "</definitions>"
    return lambda: dmn.loads(files["urn:0"], imports=files)


def _analysing(inside: str) -> Callable[[], object]:
    return lambda: dmn.analyse(dmn.loads(f"{HEAD.format('urn:d')}{inside}</definitions>"))


def _table(count: int, cell: str, policy: str = "UNIQUE", kind: str = "number", columns: int = 2) -> str:
    rules = (
        [*(cell.format(row=row, more=row + 3, column=column % 5) for column in range(columns)), str(row)]
        for row in range(count)
    )
    return str(decision("t", table(policy, [f"x{n}:{kind}" for n in range(columns)], [""], rules)))


def attacks() -> list[Attack]:
    return [*expressions(), *models()]


def suffer(attack: Attack) -> Outcome:
    """Run an attack in a child, and return how it ended."""
    name, run = attack
    child = os.fork()
    if not child:
        os.close(2)
        code = 0
        try:
            run()
        except dmn.DmnError:
            code = OWN_ERROR
        except BaseException:  # noqa: BLE001 - whatever else came out is what is looked for
            code = FOREIGN_ERROR
        os._exit(code)
    _, status, used = os.wait4(child, 0)
    code = os.waitstatus_to_exitcode(status)
    end = {0: "returned", OWN_ERROR: "refused"}.get(code, "foreign")
    return Outcome(name, end, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)


if __name__ == "__main__":
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    outcomes = [suffer(attack) for attack in attacks()[:: int(sys.argv[1]) if len(sys.argv) > 1 else 1]]
    for outcome in outcomes:
        if outcome.failed:
            print(f"{outcome.end} {outcome.seconds:.2f} s {outcome.megabytes:.0f} MB: {outcome.name[:100]}")  # noqa: T201
    slowest = max(outcomes, key=lambda outcome: outcome.seconds)
    largest = max(outcomes, key=lambda outcome: outcome.megabytes)
    refused = sum(outcome.end == "refused" for outcome in outcomes)
    print(f"{len(outcomes)} inputs, {refused} refused with the package's own errors")  # noqa: T201
    print(f"slowest {slowest.seconds:.2f} s: {slowest.name[:80]}")  # noqa: T201
    print(f"largest {largest.megabytes:.0f} MB: {largest.name[:80]}")  # noqa: T201
    sys.exit(any(outcome.failed for outcome in outcomes))
