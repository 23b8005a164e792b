"""The syntax tree of FEEL (DMN 1.5, 10.3.1.2).

Each node knows where it starts in its text.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any, ClassVar, dataclass_transform


@dataclass_transform(eq_default=True, frozen_default=True)
class Part:
    """A piece of a tree: its fields are what its class annotates, in that order.

    Written by hand, since the standard library's dataclasses alone would cost a third of the package's import time.
    """

    fields: ClassVar[tuple[str, ...]] = ()

    def __init_subclass__(cls) -> None:
        cls.fields = tuple(cls.__annotations__)

    def __init__(self, *values: Any, **named: Any) -> None:
        self.__dict__ = dict(zip(self.fields, values, strict=False), **named)  # half the time of setting one by one

    def __eq__(self, other: object) -> bool:
        return type(self) is type(other) and self.parts() == other.parts()

    def __hash__(self) -> int:
        return hash((type(self), *self.parts()))

    def parts(self) -> tuple[Any, ...]:
        return tuple(getattr(self, name) for name in self.fields)


class Node(Part):
    """An expression, or a test; each kind ends with `start`, its offset in the text."""

    @property
    def at(self) -> int:
        return int(vars(self)["start"])


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


class UnaryTest(Node):
    """`< 10` in a cell or after `in`, and in parentheses a range (rule 7): the operator is one of = != < <= > >=."""

    operator: str
    operand: Node
    start: int


class Tests(Part):
    """Alternatives of a cell or of `in`; `negated` for `not(...)`, and for `-`, which is not one of none."""

    tests: tuple[Node, ...]
    negated: bool


class TypeNode(Part):
    """A type by its name and arguments: `list<number>`, `context<a: string>`, `function<number> -> string`."""

    name: str
    arguments: tuple[TypeNode, ...]
    keys: tuple[str, ...]
    result: TypeNode | None
    start: int
