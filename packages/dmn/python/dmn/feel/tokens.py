"""Reads tokens, names and types (DMN 1.5, 10.3.1.2, rules 24 to 30, 64): the ground that the parser stands on."""

from __future__ import annotations

from dmn.errors import FeelSyntaxError
from dmn.feel.lexer import Token, normalize_name, tokenize, unquote
from dmn.feel.syntax import TypeNode
from dmn.feel.types import BUILT_IN
from dmn.feel.vocabulary import Vocabulary
from dmn.runtime import current

CONTINUATIONS = frozenset({"and", "or", "then", "else", "return", "satisfies", "between", "in", "instance"})
_STOPS = frozenset({"(", ")", "[", "]", "{", "}", ",", ":"})
_TYPE_NAMES = Vocabulary(BUILT_IN)


class AmbiguityError(FeelSyntaxError):
    """Reading has gone back too often; no other reading is tried."""


class TokenReader:
    """Reads the tokens of one text forward, and back where a text has several readings; knows names and types."""

    def __init__(self, text: str, vocabulary: Vocabulary) -> None:
        self.text = text
        self.tokens = tokenize(text)
        self.at = 0
        self.depth = 0
        self.limits = current().limits
        self.filters = 0
        self.vocabulary = vocabulary
        self.bound_only = False  # within the upper bound of a range, where `[` closes it
        self.steps = 4 * len(self.tokens) + 1000  # reading twice where a text is ambiguous must not multiply

    # --- reading tokens

    @property
    def token(self) -> Token:
        return self.tokens[self.at]

    def peek(self, text: str, ahead: int = 0) -> bool:
        token = self.tokens[min(self.at + ahead, len(self.tokens) - 1)]
        return token.text == text and token.kind in ("symbol", "word")

    def take(self, text: str) -> bool:
        if self.peek(text):
            self.at += 1
            return True
        return False

    def expect(self, text: str) -> None:
        if not self.take(text):
            raise self.unexpected(f"expected '{text}'")

    def unexpected(self, wanted: str = "") -> FeelSyntaxError:
        token = self.token
        found = f"unexpected '{token.text}'" if token.text else "the text ends too early"
        return FeelSyntaxError(f"{found}{', ' + wanted if wanted else ''}", token.start)

    def count_step(self) -> None:
        self.steps -= 1
        if self.steps < 0:
            raise AmbiguityError("the expression is too ambiguous to read", self.token.start)

    def go_deeper(self, what: str = "expression") -> None:
        self.depth += 1
        if self.depth > self.limits.nesting:
            raise FeelSyntaxError(f"the {what} is nested deeper than {self.limits.nesting}", self.token.start)

    def declare(self, *names: str) -> None:
        self.vocabulary = Vocabulary(names, self.vocabulary)

    def mark(self) -> tuple[int, int, int, Vocabulary]:
        return self.at, self.depth, self.filters, self.vocabulary

    def go_back(self, mark: tuple[int, int, int, Vocabulary], error: FeelSyntaxError | None = None) -> None:
        if isinstance(error, AmbiguityError):
            raise error
        self.at, self.depth, self.filters, self.vocabulary = mark

    def known_name(self, *, entries: bool = False) -> tuple[int, str] | None:
        if self.token.kind != "word":
            return None
        return self.vocabulary.longest(self.tokens, self.at, entries=entries or self.filters > 0)

    def path_name(self) -> str:
        """Read the name after a point; words in a row are one name, since nothing else could be meant."""
        if self.known_name(entries=True) is not None:
            return self.property_name()
        start = self.token.start
        name = self.property_name()
        while self.token.kind == "word" and self.token.text not in CONTINUATIONS:
            self.at += 1
            name = normalize_name(self.text[start : self.tokens[self.at - 1].end])
        return name

    def property_name(self) -> str:
        known = self.known_name(entries=True)
        if known is not None:
            self.at += known[0]
            return known[1]
        if self.token.kind != "word":
            raise self.unexpected("expected a name after '.'")
        self.at += 1
        return self.tokens[self.at - 1].text

    # --- names where they are declared

    def name_before(self, stop: str) -> str:
        """Read a declared name up to a token, which stays; empty where there is no name."""
        if self.token.kind != "word":
            return ""
        at = self.at
        while self.tokens[at].kind in ("word", "number", "symbol"):
            if at > self.at and self.tokens[at].text == stop:
                return self.join_name(at)
            if self.tokens[at].text in _STOPS:
                return ""
            at += 1
        return ""

    def join_name(self, end: int) -> str:
        name = normalize_name(self.text[self.token.start : self.tokens[end - 1].end])
        self.at = end
        return name

    def declared_name(self, stop: str, what: str = "a name") -> str:
        """Read a declared name and the token that ends it."""
        name = self.name_before(stop)
        if not name:
            raise self.unexpected(f"expected {what}")
        self.at += 1
        return name

    def entry_key(self) -> str:
        if self.token.kind == "string" and self.peek(":", 1):
            self.at += 2
            return unquote(self.tokens[self.at - 2].text)
        return self.declared_name(":", "the name of an entry")

    def bare_parameter(self) -> str:
        end = self.at
        while self.tokens[end].kind != "end" and self.tokens[end].text not in (",", ")"):
            end += 1
        if self.token.kind != "word" or end == self.at:
            raise self.unexpected("expected the name of a parameter")
        return self.join_name(end)

    # --- types

    def type(self) -> TypeNode:
        self.go_deeper("type")
        start = self.token.start
        name = self.type_name()
        arguments: list[TypeNode] = []
        keys: list[str] = []
        if self.take("<"):
            while not self.peek(">"):
                if name == "context":
                    keys.append(self.declared_name(":"))
                arguments.append(self.type())
                if not self.take(","):
                    break
            self.expect(">")
        result = self.type() if name == "function" and self.take("->") else None
        self.depth -= 1
        return TypeNode(name, tuple(arguments), tuple(keys), result, start)

    def type_name(self) -> str:
        if self.take("function"):
            return "function"
        name = self.qualified_part()
        while self.take("."):
            name = f"{name}.{self.qualified_part()}"
        return name

    def qualified_part(self) -> str:
        known = _TYPE_NAMES.longest(self.tokens, self.at, entries=False)
        if known is not None:
            self.at += known[0]
            return known[1]
        if self.take("null"):
            return "null"
        return self.property_name()
