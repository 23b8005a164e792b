"""Finds what is wrong with a decision table before it ships: gaps, overlaps, rules that cannot decide."""

from __future__ import annotations

import functools
import operator
import re
from typing import TYPE_CHECKING, NamedTuple

from dmn.errors import LimitError
from dmn.feel import values
from dmn.model.tables import LISTS
from dmn.tools.domains import read_constants
from dmn.tools.outputs import find_decimal_commas, find_lists, find_wrong_outputs
from dmn.tools.sheet import Finding, Sheet, first_bit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dmn.model.loaded import Model
    from dmn.model.views import DecisionInfo, DecisionTable, FunctionInfo

MAX_FINDINGS = 20  # of a kind
MAX_PAIRS = 500_000
_DECIMAL_COMMA = re.compile(r"\d,\d")


class TableReport(NamedTuple):
    """What the analysis found in one table.

    Attributes
    ----------
    table : DecisionTable
        The table.
    findings : tuple of Finding
        What its author should look at; empty where all is well.
    """

    table: DecisionTable
    findings: tuple[Finding, ...]


def analyse(model: Model) -> tuple[TableReport, ...]:
    """Analyse each decision table of a model.

    Raises
    ------
    LimitError
        A cell goes too deep or takes too long.

    Example
    -------
    >>> [(report.table.title, report.findings) for report in dmn.analyse(model)]
    [('Discount', ())]
    """
    try:
        return tuple(TableReport(table, tuple(_analyse(table, model))) for table in model.tables)
    except RecursionError:
        raise LimitError("a cell of a table goes too deep to be analysed") from None


def _analyse(table: DecisionTable, model: Model) -> list[Finding]:
    sheet = Sheet(table)
    with sheet.probe.run:
        _find_unreachable(sheet)
        _find_idle_tests(sheet)
        _find_overlaps(sheet)
        _find_masked(sheet)
        _find_gaps(sheet)
        _find_unused_values(sheet)
        _find_unread_outputs(sheet, model)
        find_wrong_outputs(sheet)
        find_lists(sheet)
        find_decimal_commas(sheet)
    return sheet.findings


def _find_unreachable(sheet: Sheet) -> None:
    for number in sheet.clear():
        never = not all(sheet.masks[number])
        sides = sheet.masks[number] if never else sheet.beside_null(number)
        if all(sides):
            continue
        index = sides.index(0)
        column, cell = sheet.table.inputs[index], sheet.rules[number].tests[index]
        message = f"matches only where {column.expression} is null: no allowed value passes its test"
        if never:
            message = f"can never match: no allowed value of {column.expression} passes its test"
        severity, told = "error" if never else "warning", f"rule {number + 1} {message}"
        label = column.label
        sheet.report(severity, "unreachable" if never else "null-only", [number], told, column=label, cell=cell)


def _find_idle_tests(sheet: Sheet) -> None:
    """Find alternatives in a cell that others cover, as the comma of `< 12,5` makes of a decimal."""
    for number in sheet.clear():
        for column, text in enumerate(sheet.rules[number].tests):
            alternatives = sheet.alternatives(column, text) if "," in text else []
            for at, (test, passing) in enumerate(alternatives):
                others = functools.reduce(
                    operator.or_, (side for _, side in alternatives[:at] + alternatives[at + 1 :]), 0
                )
                if passing and passing & ~others == 0:
                    advice = "; a decimal is written with a point" if _DECIMAL_COMMA.search(text) else ""
                    message = f"in '{text}' of rule {number + 1} the test {test} adds nothing to the others{advice}"
                    label = sheet.table.inputs[column].label
                    sheet.report("warning", "idle-test", [number], message, column=label, cell=test)
                    break


def _find_gaps(sheet: Sheet) -> None:
    has_default = any(output.default for output in sheet.table.outputs)
    if sheet.table.policy in LISTS or has_default or sheet.opaque:
        return
    for count, place in enumerate(sheet.uncovered(sheet.clear(), sheet.expected())):
        if count == MAX_FINDINGS:
            sheet.report("warning", "limit", [], f"more than {MAX_FINDINGS} gaps; the others are not listed")
            return
        sheet.report("error", "gap", [], "no rule matches", place)
    if sheet.exhausted:
        sheet.report("warning", "limit", [], "the table is too large to be searched whole; there may be more gaps")


def _find_overlaps(sheet: Sheet) -> None:
    rules = [number for number in sheet.clear() if all(sheet.masks[number])]
    told = len(sheet.findings)
    for position, second in enumerate(rules):
        if position * (position + 1) // 2 > MAX_PAIRS or len(sheet.findings) - told > MAX_FINDINGS:
            many = f"more than {MAX_FINDINGS} pairs of rules overlap, or there are too many to compare"
            sheet.report("warning", "limit", [], f"{many}; the others are not listed")
            return
        for first in rules[:position]:
            common = [a & b for a, b in zip(sheet.masks[first], sheet.masks[second], strict=True)]
            if all(common):
                _report_overlap(sheet, first, second, [first_bit(side) for side in common])


def _report_overlap(sheet: Sheet, first: int, second: int, where: list[int]) -> None:
    policy, pair = sheet.table.policy, (first, second)
    names = f"rules {first + 1} and {second + 1}"
    same_output = sheet.rules[first].outputs == sheet.rules[second].outputs
    if sheet.masks[first] == sheet.masks[second] and same_output:
        sheet.report("error" if policy == "UNIQUE" else "warning", "duplicate", pair, f"{names} are the same", where)
    elif policy == "UNIQUE":
        sheet.report("error", "overlap", pair, f"{names} both match under UNIQUE", where)
    elif policy == "ANY" and not same_output:
        sheet.report("error", "conflict", pair, f"{names} both match under ANY, with different outputs", where)
    elif same_output and policy not in LISTS:
        for inner, outer in (pair, pair[::-1]):
            if all(a & ~b == 0 for a, b in zip(sheet.masks[inner], sheet.masks[outer], strict=True)):
                message = f"rule {inner + 1} is a part of rule {outer + 1} with the same output"
                sheet.report("warning", "subsumed", (inner, outer), message, where)


def _find_masked(sheet: Sheet) -> None:
    """Find rules that never decide, since those before them, or of a higher priority, cover all their places."""
    if sheet.table.policy not in ("FIRST", "PRIORITY"):
        return
    by_priority = sheet.table.policy == "PRIORITY"
    ranks = [sheet.probe.rank(number) if by_priority else () for number in range(len(sheet.rules))]
    for number in sheet.clear():
        before = [
            other
            for other in sheet.clear()
            if (other < number if sheet.table.policy == "FIRST" else ranks[other] < ranks[number])
        ]
        mask = sheet.masks[number]
        reachable = not all(mask) or not before or next(sheet.uncovered(before, mask), None) is not None
        if not reachable and sheet.exhausted:
            message = f"the table is too large to tell whether rule {number + 1} and those after it ever decide"
            sheet.report("warning", "limit", [number], message)
            return
        kind = "come first" if sheet.table.policy == "FIRST" else "have a higher priority"
        if not reachable:
            sheet.report("error", "masked", [number], f"rule {number + 1} never decides: rules that {kind} cover it")
        else:
            _find_null_only(sheet, number, before, kind)


def _find_null_only(sheet: Sheet, number: int, before: Sequence[int], kind: str) -> None:
    """Report a rule that decides only where an input is null, although no cell of it says so."""
    known = sheet.beside_null(number)
    if all(known) and next(sheet.uncovered(before, known), None) is None and not sheet.exhausted:
        place = next(sheet.uncovered(before, sheet.masks[number]))
        nulls = [column for column, at in enumerate(place) if at == len(sheet.columns[column]) - 1]
        names = " or ".join(sheet.table.inputs[column].expression for column in nulls)
        message = f"rule {number + 1} decides only where {names} is null: rules that {kind} cover all else"
        sheet.report("warning", "null-only", [number], message, place)


def _find_unread_outputs(sheet: Sheet, model: Model) -> None:
    """Find outputs of a required decision that no decision which requires it reads."""
    owner, outputs = sheet.table.owner, sheet.table.outputs
    logics: list[DecisionInfo | FunctionInfo] = [*model.decisions.values(), *model.functions.values()]
    readers = [logic for logic in logics if owner in logic.requires]
    if not readers or len(outputs) == 1:
        return
    texts = [text for logic in readers for text in logic.texts]
    if any(text in (owner, *model.names_of(owner)) for text in texts):
        return  # the whole context is handed on
    for output in outputs:
        if not any(output.name in text for text in texts):
            message = f"the output '{output.name}' is read by no decision that requires '{sheet.table.title}'"
            sheet.report("warning", "unused-output", [], message, column=output.label)


def _find_unused_values(sheet: Sheet) -> None:
    """Find values that an output allows and no rule gives."""
    for index, output in enumerate(sheet.table.outputs):
        constants = read_constants(output.allowed, sheet.probe.parse) if output.allowed else None
        given = {rule.outputs[index] for rule in sheet.rules} | ({output.default} if output.default else set())
        cells = [read_constants(text, sheet.probe.parse) for text in given]
        if constants is None or None in cells:
            continue
        produced = [value for cell in cells for value in cell or ()]
        for value in constants:
            if not any(values.equals(value, other) for other in produced):
                message = f"the output value {values.brief(value)} is given by no rule"
                brief = values.brief(value)
                sheet.report("warning", "unused-output", [], message, column=output.label, cell=brief)
