"""Compiles decision tables: the texts of their clauses and cells, by rule and column (DMN 1.5, chapter 8)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dmn.errors import LimitError
from dmn.feel.compile.dispatch import constant
from dmn.feel.compile.unary import INPUT
from dmn.feel.types import KindType
from dmn.model.builder import refuse_to_evaluate
from dmn.model.dialects import CAMUNDA, CAMUNDA_DEFAULT_INPUT, CAMUNDA_INPUT
from dmn.model.rows import Rows
from dmn.model.tables import AGGREGATES, Column, Output, Table
from dmn.runtime import Source

if TYPE_CHECKING:
    from dmn.feel.scope import Unit
    from dmn.model.builder import Builder
    from dmn.model.reader import Element
    from dmn.runtime import Closure

POLICIES = {
    "U": "UNIQUE",
    "A": "ANY",
    "P": "PRIORITY",
    "F": "FIRST",
    "R": "RULE ORDER",
    "O": "OUTPUT ORDER",
    "C": "COLLECT",
}
_ABBREVIATED = {**POLICIES, "C+": "COLLECT", "C#": "COLLECT", "C<": "COLLECT", "C>": "COLLECT"}
_SIGNS = {"C+": "SUM", "C#": "COUNT", "C<": "MIN", "C>": "MAX"}


def compile_table(element: Element, unit: Unit, builder: Builder) -> Closure:
    """Compile a `decisionTable` element, or raise ModelError."""
    policy, aggregation = _read_policy(element, builder)
    inner = unit.within([INPUT])
    inputs = tuple(_compile_input(clause, inner, builder) for clause in element.all("input"))
    names = [clause.get("name") or clause.get("label") for clause in element.all("output")]
    if builder.dialect == CAMUNDA and builder.strict and (not names or (len(names) > 1 and not all(names))):
        reason = "an output of the table has no name" if names else "the table has no output"
        return refuse_to_evaluate(builder.error(element, f"{reason}; finish the table first"))
    outputs = tuple(_compile_output(clause, unit, builder) for clause in element.all("output"))
    builder.check_names(element, "output", names if len(names) > 1 else [])
    if not outputs:
        raise builder.error(element, "the table has no output; add an output column")
    if aggregation and aggregation != "COUNT" and len(outputs) > 1:
        raise builder.error(element, f"{aggregation} is not defined over {len(outputs)} outputs")
    rows = list(element.all("rule"))
    if len(rows) * (len(inputs) + len(outputs)) > builder.max_cells:
        raise LimitError(f"the table {element.id} has more than {builder.max_cells} cells")
    clauses = list(element.all("input"))
    headings = (
        [clause.get("label") or column.text for clause, column in zip(clauses, inputs, strict=True)],
        [clause.get("label") or output.name for clause, output in zip(element.all("output"), outputs, strict=True)],
        [clause.get("name") or clause.get("label") for clause in element.all("annotation")],
    )
    own_names = [_own_names(clause) if builder.dialect == CAMUNDA else () for clause in clauses]
    source = Source(f"table over {', '.join(column.text for column in inputs)}", element.id)
    table = Table((policy, aggregation), inputs, outputs, Rows(headings, own_names, inner, builder), rows, source)
    builder.tables.append((builder.parent_id, element, table, inner))
    return table.decide


def _own_names(clause: Element) -> tuple[str, ...]:
    expression = clause.first("inputExpression")
    text = expression.child_text("text").strip() if expression is not None else ""
    given = clause.get(CAMUNDA_INPUT)
    return tuple(name for name in (given, CAMUNDA_DEFAULT_INPUT) if name and name != text)


def _read_policy(element: Element, builder: Builder) -> tuple[str, str]:
    written = element.get("hitPolicy", "UNIQUE").strip()
    policy = _ABBREVIATED.get(written, written)
    if policy not in POLICIES.values():
        raise builder.error(element, f"there is no hit policy '{written}'; there are {', '.join(POLICIES.values())}")
    aggregation = element.get("aggregation").strip()
    if aggregation and aggregation not in AGGREGATES:
        raise builder.error(element, f"there is no aggregation '{aggregation}'; there are {', '.join(AGGREGATES)}")
    signed = _SIGNS.get(written, aggregation)
    if aggregation and signed != aggregation:
        raise builder.error(element, f"the hit policy '{written}' is {signed}, the aggregation {aggregation}; keep one")
    return policy, signed if policy == "COLLECT" else ""


def _compile_input(clause: Element, unit: Unit, builder: Builder) -> Column:
    expression = clause.first("inputExpression")
    if expression is None:
        raise builder.error(clause, "the input has no expression")
    text = expression.child_text("text").strip()
    if not text and builder.dialect == CAMUNDA:
        text = clause.get(CAMUNDA_INPUT)
    kind = builder.type_of(expression, clause)
    if unit.free is not None:
        unit.free.is_open, was_open = True, unit.free.is_open
    if not text and builder.dialect == CAMUNDA:
        value = constant(None)  # as Camunda has it: nothing is looked at, and a cell without a test passes
    else:
        value = builder.compile_expression(text, unit, expression, kind)
    if unit.free is not None:
        unit.free.is_open = was_open
    listed = clause.first("inputValues")
    allowed = listed.child_text("text").strip() if listed is not None else ""
    test = builder.compile_tests(allowed, unit, clause) if allowed else None
    given = builder.strict and (text in builder.input_names or (unit.free is not None and text in unit.free.slots))
    source = Source(text, expression.id or clause.id)
    kinds = kind.kinds if test is None and type(kind) is KindType else ()
    return Column(text, value, kind, test, allowed, builder.file if given else "", source, kinds)


def _compile_output(clause: Element, unit: Unit, builder: Builder) -> Output:
    default_element = clause.first("defaultOutputEntry")
    default = None
    if default_element is not None and default_element.child_text("text").strip():
        default = builder.compile_expression(default_element.child_text("text"), unit, default_element)
    allowed = clause.first("outputValues")
    text = allowed.child_text("text") if allowed is not None else ""
    inner = unit.within([INPUT])
    tests = builder.compile_tests(text, inner, clause) if text.strip() else None
    priorities = builder.compile_priorities(text, inner, clause) if text.strip() else ()
    kind = builder.type_of(clause)
    priorities = priorities or builder.priorities.get(kind.name, ())
    name = clause.get("name") or clause.get("label")
    return Output(name, kind, priorities, tests, default, Source(text, clause.id))
