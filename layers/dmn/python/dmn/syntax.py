"""The syntax tree of FEEL (DMN 1.5, 10.3.1.2), and how it prints.

Each node knows where it starts in its text. `print_node` writes text that parses to the same tree.
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any, ClassVar, dataclass_transform

if TYPE_CHECKING:
    from collections.abc import Callable


@dataclass_transform(eq_default=True, frozen_default=True)
class Part:
    """A piece of a tree: its fields are what its class annotates, in that order.

    Written by hand, since the standard library's dataclasses alone would cost a third of the package's import time.
    """

    fields: ClassVar[tuple[str, ...]] = ()

    def __init_subclass__(cls) -> None:
        cls.fields = tuple(cls.__annotations__)

    def __init__(self, *values: Any, **named: Any) -> None:
        for name, value in zip(self.fields, values, strict=False):
            setattr(self, name, value)
        for name, value in named.items():
            setattr(self, name, value)

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and self.parts() == other.parts()

    def __hash__(self) -> int:
        return hash((type(self), *self.parts()))

    def __repr__(self) -> str:
        return f"{type(self).__name__}({', '.join(map(repr, self.parts()))})"

    def parts(self) -> tuple[Any, ...]:
        return tuple(getattr(self, name) for name in self.fields)


class Node(Part):
    """An expression, or a test; each kind ends with `start`, its offset in the text."""

    @property
    def at(self) -> int:
        return int(getattr(self, "start", 0))


class Literal(Node):
    value: Decimal | str | bool | None
    start: int


class AtLiteral(Node):
    """`@"2024-02-29"`: a temporal value by its text."""

    text: str
    start: int


class Name(Node):
    name: str
    start: int


class Negation(Node):
    operand: Node
    start: int


class Binary(Node):
    """Arithmetic and comparison: `operator` is one of + - * / ** = != < <= > >=."""

    operator: str
    left: Node
    right: Node
    start: int


class Logic(Node):
    """`and` or `or` over two or more operands."""

    operator: str
    operands: tuple[Node, ...]
    start: int


class Between(Node):
    value: Node
    low: Node
    high: Node
    start: int


class In(Node):
    value: Node
    tests: Tests
    start: int


class InstanceOf(Node):
    value: Node
    type: TypeNode
    start: int


class Path(Node):
    value: Node
    name: str
    start: int


class Filter(Node):
    value: Node
    condition: Node
    start: int


class Call(Node):
    """A function call; `names` is None where the arguments are positional."""

    function: Node
    arguments: tuple[Node, ...]
    names: tuple[str, ...] | None
    start: int


class If(Node):
    condition: Node
    then: Node
    otherwise: Node
    start: int


class Iteration(Part):
    """`name in values`, or `name in values..until` over a range."""

    name: str
    values: Node
    until: Node | None


class For(Node):
    iterations: tuple[Iteration, ...]
    result: Node
    start: int


class Quantified(Node):
    """`some` or `every`."""

    quantifier: str
    iterations: tuple[Iteration, ...]
    condition: Node
    start: int


class FunctionLiteral(Node):
    """`function(a: number) a + 1`; an external one has no body that FEEL could run."""

    parameters: tuple[tuple[str, TypeNode | None], ...]
    body: Node
    external: bool
    start: int


class ListLiteral(Node):
    items: tuple[Node, ...]
    start: int


class ContextLiteral(Node):
    entries: tuple[tuple[str, Node], ...]
    start: int


class RangeLiteral(Node):
    """An interval by its two bounds."""

    low: Node
    high: Node
    low_closed: bool
    high_closed: bool
    start: int


class ComparisonRange(Node):
    """A range by a comparison, as `(>= 5)`: the operator is one of = != < <= > >= (rule 7)."""

    operator: str
    bound: Node
    start: int


class UnaryTest(Node):
    """`< 10` in a cell or after `in`: the operator is one of = != < <= > >=."""

    operator: str
    operand: Node
    start: int


class Tests(Node):
    """Alternatives of a cell or of `in`; `negated` for `not(...)`."""

    tests: tuple[Node, ...]
    negated: bool
    start: int


class AnyValue(Node):
    """`-`: the test that every value passes."""

    start: int


class TypeNode(Part):
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
    left, right = "[" if node.low_closed else "(", "]" if node.high_closed else ")"
    return f"{left}{_group(node.low)}..{_group(node.high)}{right}"


def _print_tests(node: Tests) -> str:
    tests = ", ".join(map(print_node, node.tests))
    return f"not({tests})" if node.negated else tests


def _print_context(node: ContextLiteral) -> str:
    return "{" + ", ".join(f"{quote(key)}: {print_node(value)}" for key, value in node.entries) + "}"


_PRINTERS: dict[type, Callable[[Any], str]] = {
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
    ComparisonRange: lambda node: f"({node.operator} {_group(node.bound)})",
    UnaryTest: lambda node: f"{node.operator} {_group(node.operand)}",
    Tests: _print_tests,
    AnyValue: lambda _: "-",
}
