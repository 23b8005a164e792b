"""Decision tables as people see them: what a rule asks, what it gives, and the source that its annotation names."""

from pathlib import Path

import dmn

ROOT = Path(__file__).resolve().parents[5]
DECISIONS = ROOT / "functions" / "evaluate_decision" / "decisions"

_ANYTHING = frozenset({"", "-"})


def conditions(table: dmn.DecisionTable, rule: dmn.TableRule) -> list[tuple[str, str, str]]:
    """What a rule asks: label, expression and cell of each column that is not ``-``."""
    columns = zip(table.inputs, map(in_one_line, rule.tests), strict=True)
    return [(column.label, column.expression, cell) for column, cell in columns if cell not in _ANYTHING]


def results(table: dmn.DecisionTable, rule: dmn.TableRule) -> list[tuple[str, str]]:
    """What a rule gives: label and cell of each column."""
    columns = zip(table.outputs, map(in_one_line, rule.outputs), strict=True)
    return [(column.label or table.title, cell) for column, cell in columns]


def source_of(rule: dmn.TableRule) -> str:
    return " · ".join(filter(None, [rule.description, *map(in_one_line, rule.annotations)]))


def in_one_line(cell: str) -> str:
    return " ".join(cell.split())
