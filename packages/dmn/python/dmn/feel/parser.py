"""Parses FEEL into its syntax tree (DMN 1.5, 10.3.1.2), by precedence climbing.

Names are joined by the longest match over a `Vocabulary`: the names of the model, of the built-in functions, and those
that the expression itself declares (parameters, iterators, entries of contexts).
"""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING

from dmn.errors import FeelSyntaxError
from dmn.feel import syntax
from dmn.feel.cells import read_literal, read_plain_tests
from dmn.feel.operands import OperandReader
from dmn.feel.syntax import Node, Tests, TypeNode
from dmn.feel.tokens import CONTINUATIONS

if TYPE_CHECKING:
    from collections.abc import Callable

    from dmn.feel.vocabulary import Vocabulary

_LEVELS = {"+": 0, "-": 0, "*": 1, "/": 1, "**": 2}


class Parser(OperandReader):
    """One parse of one text."""

    # --- expressions, loosest first

    def expression(self) -> Node:
        self.go_deeper()
        bound_only, self.bound_only = self.bound_only, False
        vocabulary = self.vocabulary
        try:
            reader = None if self.known_name() else _STATEMENTS.get(self.token.text)
            if reader is not None and self.token.kind == "word":
                return reader(self)
            return self.logic("or")
        finally:
            self.depth -= 1
            self.vocabulary = vocabulary
            self.bound_only = bound_only

    def logic(self, operator: str) -> Node:
        start = self.token.start
        operands = [self.logic("and") if operator == "or" else self.comparison()]
        while self.take(operator):
            operands.append(self.logic("and") if operator == "or" else self.comparison())
        return operands[0] if len(operands) == 1 else syntax.Logic(operator, tuple(operands), start)

    def comparison(self) -> Node:
        left = self.arithmetic(0)
        chain = 0
        while True:
            start = self.token.start
            chain = self.count(chain)
            if operator := self.comparison_sign():
                left = syntax.Binary(operator, left, self.arithmetic(0), start)
            elif self.take("between"):
                low = self.arithmetic(0)
                self.expect("and")
                left = syntax.Between(left, low, self.arithmetic(0), start)
            elif self.take("in"):
                left = syntax.In(left, self.in_tests(), start)
            elif self.peek("instance") and self.peek("of", 1):
                self.at += 2
                left = syntax.InstanceOf(left, self.type(), start)
            else:
                return left

    def count(self, chain: int) -> int:
        if chain > self.limits.row:
            raise FeelSyntaxError(f"more than {self.limits.row} operations in a row", self.token.start)
        return chain + 1

    def arithmetic(self, level: int) -> Node:
        """Read operations of at least this level; those of one level bind from the left."""
        left = self.unary()
        while True:
            token = self.token
            rank = _LEVELS.get(token.text, -1) if token.kind == "symbol" else -1
            if rank < level:
                return left
            self.at += 1
            left = syntax.Binary(token.text, left, self.arithmetic(rank + 1), token.start)

    def unary(self) -> Node:
        start = self.token.start
        if not self.take("-"):
            return self.postfix()
        self.go_deeper()
        operand = self.unary()
        self.depth -= 1
        if isinstance(operand, syntax.Literal) and isinstance(operand.value, Decimal):
            return syntax.Literal(operand.value.copy_negate(), start)
        return syntax.Negation(operand, start)

    def postfix(self) -> Node:
        node = self.primary()
        chain = 0
        while True:
            start = self.token.start
            chain = self.count(chain)
            if self.take("."):
                node = syntax.Path(node, self.path_name(), start)
            elif self.peek("(") and not isinstance(node, (syntax.RangeLiteral, syntax.UnaryTest)):
                node = self.call(node)
            elif self.peek("[") and not self.bound_only:
                self.at += 1
                self.filters += 1
                node = syntax.Filter(node, self.expression(), start)
                self.filters -= 1
                self.expect("]")
            else:
                return node

    def call(self, function: Node) -> Node:
        start = self.token.start
        self.expect("(")
        arguments: list[Node] = []
        names: list[str] = []
        while not self.peek(")"):
            name = self.name_before(":")
            if name:
                names.append(name)
                self.at += 1
            if bool(names) != (len(names) == len(arguments) + 1):
                raise self.unexpected("arguments are either all named or none is")
            arguments.append(self.expression())
            if not self.take(","):
                break
        self.expect(")")
        return syntax.Call(function, tuple(arguments), tuple(names) if names else None, start)

    # --- primary expressions

    def primary(self) -> Node:
        token = self.token
        self.count_step()
        known = self.known_name()
        if known is not None:
            self.at += known[0]
            return syntax.Name(known[1], token.start)
        reader = Parser.literal if token.kind in ("number", "string") else _PRIMARIES.get(token.text)
        if reader is not None:
            return reader(self)
        if token.kind == "word" and token.text not in _RESERVED:
            self.at += 1
            return syntax.Name(token.text, token.start)
        raise self.unexpected("expected an expression")

    # --- if, for, some, every, function

    def if_expression(self) -> Node:
        branches: list[tuple[Node, Node, int]] = []
        while self.peek("if") and self.known_name() is None:  # `else if`, of which a row may be long
            start = self.token.start
            self.at += 1
            condition = self.expression()
            self.expect("then")
            branches.append((condition, self.expression(), start))
            self.expect("else")
        node = self.expression()
        for condition, then, start in reversed(branches):
            node = syntax.If(condition, then, node, start)
        return node

    def iterations(self) -> tuple[syntax.Iteration, ...]:
        iterations: list[syntax.Iteration] = []
        while True:
            name = self.declared_name("in")
            values = self.expression()
            until = self.expression() if self.take("..") else None
            iterations.append(syntax.Iteration(name, values, until))
            self.declare(name)
            if not self.take(","):
                return tuple(iterations)

    def for_expression(self) -> Node:
        start = self.token.start
        self.expect("for")
        iterations = self.iterations()
        self.expect("return")
        return syntax.For(iterations, self.expression(), start)

    def quantified(self) -> Node:
        start, quantifier = self.token.start, self.token.text
        self.at += 1
        iterations = self.iterations()
        self.expect("satisfies")
        return syntax.Quantified(quantifier, iterations, self.expression(), start)

    def function_literal(self) -> Node:
        start = self.token.start
        self.expect("function")
        self.expect("(")
        parameters: list[tuple[str, TypeNode | None]] = []
        while not self.peek(")"):
            name = self.name_before(":") or self.bare_parameter()
            parameters.append((name, self.type() if self.take(":") else None))
            if not self.take(","):
                break
        self.expect(")")
        self.declare(*(name for name, _ in parameters))
        external = self.take("external")
        return syntax.FunctionLiteral(tuple(parameters), self.expression(), external, start)

    # --- unary tests (rules 7 to 18)

    def in_tests(self) -> Tests:
        if self.peek("("):
            mark = self.mark()
            try:
                return self.test_list()
            except FeelSyntaxError as error:
                self.go_back(mark, error)  # it was a range, or an expression that starts with a parenthesis
        return Tests((self.test(whole=False),), negated=False)

    def test_list(self) -> Tests:
        self.expect("(")
        tests = self.alternatives()
        self.expect(")")
        if self.token.kind == "symbol" and self.token.text in (".", "[", "+", "-", "*", "/", "**", "("):
            raise self.unexpected()
        return tests

    def alternatives(self) -> Tests:
        tests = [self.test(whole=True)]
        while self.take(","):
            tests.append(self.test(whole=True))
        return Tests(tuple(tests), negated=False)

    def test(self, *, whole: bool) -> Node:
        start = self.token.start
        if operator := self.comparison_sign():
            return syntax.UnaryTest(operator, self.arithmetic(0), start)
        return self.expression() if whole else self.arithmetic(0)

    def unary_tests(self) -> Tests:
        if self.peek("-") and self.tokens[self.at + 1].kind == "end":
            self.at += 1
            return Tests((), negated=True)
        if self.peek("not") and self.peek("(", 1):
            mark, failure = self.mark(), None
            try:
                self.at += 1
                tests = self.test_list()
                if self.token.kind == "end":
                    return Tests(tests.tests, negated=True)
            except FeelSyntaxError as error:
                failure = error
            self.go_back(mark, failure)  # a call of the function `not` within a larger expression
        return self.alternatives()


_STATEMENTS = {
    "if": Parser.if_expression,
    "for": Parser.for_expression,
    "some": Parser.quantified,
    "every": Parser.quantified,
    "function": Parser.function_literal,
}
_RESERVED = CONTINUATIONS | _STATEMENTS.keys() | {"external", "true", "false", "null"}
_PRIMARIES = {
    "true": Parser.literal,
    "false": Parser.literal,
    "null": Parser.literal,
    "@": Parser.at_literal,
    "(": Parser.parenthesis,
    "[": Parser.bracket,
    "]": Parser.open_range,
    "{": Parser.context,
    **_STATEMENTS,
}


def parse_expression(text: str, vocabulary: Vocabulary) -> Node:
    """Parse a whole text as one expression, or raise FeelSyntaxError."""
    return read_literal(text) or _whole(Parser(text, vocabulary), Parser.expression)


def parse_unary_tests(text: str, vocabulary: Vocabulary) -> Tests:
    """Parse a whole text as the unary tests of a cell."""
    return read_plain_tests(text) or _whole(Parser(text, vocabulary), Parser.unary_tests)


def _whole[T](parser: Parser, read: Callable[[Parser], T]) -> T:
    found = read(parser)
    if parser.token.kind != "end":
        raise parser.unexpected()
    return found
