"""Writes the decision tables of a model as Markdown, for people who read documents rather than modelers."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dmn.model.loaded import Model
    from dmn.model.views import DecisionTable

_SIGNS = {"SUM": "+", "MIN": "<", "MAX": ">", "COUNT": "#"}


def render(model: Model, matched: Iterable[str] = ()) -> str:
    """Return a model's tables as Markdown; rules whose id is in `matched` are marked."""
    marked = frozenset(matched)
    parts = [f"# {model.title}\n"]
    parts += [f"## {table.title}\n\n{render_table(table, marked)}" for table in model.tables]
    return "\n".join(parts)


def render_table(table: DecisionTable, marked: frozenset[str] = frozenset()) -> str:
    """Return one table as Markdown; its title heads an output that has neither label nor name."""
    described = any(rule.description for rule in table.rules)
    outputs = [f"**{output.label or table.title}**" for output in table.outputs]
    head = [table.policy[:1] + _SIGNS.get(table.aggregation, ""), *(column.label for column in table.inputs)]
    head += [*outputs, *table.annotations, *(["Description"] if described else [])]
    lines = [_row(head), _row(["---"] * len(head))]
    for rule in table.rules:
        notes = (list(rule.annotations) + [""] * len(table.annotations))[: len(table.annotations)]
        number = f"▶ **{rule.number}**" if rule.id in marked else str(rule.number)
        cells = [number, *(cell or "-" for cell in (*rule.tests, *rule.outputs)), *notes]
        lines.append(_row([*cells, *([rule.description] if described else [])]))
    if any(output.default for output in table.outputs):
        defaults = [output.default for output in table.outputs]
        beside = [""] * (len(table.annotations) + described)
        lines.append(_row(["*otherwise*", *[""] * len(table.inputs), *defaults, *beside]))
    return "\n".join(lines) + "\n"


def _row(cells: list[str]) -> str:
    escaped = [" ".join(cell.replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;").split()) for cell in cells]
    return f"| {' | '.join(escaped)} |"
