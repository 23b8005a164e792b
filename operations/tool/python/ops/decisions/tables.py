"""Decision tables as people see them: labels, rules with their cells and sources, words for names and values."""

from dataclasses import dataclass
from pathlib import Path

import dmn

ROOT = Path(__file__).resolve().parents[5]
DECISIONS = ROOT / "functions" / "evaluate_decision" / "decisions"

_ANYTHING = frozenset({"", "-"})


@dataclass(frozen=True, slots=True)
class Rule:
    """A row: its number from 1, its cells as they are written, and the source that its annotation names."""

    id: str
    number: int
    tests: tuple[str, ...]
    outputs: tuple[str, ...]
    source: str


@dataclass(frozen=True, slots=True)
class Table:
    """A decision table: ``owner`` is the id of its decision or business knowledge model, ``title`` what it is called.

    ``inputs`` and ``outputs`` are the columns' labels; ``expressions`` are what the input columns look at.
    """

    owner: str
    title: str
    policy: str
    inputs: tuple[str, ...]
    expressions: tuple[str, ...]
    outputs: tuple[str, ...]
    rules: tuple[Rule, ...]

    def conditions(self, rule: Rule) -> list[tuple[str, str, str]]:
        """What a rule asks: label, expression and cell of each column that is not ``-``."""
        columns = zip(self.inputs, self.expressions, rule.tests, strict=True)
        return [(label, expression, cell) for label, expression, cell in columns if cell not in _ANYTHING]


def tables_of(model: dmn.Model) -> list[Table]:
    """Return the tables of a model, in the order of its file."""
    return [_table_of(table) for table in model.tables]


def _table_of(table: dmn.DecisionTable) -> Table:
    return Table(
        table.owner,
        table.title,
        table.policy,
        tuple(column.label for column in table.inputs),
        tuple(column.expression for column in table.inputs),
        tuple(output.label or table.title for output in table.outputs),
        tuple(map(_rule_of, table.rules)),
    )


def _rule_of(rule: dmn.TableRule) -> Rule:
    def cells(texts: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(" ".join(text.split()) for text in texts)

    source = " · ".join(filter(None, [rule.description, *cells(rule.annotations)]))
    return Rule(rule.id, rule.number, cells(rule.tests), cells(rule.outputs), source)
