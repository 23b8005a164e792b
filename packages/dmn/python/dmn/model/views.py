"""Views of a model: its decisions, functions and services, and its tables as they are written."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from dmn.feel.compile.unary import compile_tests
from dmn.feel.parser import parse_unary_tests
from dmn.feel.syntax import Tests
from dmn.feel.types import ItemType
from dmn.runtime import Limits, Run

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dmn.feel.scope import Unit
    from dmn.feel.syntax import Node
    from dmn.feel.types import Type
    from dmn.feel.values import Value
    from dmn.model.reader import Element
    from dmn.model.rows import Column
    from dmn.model.tables import Table
    from dmn.runtime import Env


class DecisionInfo(NamedTuple):
    """What a caller may know of a decision before evaluating it.

    Attributes
    ----------
    id, name, label : str
        As in the file; the label is the name where there is none.
    inputs : dict of str to str
        Names of the inputs that an evaluation reads, its required decisions included, with their types.
    type : str
        Type of its value.
    requires : tuple of str
        Ids of the inputs, decisions and functions that it requires itself.
    question, description : str
        What its author says of it.
    texts : tuple of str
        The FEEL texts of its logic, in the order of the file.
    parts : tuple of str
        Names of what its value holds, where its type is a context that says so.
    """

    id: str
    name: str
    label: str
    inputs: dict[str, str]
    type: str
    requires: tuple[str, ...]
    question: str
    description: str
    texts: tuple[str, ...]
    parts: tuple[str, ...]


class FunctionInfo(NamedTuple):
    """A business knowledge model.

    Attributes
    ----------
    id, name, label : str
        As in the file.
    parameters : dict of str to str
        Types by name, in the order of a call.
    type : str
        Type of its value.
    requires : tuple of str
        Ids of the functions that it requires itself.
    texts : tuple of str
        The FEEL texts of its logic, in the order of the file.
    """

    id: str
    name: str
    label: str
    parameters: dict[str, str]
    type: str
    requires: tuple[str, ...]
    texts: tuple[str, ...]


class ServiceInfo(NamedTuple):
    """A decision service.

    Attributes
    ----------
    id, name, label : str
        As in the file.
    inputs : dict of str to str
        Types by name of what a caller gives: its input data, then its input decisions.
    outputs : tuple of str
        Names of its output decisions.
    """

    id: str
    name: str
    label: str
    inputs: dict[str, str]
    outputs: tuple[str, ...]


class InputColumn(NamedTuple):
    """An input of a table, as it is written; the label is the expression where there is none."""

    id: str
    label: str
    expression: str
    type: str
    allowed: str


class OutputColumn(NamedTuple):
    """An output of a table, as it is written; the label is the name where there is none."""

    id: str
    name: str
    label: str
    type: str
    allowed: str
    default: str


class TableRule(NamedTuple):
    """A rule, as it is written.

    Attributes
    ----------
    id : str
        Id of the rule in the file.
    number : int
        Its row, from 1.
    tests, outputs : tuple of str
        Its cells in the order of the columns.
    annotations : tuple of str
        Its annotations in the order of `DecisionTable.annotations`.
    description : str
        What its author says of it.
    """

    id: str
    number: int
    tests: tuple[str, ...]
    outputs: tuple[str, ...]
    annotations: tuple[str, ...]
    description: str


class DecisionTable:
    """A decision table as it is written, and its tests one by one.

    Attributes
    ----------
    id : str
        Id of the table's element.
    owner : str
        Id of the decision or business knowledge model whose logic it is, or a part of it.
    title : str
        Label of the owner.
    policy, aggregation : str
        Hit policy by its whole name, and SUM, MIN, MAX, COUNT or nothing.
    inputs, outputs : tuple of InputColumn, of OutputColumn
        The columns.
    annotations : tuple of str
        Names of the annotation columns.
    rules : tuple of TableRule
        The rows.
    """

    def __init__(self, owner: str, title: str, element: Element, compiled: Compiled) -> None:
        table = compiled[0]
        self.id = element.id
        self.owner = owner
        self.title = title
        self.policy = table.policy
        self.aggregation = table.aggregation
        self.inputs = tuple(map(_input_column, element.all("input"), table.inputs))
        self.outputs = tuple(map(_output_column, element.all("output")))
        self.annotations = tuple(clause.get("name") or clause.get("label") for clause in element.all("annotation"))
        self.rules = tuple(_rule(number, row) for number, row in enumerate(element.all("rule"), 1))
        self._compiled = compiled

    def probe(self, limits: Limits) -> Probe:
        """Return what runs the tests of this table on single values, within limits for all of them together."""
        return Probe(self._compiled, limits)

    def __repr__(self) -> str:
        return f"DecisionTable({self.title!r}, {self.policy}, {len(self.rules)} rules)"


type Compiled = tuple[Table, Unit, Mapping[str, Type], Type]
"""A table as it is evaluated, where its texts stand, the types of what it requires, and that of its value."""


class Probe:
    """Runs single tests of a table on values of FEEL, as an evaluation runs them; `result` is the table's type."""

    def __init__(self, compiled: Compiled, limits: Limits) -> None:
        self._table, self._unit, self._declared, self.result = compiled
        self.run = Run(limits)
        self._tests = [dict(rule.tests) for rule in self._table.rules]

    def _env(self) -> Env:
        return [self.run, *[None] * self._unit.scope.frame.size]

    def kind(self, column: int) -> Type:
        """Return the type that the column states."""
        return self._table.inputs[column].type

    def required_kind(self, column: int) -> Type | None:
        """Return the type of the required input or decision that the column looks at, where it looks at one."""
        return self._declared.get(self._table.inputs[column].text)

    def allows(self, column: int, value: Value) -> bool:
        """Tell whether the column's own list of allowed values has a value."""
        allowed = self._table.inputs[column].allowed
        return allowed is None or allowed(value, self._env()) is True

    def passes(self, rule: int, column: int, value: Value) -> bool:
        """Tell whether a value passes the test of a cell."""
        test = self._tests[rule].get(column)
        return test is None or test(value, self._env()) is True

    def parse(self, text: str) -> Tests:
        """Parse the tests of a cell, with the names that the model knows.

        Raises
        ------
        FeelSyntaxError
            The text is no unary test.
        """
        return parse_unary_tests(text, self._unit.vocabulary)

    def passing(self, test: Node, values: list[Value]) -> list[bool]:
        """Say for each value whether it passes one test of a cell by itself."""
        compiled = compile_tests(Tests((test,), negated=False), self._unit)
        return [compiled(value, self._env()) is True for value in values]

    def gives(self, rule: int, output: int) -> Value:
        """Return the value of an output cell that looks at nothing, such as a literal."""
        return self._table.rules[rule].outputs[output](self._env())

    def may_give(self, output: int, value: Value) -> bool:
        """Tell whether an output allows a value, by its own list and by its type; null is no value."""
        column = self._table.outputs[output]
        listed = value is None or column.allowed is None or column.allowed(value, self._env()) is True
        return listed and (value is None or not isinstance(column.type, ItemType) or column.type.accepts(value))

    def rank(self, rule: int) -> tuple[int, ...]:
        """Return the places of a rule's outputs in the lists of their allowed values, which is its priority."""
        env = self._env()
        cells = zip(self._table.outputs, self._table.rules[rule].outputs, strict=True)
        return tuple(output.place(cell(env), env) for output, cell in cells)


def _input_column(clause: Element, column: Column) -> InputColumn:
    return InputColumn(clause.id, column.label, column.text, str(column.type), column.allowed_text)


def _output_column(clause: Element) -> OutputColumn:
    name = clause.get("name")
    return OutputColumn(
        clause.id,
        name,
        clause.get("label") or name,
        clause.get("typeRef") or "Any",
        clause.written_in("outputValues"),
        clause.written_in("defaultOutputEntry"),
    )


def _rule(number: int, row: Element) -> TableRule:
    def cells(tag: str) -> tuple[str, ...]:
        return tuple(cell.written.strip() for cell in row.all(tag))

    return TableRule(
        row.id,
        number,
        cells("inputEntry"),
        cells("outputEntry"),
        cells("annotationEntry"),
        row.child_text("description").strip(),
    )
