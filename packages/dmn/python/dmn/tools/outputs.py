"""Finds what is wrong with the outputs of a table, and numbers whose decimal comma FEEL reads as two."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dmn.feel import values
from dmn.feel.types import ListType
from dmn.model.tables import LISTS
from dmn.tools.domains import read_constants

if TYPE_CHECKING:
    from dmn.tools.sheet import Sheet

_NOTHING = frozenset({"", "-"})

_TEXT = re.compile(r'"(?:[^"\\]|\\.)*"')
_DECIMAL_COMMA = re.compile(r"(?<![\w.])(?<!\d,)\d+,\d+(?![\w.]|,\d)")


def decimal_commas(text: str) -> list[str]:
    """Return the pairs of numbers in a FEEL text that one comma and no space divide, such as `0,50`.

    FEEL reads two numbers there: `max(0,50, amount)` is at least 50. A list that is meant has a space: `1, 2`.
    """
    return _DECIMAL_COMMA.findall(_TEXT.sub('""', text))


def find_wrong_outputs(sheet: Sheet) -> None:
    """Report output cells that are empty or give what the output does not allow."""
    for number, rule in enumerate(sheet.rules):
        for index, (output, text) in enumerate(zip(sheet.table.outputs, rule.outputs, strict=False)):
            label = output.label or sheet.table.title
            if text in _NOTHING:
                message = f"rule {number + 1} gives nothing for the output '{label}'"
                sheet.report("error", "empty-output", [number], message, column=label, cell=text)
                continue
            if len(read_constants(text, sheet.probe.parse) or ()) != 1:
                continue  # what it gives depends on the inputs
            value = sheet.probe.gives(number, index)
            if not sheet.probe.may_give(index, value):
                message = f"rule {number + 1} gives {values.brief(value)}, which the output '{label}' does not allow"
                sheet.report("error", "output-value", [number], message, column=label, cell=text)


def find_lists(sheet: Sheet) -> None:
    """Report a hit policy that gives a list although the decision declares one value."""
    table, declared = sheet.table, sheet.probe.result
    if (
        table.policy in LISTS
        and not table.aggregation
        and not isinstance(declared.plain, ListType)
        and not declared.accepts([])
    ):
        message = f"{table.policy} gives a list, and '{table.title}' declares {declared}"
        sheet.report("error", "list-result", [], message)


def find_decimal_commas(sheet: Sheet) -> None:
    """Report cells with a decimal comma."""
    labels = [column.label for column in sheet.table.inputs] + [output.label for output in sheet.table.outputs]
    for number, rule in enumerate(sheet.rules):
        for label, text in zip(labels, (*rule.tests, *rule.outputs), strict=False):
            for pair in decimal_commas(text):
                message = f"'{pair}' in '{text}' of rule {number + 1} is two numbers; a decimal has a point"
                sheet.report("warning", "decimal-comma", [number], message, column=label, cell=text)
