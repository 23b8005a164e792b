"""Compiles decision tables: the texts of their clauses and cells, by rule and column (DMN 1.5, chapter 8)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dmn.errors import LimitError
from dmn.feel.compile.dispatch import constant
from dmn.feel.compile.unary import INPUT
from dmn.feel.types import KindType
from dmn.model.builder import refuse_to_evaluate
from dmn.model.dialects import CAMUNDA, CAMUNDA_DEFAULT_INPUT, CAMUNDA_INPUT
from dmn.model.rows import Column, Output, Rows
from dmn.model.tables import AGGREGATES, Table
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
    if builder.info.dialect == CAMUNDA and builder.info.strict and (not names or (len(names) > 1 and not all(names))):
        reason = "an output of the table has no name" if names else "the table has no output"
        return refuse_to_evaluate(builder.error(element, f"{reason}; finish the table first"))
    outputs = tuple(_compile_output(clause, unit, builder) for clause in element.all("output"))
    builder.check_names(element, "output", names if len(names) > 1 else [])
    if not outputs:
        raise builder.error(element, "the table has no output; add an output column")
    if aggregation and aggregation != "COUNT" and len(outputs) > 1:
        raise builder.error(element, f"{aggregation} is not defined over {len(outputs)} outputs")
    rows = list(element.all("rule"))
    if len(rows) * (len(inputs) + len(outputs)) > builder.info.limits.cells:
        raise LimitError(f"the table {element.id} has more than {builder.info.limits.cells} cells")
    notes = [clause.get("name") or clause.get("label") for clause in element.all("annotation")]
    source = Source(f"table over {', '.join(column.text for column in inputs)}", element.id)
    table = Table((policy, aggregation), Rows(inputs, outputs, notes, inner, builder), rows, source)
    builder.tables.append((builder.parent_id, element, table, inner))
    return table.decide


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
    text = expression.written.strip()
    own_names: tuple[str, ...] = ()
    if builder.info.dialect == CAMUNDA:
        given_name = clause.get(CAMUNDA_INPUT)
        own_names = tuple(name for name in (given_name, CAMUNDA_DEFAULT_INPUT) if name and name != text)
        text = text or given_name
    kind = builder.type_of(expression, clause)
    if unit.free is not None:
        unit.free.is_open, was_open = True, unit.free.is_open
    if not text and builder.info.dialect == CAMUNDA:
        value = constant(None)  # as Camunda has it: nothing is looked at, and a cell without a test passes
    else:
        value = builder.compile_expression(text, unit, expression, kind)
    if unit.free is not None:
        unit.free.is_open = was_open
    allowed = clause.written_in("inputValues")
    test = builder.compile_tests(allowed, unit, clause) if allowed else None
    given = builder.info.strict and (text in builder.input_names or (unit.free is not None and text in unit.free.slots))
    source = Source(text, expression.id or clause.id)
    kinds = kind.kinds if test is None and type(kind) is KindType else ()
    label, of_input = clause.get("label") or text, builder.info.name if given else ""
    return Column(text, label, own_names, value, kind, test, allowed, of_input, source, kinds)


def _compile_output(clause: Element, unit: Unit, builder: Builder) -> Output:
    default_element = clause.first("defaultOutputEntry")
    default = None
    if default_element is not None and default_element.written.strip():
        default = builder.compile_expression(default_element.written, unit, default_element)
    text = clause.written_in("outputValues")
    inner = unit.within([INPUT])
    tests = builder.compile_tests(text, inner, clause) if text else None
    priorities = builder.compile_priorities(text, inner, clause) if text else ()
    kind = builder.type_of(clause)
    priorities = priorities or builder.priorities.get(kind.name, ())
    name = clause.get("name") or clause.get("label")
    return Output(name, clause.get("label") or name, kind, priorities, tests, default, Source(text, clause.id))
