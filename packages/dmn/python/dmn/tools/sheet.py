"""A decision table as an area: a rule is a hyper-rectangle over the segments of its columns.

A sweep from column to column finds where no rule or several lie (Calvanese, Dumas, Laurson, Maggi, Montali, Teinemaa:
Semantics, Analysis and Simplification of DMN Decision Tables, 2018). Segments are bits, so that a rule's side in a
column is an integer.
"""

from __future__ import annotations

import re
from decimal import Decimal
from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from dmn.feel import border, values
from dmn.feel.types import IntegerType, ItemType, Type
from dmn.runtime import Limits
from dmn.tools.domains import cut_domain, read_constants

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dmn.feel.values import Value
    from dmn.model.views import DecisionTable

_ORDERS = re.compile(r"[<>]|\.\.")
MAX_CELLS = 20_000
MAX_EFFORT = 3_000_000  # rules times segments, over all sweeps of a table
MAX_SECONDS = 5.0
MAX_STATES = 20_000  # of one sweep; a table of some 30 rules over 6 inputs takes a tenth of them


FINDING_KINDS = {
    "gap": "no rule matches some input, though the policy wants one",
    "overlap": "two rules of a UNIQUE table match the same input",
    "conflict": "two rules of an ANY table match the same input with different outputs",
    "duplicate": "two rules are the same",
    "subsumed": "a rule is a part of another with the same output",
    "masked": "a rule never decides, since rules before it, or of a higher priority, cover it",
    "unreachable": "no allowed value passes a test of the rule",
    "null-only": "a rule decides only where an input is null, though no cell of it says so",
    "type": "a cell compares with a value that the column can never have",
    "foreign-value": "one of a cell's values is not among those that the column may have",
    "opaque": "a cell is more than comparisons with constants, so the analysis leaves its rule out",
    "idle-test": "an alternative of a cell adds nothing to the others, as the comma of a decimal makes",
    "unused-output": "an allowed output value is given by no rule, or an output is read by nobody",
    "empty-output": "a rule gives nothing for an output, so that a decision of it is null",
    "output-value": "a rule gives a value that the output does not allow, so that a decision of it is null",
    "list-result": "the hit policy gives a list where one value is declared",
    "decimal-comma": "two numbers stand with a comma and no space between them: a decimal is written with a point",
    "limit": "there is more than is listed, or the table is too large to be searched whole",
}
"""What each kind of finding means."""


class Finding(NamedTuple):
    """Something that a table's author should look at.

    Attributes
    ----------
    severity : str
        `error`, or `warning` where the table still decides as written.
    kind : str
        One of `FINDING_KINDS`.
    table : str
        Id of the table's element.
    rules : tuple of int
        Rows, from 1.
    message : str
        In words, with an example.
    example : dict of str to object
        A value for each input of the table (by its expression) that shows it.
    column : str
        Label of the input or output that it is about, where it is about one.
    cell : str
        The cell, or the value, that it is about, as it is written.
    """

    severity: str
    kind: str
    table: str
    rules: tuple[int, ...]
    message: str
    example: dict[str, object]
    column: str
    cell: str


class Sheet:
    """A table as the analysis sees it: segments by column, and for each rule the bits of those that pass its tests."""

    def __init__(self, table: DecisionTable) -> None:
        self.table = table
        self.rules = table.rules
        self.probe = table.probe(Limits(seconds=MAX_SECONDS))
        self.findings: list[Finding] = []
        self.opaque: set[int] = set()
        self.exhausted: bool  # the last sweep met more states than it may, and so proves nothing
        self.effort = MAX_EFFORT  # what all sweeps together may take
        self.expects_null: list[bool] = []  # by column: a cell asks for null, so its author reckons with it
        self.columns: list[list[Value]] = []
        cells = len(self.rules) * len(table.inputs)
        self.columns = [self._cut(index) if cells <= MAX_CELLS else [] for index in range(len(table.inputs))]
        if cells > MAX_CELLS or len(self.rules) * sum(map(len, self.columns)) > MAX_EFFORT:
            self.opaque = set(range(len(self.rules)))
            self.report("warning", "limit", [], f"the table is too large to be analysed: {len(self.rules)} rules")
        self.masks = [self._mask(index) for index in range(len(self.rules))]

    def report(
        self,
        severity: str,
        kind: str,
        rules: Sequence[int],
        message: str,
        where: Sequence[int] = (),
        *,
        column: str = "",
        cell: str = "",
    ) -> None:
        example = {
            given.expression: border.to_python(samples[at])
            for given, samples, at in zip(self.table.inputs, self.columns, where, strict=False)
        }
        shown = ", ".join(f"{name} = {values.brief(border.from_python(v))}" for name, v in example.items())
        text = f"{message}, for example {shown}" if shown else message
        numbers = tuple(rule + 1 for rule in rules)
        self.findings.append(Finding(severity, kind, self.table.id, numbers, text, example, column, cell))

    def _cut(self, index: int) -> list[Value]:
        column, kind = self.table.inputs[index], self.probe.kind(index)
        self.expects_null.append(False)
        required = self.probe.required_kind(index)
        limits = [column.allowed, *_expectations(required), *_expectations(kind)]
        ordered = (required or kind).plain.accepts("") and any(
            _ORDERS.search(text) for text in (*limits, *(rule.tests[index] for rule in self.rules))
        )
        constants = [value for text in limits for value in read_constants(text, self.probe.parse) or ()]
        while isinstance(kind, ItemType):
            kind = kind.base
        constants = [value for value in constants if kind.accepts(value)]
        for number, rule in enumerate(self.rules):
            text = rule.tests[index]
            found = read_constants(text, self.probe.parse)
            if found is None:
                self.opaque.add(number)
                message = f"the test '{text}' is more than comparisons"
                self.report("warning", "opaque", [number], message, column=column.label, cell=text)
                continue
            for value in found:
                self.expects_null[index] |= value is None
                if value is not None and not (kind.accepts(value) or _bounds(value, kind)):
                    message = f"{values.brief(value)} can never be of type {kind.name}, the type of {column.expression}"
                    self.report("error", "type", [number], message, column=column.label, cell=text)
                elif type(value) is str and len(found) > 1 and not self._allowed(index, value):
                    message = f"{values.brief(value)} is no value that {column.expression} may have"
                    self.report("error", "foreign-value", [number], message, column=column.label, cell=value)
            constants += [value for value in found if kind.accepts(value) or _bounds(value, kind)]
        return cut_domain(constants, kind, lambda value: self._allowed(index, value), ordered=ordered)

    def _allowed(self, index: int, value: object) -> bool:
        kinds = (self.probe.kind(index), self.probe.required_kind(index))
        return self.probe.allows(index, value) and all(
            not isinstance(kind, ItemType) or not kind.plain.accepts(value) or kind.accepts(value) for kind in kinds
        )

    def _mask(self, number: int) -> tuple[int, ...]:
        if number in self.opaque:
            return tuple((1 << len(segments)) - 1 for segments in self.columns)
        return tuple(
            sum(1 << at for at, sample in enumerate(samples) if self.probe.passes(number, column, sample))
            for column, samples in enumerate(self.columns)
        )

    def alternatives(self, column: int, text: str) -> list[tuple[str, int]]:
        """Return each test of a cell as it is written, with the bits of the segments it passes; none of a negation."""
        parsed = self.probe.parse(text)
        if parsed.negated:
            return []
        tests = parsed.tests
        commas = [text.rindex(",", 0, test.at) for test in tests[1:]]
        written = [text[start + 1 : end].strip() for start, end in pairwise([-1, *commas, len(text)])]
        passing = [self.probe.passing(test, self.columns[column]) for test in tests]
        sides = [sum(1 << at for at, passes in enumerate(each) if passes) for each in passing]
        return list(zip(written, sides, strict=True))

    def beside_null(self, number: int) -> list[int]:
        """Return the sides of a rule, without null where its own cell does not ask for it."""
        found = [read_constants(text, self.probe.parse) or () for text in self.rules[number].tests]
        return [
            side if None in constants else side & ~(1 << len(segments) - 1)
            for side, segments, constants in zip(self.masks[number], self.columns, found, strict=True)
        ]

    def clear(self) -> list[int]:
        """Return the rules that the analysis can read."""
        return [number for number in range(len(self.rules)) if number not in self.opaque]

    def expected(self) -> list[int]:
        """Return the sides of the area that rules have to cover: null belongs to it where a cell asks for null."""
        return [
            (1 << len(segments) - (not expects_null)) - 1
            for segments, expects_null in zip(self.columns, self.expects_null, strict=True)
        ]

    def uncovered(self, rules: Sequence[int], within: Sequence[int] | None = None) -> Iterator[tuple[int, ...]]:
        """Return places that no rule covers, one segment for each column, each for a whole area."""
        self.effort -= len(rules) * sum(map(len, self.columns))
        self.exhausted = self.effort < 0
        if self.exhausted:
            return
        seen: set[tuple[int, int]] = set()
        bounds = list(within or [(1 << len(segments)) - 1 for segments in self.columns])
        places = [list(bits(side)) for side in bounds]
        passing = [
            [sum(1 << rule for rule in rules if self.masks[rule][column] >> at & 1) for at in range(len(segments))]
            for column, segments in enumerate(self.columns)
        ]

        def sweep(column: int, active: int, place: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
            if not active:
                yield (*place, *(first_bit(side) for side in bounds[column:]))
                return
            if column == len(bounds) or (column, active) in seen or self.exhausted:
                return
            seen.add((column, active))
            self.exhausted = len(seen) > MAX_STATES
            previous: int | None = None
            for at in places[column]:
                remaining = active & passing[column][at]
                # neighbours that the same rules cover are one area
                if remaining != previous and (column + 1, remaining) not in seen:
                    yield from sweep(column + 1, remaining, (*place, at))
                previous = remaining

        if all(bounds):
            yield from sweep(0, sum(1 << rule for rule in rules), ())


def _bounds(value: object, kind: Type) -> bool:
    """Tell whether a value that the type has not may yet be where a test divides its values, as 4.5 does integers."""
    return isinstance(kind, IntegerType) and type(value) is Decimal


def _expectations(kind: Type | None) -> Iterator[str]:
    """Return the allowed values of a type and of those that it is made from, as they are written."""
    while isinstance(kind, ItemType):
        yield kind.expectation
        kind = kind.base


def bits(mask: int) -> Iterator[int]:
    at = 0
    while mask >> at:
        if mask >> at & 1:
            yield at
        at += 1


def first_bit(mask: int) -> int:
    return (mask & -mask).bit_length() - 1
