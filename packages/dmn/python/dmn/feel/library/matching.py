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
    from collections.abc import Iterator, Sequence

MAX_STEPS = 600_000
MAX_PROGRAM = 4000
_UNBOUNDED = -1


class Piece(NamedTuple):
    """A piece of a pattern (`atom`, `anchor`, `back`, `group`): its text in Python, and how often it repeats.

    `number` is that of the group that it is or refers back to, 0 where none counts it; `inner` is what is in a group.
    """

    kind: str
    text: str
    number: int = 0
    inner: Branches = ()
    quantifier: str = ""
    least: int = 1
    most: int = 1


type Branches = Sequence[Sequence[Piece]]  # alternatives, each a row of pieces
type Groups = tuple[int, ...]  # where each group starts and ends, group 0 first; -1 where it took no part


class Machine:
    """A compiled pattern."""

    def __init__(self, branches: Branches, groups: int, options: int) -> None:
        self._options = options
        self._program: list[tuple[str, int, int, re.Pattern[str] | None]] = []
        self.groups = groups
        self._around = 0  # the bits of the repeats that are being written
        self._write(branches)
        self._emit("match")
        self._revisits = any(name == "back" for name, _, _, _ in self._program)

    # --- from pieces to instructions

    def _emit(self, name: str, first: int = 0, second: int = 0, atom: re.Pattern[str] | None = None) -> int:
        if len(self._program) > MAX_PROGRAM:
            raise InvalidError("the pattern repeats too much to be matched in bounded time", "limit")
        self._program.append((name, first, second, atom))
        return len(self._program) - 1

    def _patch(self, at: int, first: int, second: int) -> None:
        name, _, _, atom = self._program[at]
        self._program[at] = (name, first, second, atom)

    def _write(self, branches: Branches) -> None:
        jumps: list[int] = []
        for position, pieces in enumerate(branches):
            last = position + 1 == len(branches)
            split = None if last else self._emit("split")
            for piece in pieces:
                self._repeat(piece)
            if split is not None:
                jumps.append(self._emit("jump"))
                self._patch(split, split + 1, len(self._program))
        for jump in jumps:
            self._patch(jump, len(self._program), 0)

    def _repeat(self, piece: Piece) -> None:
        """Write the turns that must be, then those that may be. A turn of these that took nothing is the last one.

        Whether a turn took something is a bit of where the machine stands, one for each repeat around an instruction.
        """
        for _ in range(piece.least):
            self._once(piece)
        if piece.most == piece.least:
            return
        bit = 0 if piece.kind == "atom" else self._around + 1  # an atom always takes something
        around, self._around = self._around, self._around | bit
        splits: list[int] = []
        turns: list[int] = []
        for _ in range(1 if piece.most == _UNBOUNDED else piece.most - piece.least):
            splits.append(self._emit("split"))
            self._once(piece)
            if bit:
                turns.append(self._emit("jump"))
        if piece.most == _UNBOUNDED:
            self._emit("jump", splits[0])
        self._around = around
        end = len(self._program)
        is_lazy = piece.quantifier[1:].endswith("?")
        for split in splits:
            self._patch(split, *((end, split + 1) if is_lazy else (split + 1, end)))
        for turn in turns:
            self._patch(turn, end, bit)

    def _once(self, piece: Piece) -> None:
        if piece.kind == "back":
            self._emit("back", piece.number, self._around)
        elif piece.kind != "group":
            self._emit(piece.kind, self._around, atom=re.compile(piece.text, self._options))
        elif piece.number:
            self._emit("save", 2 * piece.number)
            self._write(piece.inner)
            self._emit("save", 2 * piece.number + 1)
        else:
            self._write(piece.inner)

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
