"""Writes the decision tables of a model as Markdown, for people who read documents rather than modelers."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dmn.model.loaded import Model
    from dmn.model.reader import Element


def render_model(model: Model, matched: Iterable[str] = ()) -> str:
    """Return the model's tables as Markdown; rules whose id is in `matched` are marked."""
    marked = frozenset(matched)
    root = model.definitions.document.root
    parts = [f"# {root.get('name') or model.name}\n"]
    for owner, element, _, _ in model.definitions.builder.tables:
        node = model.definitions.nodes.get(owner)
        title = node.label if node is not None else owner
        parts.append(f"## {title}\n\n{render_table(element, marked, title)}")
    return "\n".join(parts)


def render_table(element: Element, marked: frozenset[str] = frozenset(), title: str = "") -> str:
    """Return one table as Markdown; `title` heads an output that has neither label nor name."""
    policy = element.get("hitPolicy", "UNIQUE")
    aggregation = element.get("aggregation")
    head = [policy[:1] + {"SUM": "+", "MIN": "<", "MAX": ">", "COUNT": "#"}.get(aggregation, "")]
    for clause in element.all("input"):
        expression = clause.first("inputExpression")
        head.append(clause.get("label") or (expression.child_text("text").strip() if expression is not None else ""))
    outputs = [clause.get("label") or clause.get("name") or title for clause in element.all("output")]
    notes = [clause.get("name") or clause.get("label") for clause in element.all("annotation")]
    described = any(row.child_text("description") for row in element.all("rule"))
    head += [f"**{name}**" for name in outputs] + notes + (["Description"] if described else [])
    lines = [_row(head), _row(["---"] * len(head))]
    for number, row in enumerate(element.all("rule"), 1):
        cells = [f"▶ **{number}**" if row.id in marked else str(number)]
        cells += [cell.child_text("text").strip() or "-" for cell in row.all("inputEntry", "outputEntry")]
        annotations = [cell.child_text("text").strip() for cell in row.all("annotationEntry")]
        cells += (annotations + [""] * len(notes))[: len(notes)]
        if described:
            cells.append(row.child_text("description").strip())
        lines.append(_row(cells))
    defaults = [clause.first("defaultOutputEntry") for clause in element.all("output")]
    if any(default is not None for default in defaults):
        inputs = ["*otherwise*"] + [""] * (len(head) - len(outputs) - len(notes) - described - 1)
        values = [default.child_text("text").strip() if default is not None else "" for default in defaults]
        lines.append(_row([*inputs, *values, *[""] * (len(notes) + described)]))
    return "\n".join(lines) + "\n"


def _row(cells: list[str]) -> str:
    escaped = [" ".join(cell.replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;").split()) for cell in cells]
    return f"| {' | '.join(escaped)} |"
