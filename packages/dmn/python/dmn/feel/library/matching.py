"""Matches a regular expression in bounded time, where Python's `re` might take exponential time.

The pattern becomes a small program for a backtracking machine that tries no instruction twice where what follows would
be the same, so that its time grows with the length of the text times that of the pattern; with references back to a
group, which break that, and on very long texts a count of steps ends it.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from dmn.errors import InvalidError

if TYPE_CHECKING:
    from collections.abc import Iterator

MAX_STEPS = 600_000
MAX_PROGRAM = 4000
_UNBOUNDED = -1


class Token(NamedTuple):
    """A piece of a pattern: `atom`, `anchor`, `back` with its text, else `(`, `)`, `|`; and how often it repeats."""

    kind: str
    text: str
    least: int = 1
    most: int = 1
    greedy: bool = True


type Groups = tuple[int, ...]  # where each group starts and ends, group 0 first; -1 where it took no part


class Machine:
    """A compiled pattern."""

    def __init__(self, tokens: list[Token], options: int) -> None:
        self._tokens = tokens
        self._at = 0
        self._options = options
        self._program: list[tuple[str, int, int, re.Pattern[str] | None]] = []
        self.groups = 0
        self._around = 0  # the bits of the repeats that are being written
        self._revisits = any(token.kind == "back" for token in tokens)
        body = self._alternatives()
        self._write(body)
        self._emit("match")

    # --- from tokens to a tree of tuples, from that to instructions

    def _alternatives(self) -> tuple[object, ...]:
        branches: list[object] = []
        sequence: list[object] = []
        while self._at < len(self._tokens):
            token = self._tokens[self._at]
            if token.kind == ")":
                break
            self._at += 1
            if token.kind == "|":
                branches.append(tuple(sequence))
                sequence = []
            elif token.kind == "(":
                number = None
                if token.text == "(":
                    self.groups += 1
                    number = self.groups
                inner = self._alternatives()
                closing = self._tokens[self._at]
                self._at += 1
                sequence.append((closing, number, inner))
            else:
                sequence.append((token, None, None))
        return (*branches, tuple(sequence))

    def _emit(self, name: str, first: int = 0, second: int = 0, atom: re.Pattern[str] | None = None) -> int:
        if len(self._program) > MAX_PROGRAM:
            raise InvalidError("the pattern repeats too much to be matched in bounded time", "limit")
        self._program.append((name, first, second, atom))
        return len(self._program) - 1

    def _patch(self, at: int, first: int, second: int) -> None:
        name, _, _, atom = self._program[at]
        self._program[at] = (name, first, second, atom)

    def _write(self, branches: tuple[object, ...]) -> None:
        jumps: list[int] = []
        for position, sequence in enumerate(branches):
            last = position + 1 == len(branches)
            split = None if last else self._emit("split")
            for item in sequence:  # type: ignore[attr-defined] # a branch is a tuple of items
                self._repeat(*item)
            if split is not None:
                jumps.append(self._emit("jump"))
                self._patch(split, split + 1, len(self._program))
        for jump in jumps:
            self._patch(jump, len(self._program), 0)

    def _repeat(self, token: Token, number: int | None, inner: tuple[object, ...] | None) -> None:
        """Write the turns that must be, then those that may be. A turn of these that took nothing is the last one.

        Whether a turn took something is a bit of where the machine stands, one for each repeat around an instruction.
        """
        for _ in range(token.least):
            self._once(token, number, inner)
        if token.most == token.least:
            return
        bit = 0 if token.kind == "atom" else self._around + 1  # an atom always takes something
        around, self._around = self._around, self._around | bit
        splits: list[int] = []
        turns: list[int] = []
        for _ in range(1 if token.most == _UNBOUNDED else token.most - token.least):
            splits.append(self._emit("split"))
            self._once(token, number, inner)
            if bit:
                turns.append(self._emit("jump"))
        if token.most == _UNBOUNDED:
            self._emit("jump", splits[0])
        self._around = around
        end = len(self._program)
        for split in splits:
            self._patch(split, *((split + 1, end) if token.greedy else (end, split + 1)))
        for turn in turns:
            self._patch(turn, end, bit)

    def _once(self, token: Token, number: int | None, inner: tuple[object, ...] | None) -> None:
        if inner is None:
            if token.kind == "back":
                self._emit("back", int(token.text), self._around)
            else:
                self._emit(token.kind, self._around, atom=re.compile(token.text, self._options))
            return
        if number:
            self._emit("save", 2 * number)
        self._write(inner)
        if number:
            self._emit("save", 2 * number + 1)

    # --- running

    def find_all(self, text: str) -> Iterator[Groups]:
        """Return each match from the left, none of which overlaps the one before. Raises InvalidError."""
        tried = _Tried(revisits=self._revisits)
        start = 0
        while start <= len(text):
            found = self._match_at(text, start, tried)
            if found is None:
                start += 1
                continue
            yield found
            tried.places.clear()
            start = max(found[1], start + 1)

    def _match_at(self, text: str, start: int, tried: _Tried) -> Groups | None:
        waiting: list[tuple[int, int, int, Groups]] = [(0, start, 0, (start,) + (-1,) * (2 * self.groups + 1))]
        while waiting:
            at, position, taken, groups = waiting.pop()
            while position >= 0 and tried.enter(at, position, taken):
                name, first, second, atom = self._program[at]
                at += 1
                if name == "match":
                    return (groups[0], position, *groups[2:])
                if name == "split":
                    waiting.append((second, position, taken, groups))
                    at = first
                elif name == "jump":  # not at the end of a turn, `second`, that took something
                    at, taken = (at if taken & second else first), taken & ~second
                elif name == "save":
                    groups = (*groups[:first], position, *groups[first + 1 :])
                elif atom is None:
                    end = self._repeated(text, position, groups[2 * first : 2 * first + 2])
                    position, taken = end, taken | second if end > position else taken
                elif atom.match(text, position) is None:
                    break
                elif name == "atom":
                    position, taken = position + 1, taken | first
        return None

    def _repeated(self, text: str, position: int, group: Groups) -> int:
        """Return where a reference back to a group ends, or -1 where something else stands."""
        wanted, piece = text[group[0] : group[1]], text[position : position + group[1] - group[0]]
        same = piece == wanted or (bool(self._options & re.IGNORECASE) and piece.lower() == wanted.lower())
        return position + len(piece) if same and group[1] >= 0 else -1


class _Tried:
    """The instructions that were tried, by position and by which repeats have moved on, and how many steps are left."""

    def __init__(self, *, revisits: bool) -> None:
        self.places: set[tuple[int, int, int]] = set()
        self.revisits = revisits
        self.steps = MAX_STEPS

    def enter(self, at: int, position: int, taken: int) -> bool:
        self.steps -= 1
        if self.steps < 0:
            raise InvalidError("the pattern takes too many steps on this text", "limit")
        if self.revisits:
            return True
        place = (at, position, taken)
        if place in self.places:
            return False
        self.places.add(place)
        return True
