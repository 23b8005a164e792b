"""The syntax tree of FEEL (DMN 1.5, 10.3.1.2), and how it prints.

Each node knows where it starts in its text. `print_node` writes text that parses to the same tree.
"""

from __future__ import annotations

from decimal import Decimal
from typing import NamedTuple

type Node = (
    Literal | AtLiteral | Name | Negation | Binary | Logic | Between | In | InstanceOf | Path | Filter | Call | If | For
    | Quantified | FunctionLiteral | ListLiteral | ContextLiteral | RangeLiteral | UnaryTest | Tests | AnyValue
)  # fmt: skip


class Literal(NamedTuple):
    value: Decimal | str | bool | None
    start: int


class AtLiteral(NamedTuple):
    """`@"2024-02-29"`: a temporal value by its text."""

    text: str
    start: int


class Name(NamedTuple):
    name: str
    start: int


class Negation(NamedTuple):
    operand: Node
    start: int


class Binary(NamedTuple):
    """Arithmetic and comparison: `operator` is one of + - * / ** = != < <= > >=."""

    operator: str
    left: Node
    right: Node
    start: int


class Logic(NamedTuple):
    """`and` or `or` over two or more operands."""

    operator: str
    operands: tuple[Node, ...]
    start: int


class Between(NamedTuple):
    value: Node
    low: Node
    high: Node
    start: int


class In(NamedTuple):
    value: Node
    tests: Tests
    start: int


class InstanceOf(NamedTuple):
    value: Node
    type: TypeNode
    start: int


class Path(NamedTuple):
    value: Node
    name: str
    start: int


class Filter(NamedTuple):
    value: Node
    condition: Node
    start: int


class Call(NamedTuple):
    """A function call; `names` is None where the arguments are positional."""

    function: Node
    arguments: tuple[Node, ...]
    names: tuple[str, ...] | None
    start: int


class If(NamedTuple):
    condition: Node
    then: Node
    otherwise: Node
    start: int


class Iteration(NamedTuple):
    """`name in values`, or `name in values..until` over a range."""

    name: str
    values: Node
    until: Node | None


class For(NamedTuple):
    iterations: tuple[Iteration, ...]
    result: Node
    start: int


class Quantified(NamedTuple):
    """`some` or `every`."""

    quantifier: str
    iterations: tuple[Iteration, ...]
    condition: Node
    start: int


class FunctionLiteral(NamedTuple):
    """`function(a: number) a + 1`; an external one has no body that FEEL could run."""

    parameters: tuple[tuple[str, TypeNode | None], ...]
    body: Node
    external: bool
    start: int


class ListLiteral(NamedTuple):
    items: tuple[Node, ...]
    start: int


class ContextLiteral(NamedTuple):
    entries: tuple[tuple[str, Node], ...]
    start: int


class RangeLiteral(NamedTuple):
    """An interval; an absent bound is open to infinity (`(>= 5)`)."""

    low: Node | None
    high: Node | None
    low_closed: bool
    high_closed: bool
    start: int


class UnaryTest(NamedTuple):
    """`< 10` in a cell or after `in`: the operator is one of = != < <= > >=."""

    operator: str
    operand: Node
    start: int


class Tests(NamedTuple):
    """Alternatives of a cell or of `in`; `negated` for `not(...)`."""

    tests: tuple[Node, ...]
    negated: bool
    start: int


class AnyValue(NamedTuple):
    """`-`: the test that every value passes."""

    start: int


class TypeNode(NamedTuple):
    """A type by its name and arguments: `list<number>`, `context<a: string>`, `function<number> -> string`."""

    name: str
    arguments: tuple[TypeNode, ...]
    keys: tuple[str, ...]
    result: TypeNode | None
    start: int


def print_node(node: Node) -> str:
    """Write a tree as FEEL; every inner operation stands in parentheses, so that precedence never matters."""
    return _PRINTERS[type(node)](node)


def print_type(node: TypeNode) -> str:
    if node.name == "function":
        arguments = ", ".join(map(print_type, node.arguments))
        return f"function<{arguments}> -> {print_type(node.result)}" if node.result else f"function<{arguments}>"
    if node.keys:
        fields = zip(node.keys, node.arguments, strict=True)
        return f"{node.name}<{', '.join(f'{key}: {print_type(argument)}' for key, argument in fields)}>"
    return f"{node.name}<{', '.join(map(print_type, node.arguments))}>" if node.arguments else node.name


def quote(text: str) -> str:
    for plain, escaped in (("\\", "\\\\"), ('"', '\\"'), ("\n", "\\n"), ("\r", "\\r"), ("\t", "\\t")):
        text = text.replace(plain, escaped)
    return f'"{text}"'


def _group(node: Node) -> str:
    simple = isinstance(node, (Name, AtLiteral, ListLiteral, ContextLiteral, Call, Path, Filter))
    plain = isinstance(node, Literal) and not (isinstance(node.value, Decimal) and node.value.is_signed())
    return print_node(node) if simple or plain else f"({print_node(node)})"


def _print_literal(node: Literal) -> str:
    if isinstance(node.value, bool):
        return "true" if node.value else "false"
    if node.value is None:
        return "null"
    return quote(node.value) if isinstance(node.value, str) else format(node.value, "f")


def _print_call(node: Call) -> str:
    arguments = [print_node(argument) for argument in node.arguments]
    if node.names is not None:
        arguments = [f"{name}: {argument}" for name, argument in zip(node.names, arguments, strict=True)]
    return f"{_group(node.function)}({', '.join(arguments)})"


def _print_iterations(iterations: tuple[Iteration, ...]) -> str:
    return ", ".join(
        f"{it.name} in {print_node(it.values)}" + (f"..{print_node(it.until)}" if it.until else "") for it in iterations
    )


def _print_function(node: FunctionLiteral) -> str:
    parameters = ", ".join(f"{name}: {print_type(kind)}" if kind else name for name, kind in node.parameters)
    return f"function({parameters}){' external' if node.external else ''} {print_node(node.body)}"


def _print_range(node: RangeLiteral) -> str:
    if node.low is None or node.high is None:
        bound, closed, sign = (node.high, node.high_closed, "<") if node.low is None else (node.low, node.low_closed, ">")
        return f"({sign}{'=' if closed else ''} {_group(bound)})" if bound else "(null..null)"
    left, right = "[" if node.low_closed else "(", "]" if node.high_closed else ")"
    return f"{left}{_group(node.low)}..{_group(node.high)}{right}"


def _print_tests(node: Tests) -> str:
    tests = ", ".join(map(print_node, node.tests))
    return f"not({tests})" if node.negated else tests


def _print_context(node: ContextLiteral) -> str:
    return "{" + ", ".join(f"{quote(key)}: {print_node(value)}" for key, value in node.entries) + "}"


_PRINTERS = {
    Literal: _print_literal,
    AtLiteral: lambda node: f"@{quote(node.text)}",
    Name: lambda node: node.name,
    Negation: lambda node: f"-{_group(node.operand)}",
    Binary: lambda node: f"{_group(node.left)} {node.operator} {_group(node.right)}",
    Logic: lambda node: f" {node.operator} ".join(_group(operand) for operand in node.operands),
    Between: lambda node: f"{_group(node.value)} between {_group(node.low)} and {_group(node.high)}",
    In: lambda node: f"{_group(node.value)} in ({_print_tests(node.tests)})",
    InstanceOf: lambda node: f"{_group(node.value)} instance of {print_type(node.type)}",
    Path: lambda node: f"{_group(node.value)}.{node.name}",
    Filter: lambda node: f"{_group(node.value)}[{print_node(node.condition)}]",
    Call: _print_call,
    If: lambda node: f"if {print_node(node.condition)} then {print_node(node.then)} else {print_node(node.otherwise)}",
    For: lambda node: f"for {_print_iterations(node.iterations)} return {print_node(node.result)}",
    Quantified: lambda node: (
        f"{node.quantifier} {_print_iterations(node.iterations)} satisfies {print_node(node.condition)}"
    ),
    FunctionLiteral: _print_function,
    ListLiteral: lambda node: f"[{', '.join(map(print_node, node.items))}]",
    ContextLiteral: _print_context,
    RangeLiteral: _print_range,
    UnaryTest: lambda node: f"{node.operator} {_group(node.operand)}",
    Tests: _print_tests,
    AnyValue: lambda _: "-",
}
