"""Reads what stands without an operator before it: literals, parentheses, lists, contexts, ranges (DMN 1.5, 10.3.1.2).

The parser that builds on this reads what they hold.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

from dmn.errors import FeelSyntaxError
from dmn.feel import syntax
from dmn.feel.cells import read_constant
from dmn.feel.lexer import unquote
from dmn.feel.syntax import Node
from dmn.feel.tokens import TokenReader

if TYPE_CHECKING:
    from dmn.feel.vocabulary import Vocabulary

_COMPARISONS = frozenset({"=", "!=", "<", "<=", ">", ">="})


class OperandReader(TokenReader, ABC):
    """Reads operands; expressions within them are the parser's."""

    @abstractmethod
    def expression(self) -> Node:
        """Read a whole expression."""

    @abstractmethod
    def arithmetic(self, level: int) -> Node:
        """Read an expression without comparisons, as the bound of a range may be."""

    def comparison_sign(self) -> str:
        """Read the sign of a comparison; empty where there is none."""
        token = self.token
        if token.kind != "symbol" or token.text not in _COMPARISONS:
            return ""
        self.at += 1
        return token.text

    def literal(self) -> Node:
        token = self.token
        self.at += 1
        try:
            return syntax.Literal(read_constant(token.text), token.start)
        except ArithmeticError:
            raise FeelSyntaxError(f"the number {token.text:.40} is out of range", token.start) from None

    def at_literal(self) -> Node:
        start = self.token.start
        self.expect("@")
        if self.token.kind != "string":
            raise self.unexpected("expected a string after '@'")
        self.at += 1
        return syntax.AtLiteral(unquote(self.tokens[self.at - 1].text), start)

    def parenthesis(self) -> Node:
        start = self.token.start
        self.expect("(")
        if operator := self.comparison_sign():
            bound = self.expression()
            self.expect(")")
            return syntax.UnaryTest(operator, bound, start)
        inner = self.expression()
        if self.take(".."):
            return self.range_end(inner, start, closed=False)
        self.expect(")")
        return inner

    def open_range(self) -> Node:
        start = self.token.start
        self.expect("]")
        low = self.expression()
        self.expect("..")
        return self.range_end(low, start, closed=False)

    def bracket(self) -> Node:
        start = self.token.start
        self.expect("[")
        if self.take("]"):
            return syntax.ListLiteral((), start)
        first = self.expression()
        if self.take(".."):
            return self.range_end(first, start, closed=True)
        items = [first]
        while self.take(","):
            items.append(self.expression())
        self.expect("]")
        return syntax.ListLiteral(tuple(items), start)

    def range_end(self, low: Node, start: int, *, closed: bool) -> Node:
        mark = self.mark()
        try:
            high = self.expression()
        except FeelSyntaxError as error:  # a `[` that closes the range was taken for a filter
            high = self.bound_before_bracket(mark, error)
        else:
            if not (self.peek("]") or self.peek(")")):
                high = self.bound_before_bracket(mark)
        end = self.token.text
        self.at += 1
        return syntax.RangeLiteral(low, high, closed, end == "]", start)

    def bound_before_bracket(
        self, mark: tuple[int, int, int, Vocabulary], error: FeelSyntaxError | None = None
    ) -> Node:
        """Read an upper bound again, up to the `[` that leaves it out of the range (rules 8 and 11)."""
        self.go_back(mark, error)
        self.bound_only = True
        try:
            high = self.arithmetic(0)
        finally:
            self.bound_only = False
        if not self.peek("["):
            raise error or self.unexpected("expected ']' or ')' after the range")
        return high

    def context(self) -> Node:
        start = self.token.start
        self.expect("{")
        vocabulary = self.vocabulary
        entries: list[tuple[str, Node]] = []
        while not self.peek("}"):
            key = self.entry_key()
            entries.append((key, self.expression()))
            self.declare(key)
            self.vocabulary.learn(key)
            if not self.take(","):
                break
        self.expect("}")
        self.vocabulary = vocabulary
        keys = [key for key, _ in entries]
        if len(set(keys)) < len(keys):
            raise FeelSyntaxError("an entry of the context is defined twice", start)
        return syntax.ContextLiteral(tuple(entries), start)
