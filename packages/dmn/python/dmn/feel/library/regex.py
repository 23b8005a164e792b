r"""Translates the regular expressions of XPath to Python's (DMN 1.5, 10.3.4.3; W3C XPath functions 3.1, 5.6).

Different in XPath: class subtraction `[a-z-[aeiou]]`, `\i` and `\c`, `\p{...}` and blocks, `$` that never stands before
a last line end, `.` that takes no carriage return, the flags `s m i x q`, and `$1` in replacements. What Python alone
knows (look-around, inline flags, named groups, `\A`, `\b`) is an error.
"""

from __future__ import annotations

import functools
import itertools
import math
import re
import sys
import unicodedata
import warnings
from typing import TYPE_CHECKING

from dmn.errors import InvalidError
from dmn.feel.library.matching import Machine, Piece

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dmn.feel.library.matching import Branches, Groups

MAX_PATTERN = 2000
_MAX_COST = 20_000_000

_NAME_START = (
    r":A-Z_a-z\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u02ff\u0370-\u037d\u037f-\u1fff\u200c-\u200d\u2070-\u218f"
    r"\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff"
)
_NAME = rf"{_NAME_START}\-.0-9\u00b7\u0300-\u036f\u203f-\u2040"
_BLOCKS = {
    "BasicLatin": r"\u0000-\u007f",
    "Latin-1Supplement": r"\u0080-\u00ff",
    "LatinExtended-A": r"\u0100-\u017f",
    "LatinExtended-B": r"\u0180-\u024f",
    "IPAExtensions": r"\u0250-\u02af",
    "SpacingModifierLetters": r"\u02b0-\u02ff",
    "CombiningDiacriticalMarks": r"\u0300-\u036f",
    "Greek": r"\u0370-\u03ff",
    "GreekandCoptic": r"\u0370-\u03ff",
    "Cyrillic": r"\u0400-\u04ff",
    "Armenian": r"\u0530-\u058f",
    "Hebrew": r"\u0590-\u05ff",
    "Arabic": r"\u0600-\u06ff",
    "Devanagari": r"\u0900-\u097f",
    "Thai": r"\u0e00-\u0e7f",
    "Georgian": r"\u10a0-\u10ff",
    "HangulJamo": r"\u1100-\u11ff",
    "GeneralPunctuation": r"\u2000-\u206f",
    "CurrencySymbols": r"\u20a0-\u20cf",
    "LetterlikeSymbols": r"\u2100-\u214f",
    "NumberForms": r"\u2150-\u218f",
    "Arrows": r"\u2190-\u21ff",
    "MathematicalOperators": r"\u2200-\u22ff",
    "BoxDrawing": r"\u2500-\u257f",
    "Hiragana": r"\u3040-\u309f",
    "Katakana": r"\u30a0-\u30ff",
    "CJKUnifiedIdeographs": r"\u4e00-\u9fff",
    "HangulSyllables": r"\uac00-\ud7af",
}
_CLASSES = {"s": r" \t\n\r", "d": r"\d", "i": _NAME_START, "c": _NAME}
_SINGLE = {"n": r"\n", "r": r"\r", "t": r"\t"}
_LITERAL_ESCAPES = frozenset("\\|.-^?*+{}()[]$")
_REPLACEMENT = re.compile(r"\\(?P<escaped>[\\$])|\$(?P<digits>[0-9]{1,4})|(?P<wrong>[\\$])|(?P<plain>[^\\$]+)")
_QUANTIFIER = re.compile(r"(?:[*+?]|\{\d+(?:,\d*)?\})\??")


@functools.lru_cache(maxsize=256)
def compile_pattern(pattern: str, flags: str) -> Pattern:
    """Compile an XPath pattern; InvalidError says that the pattern or its flags are invalid."""
    if len(pattern) > MAX_PATTERN:
        raise InvalidError(f"the pattern is longer than {MAX_PATTERN} characters", "argument")
    if set(flags) - set("smixq"):
        raise InvalidError(f"flags are of s, m, i, x and q, not '{flags:.20}'", "argument")
    options = 0
    for flag, option in (("s", re.DOTALL), ("m", re.MULTILINE), ("i", re.IGNORECASE)):
        options |= option if flag in flags else 0
    if "q" in flags:
        return Pattern(re.compile(re.escape(pattern), options), 0, (), nested=False)
    translator = _Translator(pattern, flags)
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            branches = translator.translate()
            return Pattern(
                re.compile(_write(branches), options), translator.choices, branches, nested=translator.nested
            )
    except (re.error, OverflowError, RecursionError) as error:
        raise InvalidError(f"'{pattern:.80}' is no regular expression: {error}", "argument") from None


class Pattern:
    """A compiled pattern, which chooses the matcher by what a text could cost."""

    def __init__(self, compiled: re.Pattern[str], choices: int, branches: Branches, *, nested: bool) -> None:
        self.compiled = compiled
        self.groups = compiled.groups
        self._choices = choices
        self.branches = branches
        self._nested = nested
        self._machine: Machine | None = None

    def read_replacement(self, text: str) -> list[str | int]:
        r"""Cut a replacement into text and group numbers: `$1` is a group, `\$` and `\\` are characters."""
        parts: list[str | int] = []
        for found in _REPLACEMENT.finditer(text):
            if found["wrong"] == "\\":
                raise InvalidError(r"a backslash in a replacement stands before \ or $", "argument")
            if found["wrong"]:
                raise InvalidError("a $ in a replacement stands before the number of a group", "argument")
            digits = found["digits"] or ""
            while len(digits) > 1 and int(digits) > self.groups:
                digits = digits[:-1]
            if digits:
                parts.append(int(digits) if int(digits) <= self.groups else "")
            parts.append(found["escaped"] or found["plain"] or found["digits"][len(digits) :])
        return parts

    def find_all(self, text: str) -> Iterator[Groups]:
        """Return each match from the left, by where its groups start and end.

        Python's `re` does it, unless it could try too much: each place to start, times the ways to place each choice.
        """
        length = len(text)
        if not self._nested and (length + 1) * math.comb(length + self._choices, length) <= _MAX_COST:
            for found in self.compiled.finditer(text):
                yield tuple(at for number in range(self.groups + 1) for at in found.span(number))
            return
        if self._machine is None:
            self._machine = Machine(self.branches, self.groups, self.compiled.flags & ~re.UNICODE)
        yield from self._machine.find_all(text)


class _Translator:
    def __init__(self, pattern: str, flags: str) -> None:
        self.text = _drop_space(pattern) if "x" in flags else pattern
        self.at = 0
        self.flags = flags
        self.nested = False
        self.groups = 0
        self.choices = 0

    def fail(self, reason: str) -> InvalidError:
        return InvalidError(f"'{self.text:.80}' is no regular expression: {reason} at {self.at}", "argument")

    def translate(self) -> Branches:
        branches = self.alternatives()
        if self.at < len(self.text):
            self.at += 1
            raise self.fail("a ')' that closes nothing")
        return branches

    def alternatives(self) -> Branches:
        """Read up to the end of a group or of the pattern."""
        branches: list[list[Piece]] = [[]]
        while self.at < len(self.text) and self.text[self.at] != ")":
            if self.text[self.at] == "|":
                self.at += 1
                self.choices += 1
                branches.append([])
            else:
                branches[-1].append(self.group() if self.text[self.at] == "(" else self.piece())
        return branches

    def piece(self) -> Piece:
        char = self.text[self.at]
        if char in "*+?{}]":
            raise self.fail(f"a '{char}' that repeats nothing")
        if char == "[":
            return self.quantified(Piece("atom", self.char_class()))
        self.at += 1
        if char in "^$":
            return Piece("anchor", r"\Z" if char == "$" and "m" not in self.flags else char)
        if char == "\\":
            return self.quantified(self.escape())
        text = re.escape(char)
        if char == ".":
            text = "." if "s" in self.flags else r"[^\n\r]"
        return self.quantified(Piece("atom", text))

    def group(self) -> Piece:
        opening, choices, number = "(", self.choices, 0
        if self.text.startswith("(?:", self.at):
            opening = "(?:"
        else:
            self.groups += 1
            number = self.groups
        self.at += len(opening)
        if number and self.text.startswith("?", self.at):
            raise self.fail("a group that XPath does not know")
        inner = self.alternatives()
        if self.at == len(self.text):
            return Piece("group", opening + _write(inner))  # which Python refuses, as nothing closes it
        self.at += 1
        return self.quantified(Piece("group", f"{opening}{_write(inner)})", number, inner), self.choices - choices)

    def quantified(self, piece: Piece, choices: int = 0) -> Piece:
        """Add how often a piece repeats, in which there are so many choices."""
        found = _QUANTIFIER.match(self.text, self.at)
        if found is None:
            return piece
        self.at = found.end()
        least, most = _read_quantifier(found[0])
        self.choices += least != most
        self.nested = self.nested or (choices > 0 and most != 1)
        return piece._replace(quantifier=found[0], least=least, most=most)

    def escape(self) -> Piece:
        if self.at == len(self.text):
            raise self.fail("a backslash that escapes nothing")
        char = self.text[self.at]
        if char in "123456789":
            start = self.at
            while self.at < len(self.text) and self.text[self.at].isdigit():
                if int(self.text[start : self.at + 1]) > self.groups:
                    break
                self.at += 1
            if self.at == start:
                raise self.fail("a reference to a group that is not there")
            return Piece("back", f"(?:\\{self.text[start : self.at]})", int(self.text[start : self.at]))
        inner, negated = self.class_escape()
        return Piece("atom", f"[{'^' if negated else ''}{inner}]")

    def class_escape(self) -> tuple[str, bool]:
        """Read what follows a backslash as the inside of a class, and whether it is negated."""
        char = self.text[self.at]
        self.at += 1
        if char in _LITERAL_ESCAPES:
            return re.escape(char), False
        if char in _SINGLE:
            return _SINGLE[char], False
        if char.lower() in _CLASSES:
            return _CLASSES[char.lower()], char.isupper()
        if char in "wW":
            return _category("P") + _category("Z") + _category("C"), char == "w"
        if char in "pP":
            end = self.text.find("}", self.at)
            if not self.text.startswith("{", self.at) or end < 0:
                raise self.fail("a property without braces")
            name = self.text[self.at + 1 : end]
            self.at = end + 1
            return self.property_class(name), char == "P"
        raise self.fail(f"an unknown escape '\\{char}'")

    def property_class(self, name: str) -> str:
        if name.startswith("Is"):
            block = _BLOCKS.get(name[2:])
            if block is None:
                raise self.fail(f"an unknown block '{name:.30}'")
            return block
        inner = _category(name)
        if not inner:
            raise self.fail(f"an unknown category '{name:.30}'")
        return inner

    def char_class(self) -> str:
        self.at += 1
        negated = self.text.startswith("^", self.at)
        self.at += negated
        inner: list[str] = []
        ahead = ""
        first = True
        while True:
            if self.at >= len(self.text):
                raise self.fail("a class that is not closed")
            char = self.text[self.at]
            if char == "]" and not first:
                self.at += 1
                break
            first = False
            if self.text.startswith("-[", self.at) and inner:
                self.at += 1
                ahead = f"(?!{self.char_class()})"
                if not self.text.startswith("]", self.at):
                    raise self.fail("a subtraction must end its class")
                self.at += 1
                break
            self.at += 1
            inner.append(self.class_member(char))
        body = "".join(inner)
        return f"(?:{ahead}[{'^' if negated else ''}{body}])"

    def class_member(self, char: str) -> str:
        if char == "\\":
            if self.at >= len(self.text):
                raise self.fail("a backslash that escapes nothing")
            body, inverted = self.class_escape()
            return _complement(body) if inverted else body
        if char == "[":
            raise self.fail("a '[' within a class")
        if char == "-":
            follows = self.text[self.at : self.at + 1]
            previous = self.text[self.at - 2]
            return "-" if follows not in ("]", "") and previous not in "[^" else r"\-"
        return char if char.isalnum() else re.escape(char)


def _write(branches: Branches) -> str:
    return "|".join("".join(piece.text + piece.quantifier for piece in pieces) for pieces in branches)


def _drop_space(pattern: str) -> str:
    """Take white space out, save within classes, before the pattern means anything (flag `x`)."""
    kept: list[str] = []
    depth, escaped = 0, False
    for char in pattern:
        if char in " \t\n\r" and not depth:
            continue
        kept.append(char)
        if not escaped:
            depth += (char == "[") - (char == "]" and depth > 0)
        escaped = char == "\\" and not escaped
    return "".join(kept)


@functools.cache
def _category(name: str) -> str:
    """Write the code points of a Unicode category (L, Lu, ...) as the inside of a class; empty where unknown."""
    if not re.fullmatch(r"(?:L[ultmo]?|M[nce]?|N[dlo]?|P[cdseifo]?|Z[slp]?|S[mcko]?|C[cfosn]?)", name):
        return ""
    return _write_ranges(
        [code for code in range(sys.maxunicode + 1) if unicodedata.category(chr(code)).startswith(name)]
    )


@functools.cache
def _complement(body: str) -> str:
    pattern = re.compile(f"[^{body}]")
    return _write_ranges([code for code in range(sys.maxunicode + 1) if pattern.match(chr(code))])


def _write_ranges(codes: list[int]) -> str:
    parts: list[str] = []
    for _, run in itertools.groupby(enumerate(codes), lambda pair: pair[1] - pair[0]):
        within = [code for _, code in run]
        parts.append(f"\\U{within[0]:08x}" + (f"-\\U{within[-1]:08x}" if len(within) > 1 else ""))
    return "".join(parts)


def _read_quantifier(text: str) -> tuple[int, int]:
    """Return how often a quantifier lets a piece occur, at least and at most (-1 without end)."""
    if text[0] != "{":
        return {"*": (0, -1), "+": (1, -1), "?": (0, 1)}[text[0]]
    low, comma, high = text[1 : text.index("}")].partition(",")
    return int(low), (int(high) if high else -1) if comma else int(low)
