"""Decision tables (DMN 1.5, chapter 8): compiled to tests by rule and column, and decided by hit policy."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, NamedTuple

from dmn.errors import InputError, InvalidError, LimitError
from dmn.feel import border, values
from dmn.feel.audit import MatchedRule
from dmn.feel.compile.unary import INPUT
from dmn.feel.library.aggregates import count, max_, min_, sum_
from dmn.feel.values import Value
from dmn.runtime import Source

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from dmn.feel.compile.unary import Test
    from dmn.feel.scope import Unit
    from dmn.feel.types import Type
    from dmn.model.builder import Builder
    from dmn.model.reader import Element
    from dmn.runtime import Closure, Env

MAX_CELLS = 200_000

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
_AGGREGATES: dict[str, Callable[[list[Value]], Value]] = {"SUM": sum_, "MIN": min_, "MAX": max_, "COUNT": count}
_LISTS = frozenset({"RULE ORDER", "OUTPUT ORDER", "COLLECT"})


class Column(NamedTuple):
    """An input of the table: its expression, the type and the values that are allowed."""

    text: str
    value: Closure
    type: Type
    allowed: Test | None
    allowed_text: str
    of_input: str  # the model's file, where the column is an input that a caller gives and so is refused
    source: Source


class Output(NamedTuple):
    """An output of the table: its name, type, allowed values in the order of their priority, and default."""

    name: str
    type: Type
    priorities: tuple[Test, ...]
    allowed: Test | None
    default: Closure | None
    source: Source


class Rule(NamedTuple):
    """A row: the tests that are not `-` with their columns, and the outputs."""

    tests: tuple[tuple[int, Test], ...]
    outputs: tuple[Closure, ...]
    matched: MatchedRule


class Table(NamedTuple):
    """A compiled decision table."""

    policy: str
    aggregation: str
    inputs: tuple[Column, ...]
    outputs: tuple[Output, ...]
    rules: tuple[Rule, ...]
    source: Source
    scratch: int  # slot of `?`

    def decide(self, env: Env) -> Value:
        """Find the rules that match, and join their outputs by the hit policy (8.2.10, 8.2.11)."""
        run = env[0]
        run.tick()
        given = [self._read(column, env) for column in self.inputs]
        single = self.policy == "FIRST"
        matches: list[Rule] = []
        for rule in self.rules:
            for column, test in rule.tests:
                if test(given[column], env) is not True:
                    break
            else:
                matches.append(rule)
                if single:
                    break
        if not matches:
            return self._default(given, env)
        return self._join(matches, env)

    def _read(self, column: Column, env: Env) -> Value:
        value = column.value(env)
        try:
            value = column.type.convert(value)
        except InvalidError as error:
            env[0].warn(error.kind, f"input '{column.text}': {error.message}", 0, column.source)
            return None
        if column.allowed is not None and value is not None and column.allowed(value, env) is not True:
            if column.of_input:
                raise InputError(column.text, border.to_python(value), f"one of {column.allowed_text}", column.of_input)
            text = values.brief(value)
            env[0].warn("allowed-values", f"input '{column.text}' is {text}, not allowed", 0, column.source)
        return value

    def _default(self, given: list[Value], env: Env) -> Value:
        if any(output.default is not None for output in self.outputs):
            row = [output.default(env) if output.default is not None else None for output in self.outputs]
            return self._shape(row)
        if self.policy in _LISTS:
            if self.aggregation == "COUNT":
                return Decimal(0)
            if not self.aggregation:
                return []
        pairs = zip(self.inputs, given, strict=True)
        inputs = ", ".join(f"{column.text} = {values.brief(value, 60)}" for column, value in pairs)
        env[0].warn("no-match", f"no rule matches {inputs}", 0, self.source)
        return None

    def _shape(self, row: Sequence[Value]) -> Value:
        if len(self.outputs) == 1:
            return row[0]
        return {output.name: value for output, value in zip(self.outputs, row, strict=True)}

    def _row(self, rule: Rule, env: Env) -> list[Value]:
        row: list[Value] = []
        for output, cell in zip(self.outputs, rule.outputs, strict=True):
            value = cell(env)
            try:
                value = output.type.convert(value)
                if output.allowed is not None and value is not None and output.allowed(value, env) is not True:
                    raise InvalidError(f"{values.brief(value)} is not allowed", "allowed-values")  # noqa: TRY301
            except InvalidError as error:
                message = f"output '{output.name}' of rule {rule.matched.index}: {error.message}"
                env[0].warn(error.kind, message, 0, output.source)
                value = None
            row.append(value)
        return row

    def _join(self, matches: list[Rule], env: Env) -> Value:
        run, policy = env[0], self.policy
        run.matched += [rule.matched for rule in matches]
        rows = [self._row(rule, env) for rule in matches]
        if policy in ("PRIORITY", "OUTPUT ORDER"):
            rows = self._by_priority(rows, env)
        results = [self._shape(row) for row in rows]
        if policy in _LISTS:
            return self._aggregate(results, env) if self.aggregation else results
        if policy == "UNIQUE" and len(matches) > 1:
            numbers = ", ".join(str(rule.matched.index) for rule in matches)
            run.warn("hit-policy", f"rules {numbers} all match, where at most one may", 0, self.source)
            return None
        if policy == "ANY" and not all(values.equals(results[0], other) is True for other in results[1:]):
            numbers = ", ".join(str(rule.matched.index) for rule in matches)
            run.warn("hit-policy", f"rules {numbers} all match, but their outputs differ", 0, self.source)
            return None
        return results[0]

    def _by_priority(self, rows: list[list[Value]], env: Env) -> list[list[Value]]:
        """Order rows by the place of each output in its list of output values, the first output first (8.2.11)."""

        def place(output: Output, value: Value) -> int:
            tests = output.priorities
            return next((index for index, test in enumerate(tests) if test(value, env) is True), len(tests))

        def rank(row: list[Value]) -> tuple[int, ...]:
            return tuple(place(output, value) for output, value in zip(self.outputs, row, strict=True))

        return sorted(rows, key=rank)

    def _aggregate(self, results: list[Value], env: Env) -> Value:
        try:
            return _AGGREGATES[self.aggregation](results)
        except (InvalidError, ArithmeticError) as error:
            return env[0].refuse(error, 0, self.source)


def compile_table(element: Element, unit: Unit, builder: Builder) -> Closure:
    """Compile a `decisionTable` element.

    Raises
    ------
    ModelError
        A cell cannot be parsed, a row has another number of cells than the table columns, a policy is unknown.
    """
    policy, aggregation = _read_policy(element, builder)
    inner = unit.within([INPUT])
    inputs = tuple(_compile_input(clause, inner, builder) for clause in element.all("input"))
    outputs = tuple(_compile_output(clause, unit, builder) for clause in element.all("output"))
    builder.check_names(element, "output", [output.name for output in outputs] if len(outputs) > 1 else [])
    if not outputs:
        raise builder.error(element, "the table has no output; add an output column")
    if aggregation and aggregation != "COUNT" and len(outputs) > 1:
        raise builder.error(element, f"{aggregation} is not defined over {len(outputs)} outputs")
    rows = list(element.all("rule"))
    if len(rows) * (len(inputs) + len(outputs)) > MAX_CELLS:
        raise LimitError(f"the table {element.id} has more than {MAX_CELLS} cells")
    annotations = [clause.get("name") or clause.get("label") for clause in element.all("annotation")]
    headings = (
        [clause.get("label") or column.text for clause, column in zip(element.all("input"), inputs, strict=True)],
        [clause.get("label") or output.name for clause, output in zip(element.all("output"), outputs, strict=True)],
    )
    rules = tuple(_compile_rule(row, index, headings, annotations, inner, builder) for index, row in enumerate(rows, 1))
    builder.cell = None
    names = ", ".join(column.text for column in inputs)
    source = Source(f"table over {names}", element.id)
    table = Table(policy, aggregation, inputs, outputs, rules, source, inner.scope.slots[INPUT])
    builder.tables.append((builder.parent_id, element, table, inner))
    return table.decide


def _read_policy(element: Element, builder: Builder) -> tuple[str, str]:
    written = element.get("hitPolicy", "UNIQUE").strip()
    policy = _ABBREVIATED.get(written, written)
    if policy not in POLICIES.values():
        raise builder.error(element, f"there is no hit policy '{written}'; there are {', '.join(POLICIES.values())}")
    aggregation = element.get("aggregation").strip()
    if aggregation and aggregation not in _AGGREGATES:
        raise builder.error(element, f"there is no aggregation '{aggregation}'; there are {', '.join(_AGGREGATES)}")
    signed = _SIGNS.get(written, aggregation)
    if aggregation and signed != aggregation:
        raise builder.error(element, f"the hit policy '{written}' is {signed}, the aggregation {aggregation}; keep one")
    return policy, signed if policy == "COLLECT" else ""


def _compile_input(clause: Element, unit: Unit, builder: Builder) -> Column:
    expression = clause.first("inputExpression")
    if expression is None:
        raise builder.error(clause, "the input has no expression")
    text = expression.child_text("text").strip()
    kind = builder.type_of(expression, clause)
    if unit.free is not None:
        unit.free.is_open, was_open = True, unit.free.is_open
    value = builder.compile_expression(text, unit, expression, kind)
    if unit.free is not None:
        unit.free.is_open = was_open
    listed = clause.first("inputValues")
    allowed = listed.child_text("text").strip() if listed is not None else ""
    test = builder.compile_tests(allowed, unit, clause) if allowed else None
    given = builder.strict and (text in builder.input_names or (unit.free is not None and text in unit.free.slots))
    source = Source(text, expression.id or clause.id)
    return Column(text, value, kind, test, allowed, builder.file if given else "", source)


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
    if not priorities:
        priorities = builder.priorities_of(kind)
    name = clause.get("name") or clause.get("label")
    return Output(name, kind, priorities, tests, default, Source(text, clause.id))


def _compile_rule(
    row: Element,
    index: int,
    headings: tuple[list[str], list[str]],
    annotations: list[str],
    unit: Unit,
    builder: Builder,
) -> Rule:
    builder.cell = None
    entries, results = list(row.all("inputEntry")), list(row.all("outputEntry"))
    ins, outs = len(headings[0]), len(headings[1])
    if (len(entries), len(results)) != (ins, outs):
        reason = (
            f"rule {index} has {len(entries)} input and {len(results)} output cells, the table has {ins} and {outs}"
        )
        raise builder.error(row, f"{reason}; delete the rule and enter it anew")
    tests: list[Test | None] = []
    for heading, entry in zip(headings[0], entries, strict=True):
        builder.cell = index, heading
        tests.append(builder.compile_tests(entry.child_text("text"), unit, entry))
    cells: list[Closure] = []
    for heading, entry in zip(headings[1], results, strict=True):
        builder.cell = index, heading
        cells.append(builder.compile_cell(entry.child_text("text"), unit, entry))
    outputs = tuple(cells)
    notes = {
        name or f"annotation {number}": entry.child_text("text")
        for number, (name, entry) in enumerate(zip(annotations, row.all("annotationEntry"), strict=False), 1)
    }
    if row.child_text("description"):
        notes["description"] = row.child_text("description")
    present = tuple((column, test) for column, test in enumerate(tests) if test is not None)
    return Rule(present, outputs, MatchedRule(row.id, index, notes))
