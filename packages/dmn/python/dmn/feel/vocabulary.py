"""The names of several words that a model knows, for the longest match (DMN 1.5, 10.3.1.2, rules 27 to 30)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dmn.feel.lexer import Token, name_tokens, normalize_name

if TYPE_CHECKING:
    from collections.abc import Iterable


class Vocabulary:
    """The names of several words that may occur in an expression, by their first token."""

    def __init__(self, names: Iterable[str] = (), parent: Vocabulary | None = None, *, learns: bool = False) -> None:
        self._learns = learns
        self._names: dict[str, dict[int, dict[tuple[str, ...], str]]] = {}  # by first token, then by length
        self._parent = parent
        for name in names:
            self.add(name)

    def add(self, name: str) -> None:
        if name.isidentifier():  # one word, as most are
            return
        tokens = name_tokens(name)
        if len(tokens) > 1:
            known = self._names.setdefault(tokens[0], {})
            if len(tokens) not in known:
                known[len(tokens)] = {}
                self._names[tokens[0]] = dict(sorted(known.items(), reverse=True))
            self._names[tokens[0]][len(tokens)].setdefault(tokens, normalize_name(name))

    def learn(self, name: str) -> None:
        """Remember a name in the vocabulary of the whole model, so that a path elsewhere may end in it."""
        vocabulary: Vocabulary | None = self
        while vocabulary is not None:
            if vocabulary._learns:  # noqa: SLF001 - its own class
                vocabulary.add(name)
                return
            vocabulary = vocabulary._parent  # noqa: SLF001 - its own class

    def longest(self, tokens: list[Token], at: int, *, entries: bool) -> tuple[int, str] | None:
        """Find the longest known name that starts at a token: how many tokens it takes, and the name.

        What the whole model has learnt counts only where an entry of a context can stand: after a point, in a filter.
        """
        best: tuple[int, str] | None = None
        vocabulary: Vocabulary | None = self
        while vocabulary is not None:
            known = None if vocabulary._learns and not entries else vocabulary._names.get(tokens[at].text)  # noqa: SLF001
            for length, names in known.items() if known else ():
                if best is not None and length <= best[0]:
                    break
                name = names.get(tuple(token.text for token in tokens[at : at + length]))
                if name is not None:
                    best = length, name
                    break
            vocabulary = vocabulary._parent  # noqa: SLF001 - its own class
        return best
