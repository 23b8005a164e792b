"""The nodes of a decision requirements graph, and how each returns its value once in an evaluation (DMN 1.5, 6.3)."""

from __future__ import annotations

import time
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from dmn.errors import InputError, InvalidError, LimitError, UnsupportedError
from dmn.feel import border
from dmn.feel.audit import DecisionAudit
from dmn.feel.border import EXACT
from dmn.feel.compile.calls import convert_argument
from dmn.feel.types import ANY, BOOLEAN, NUMBER, STRING, Type
from dmn.feel.values import Function, Value
from dmn.model.dialects import DMN
from dmn.runtime import DEFAULT_LIMITS, Limits, Source

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from dmn.feel.scope import Frame
    from dmn.runtime import Closure, Env, Run


_RECORD_STEPS = 16  # what a record takes of memory, in steps


class Node:
    """An element of the graph: `name` is what the file calls it, `variable` how expressions know its value."""

    kind = ""

    def __init__(self, element_id: str, name: str, variable: str, label: str, file: FileInfo) -> None:
        self.id = element_id
        self.name = name
        self.variable = variable
        self.label = label
        self.file = file
        self.type: Type = ANY
        self.requires: list[Node] = []

    def value(self, run: Run) -> Value:
        """Return the value of this node, computed once in an evaluation."""
        memo = run.memo
        if self in memo:
            return memo[self]
        value = memo[self] = self.compute(run)
        return value

    def compute(self, run: Run) -> Value:
        """Work the value out; each kind of node has its own way."""
        return run.inputs.get(self.variable)

    def take(self, given: Any, run: Run) -> Value:
        """Take a caller's value to the type of this node.

        Raises
        ------
        InputError
            It is of another type, or not among the allowed values; in a lenient model it is null with a warning.
        """
        try:
            return self.type.take(border.from_python(given, run.limits))
        except LimitError as error:
            raise LimitError(f"input '{self.variable}': {error}") from None
        except InvalidError as error:
            if self.file.strict:
                raise InputError(self.variable, given, str(self.type), self.file.name) from None
            run.refuse(error, 0, Source(self.variable, self.id))
            return None

    def inputs(self) -> dict[str, Type]:
        """Return the input data that an evaluation of this node reads, with their types."""
        found: dict[str, Type] = {}
        seen: set[Node] = set()
        waiting: list[Node] = [self]
        while waiting:
            node = waiting.pop()
            if node in seen:
                continue
            seen.add(node)
            if isinstance(node, InputData):
                found[node.variable] = node.type
            if not isinstance(node, Service) or node is self:
                waiting += reversed(node.requires)
        return found


class FileInfo:
    """The file of a node: its name, version and dialect, and whether its inputs are checked strictly."""

    def __init__(
        self, name: str, version: str, *, strict: bool, dialect: str = DMN, limits: Limits = DEFAULT_LIMITS
    ) -> None:
        self.limits = limits
        self.name = name
        self.dialect = dialect
        self.version = version
        self.strict = strict


class InputData(Node):
    kind = "input"

    def __init__(self, element_id: str, name: str, variable: str, label: str, file: FileInfo) -> None:
        super().__init__(element_id, name, variable, label, file)
        self._kind: type | None = None  # texts, truths and whole numbers of it need no look, as most inputs are such

    def settle(self) -> None:
        """Take note of the type, once it is known."""
        self._kind = {id(STRING): str, id(BOOLEAN): bool, id(NUMBER): int}.get(id(self.type))

    def value(self, run: Run) -> Value:
        """Return the value of this input, read once in an evaluation."""
        memo = run.memo
        if self in memo:
            return memo[self]
        given: Value = run.inputs.get(self.variable)
        kind = type(given)
        if given is None or kind is not self._kind:
            value = self.compute(run)
        elif kind is int:
            value = Decimal(given) if -EXACT < given < EXACT else self.compute(run)
        else:
            value = given
        memo[self] = value
        return value

    def compute(self, run: Run) -> Value:
        """Read the input, from JSON's text too where the type is temporal.

        Raises
        ------
        InputError
            It is missing, or of another type, or not among the allowed values.
        """
        for name in (self.variable, self.name, self.id):
            if name in run.inputs:
                return self.take(run.inputs[name], run)
        raise missing_input(self.variable, self.type, self.file.name, run)


def missing_input(name: str, kind: Type, file: str, run: Run) -> InputError:
    """Make the error about an input that was not given, with the name that was probably meant for it."""
    from dmn.hints import near_name  # noqa: PLC0415 - loaded only for an error

    near = near_name(name, map(str, run.inputs))
    advice = f"'{near}' was given: is that the one?" if near else ""
    return InputError(name, None, str(kind), file, missing=True, advice=advice)


type Binding = tuple[tuple[int, ...], Callable[[Run], Value]]  # slots, and what they hold


class Logic(Node):
    """A node with an expression over the values of what it requires."""

    def __init__(self, element_id: str, name: str, variable: str, label: str, file: FileInfo) -> None:
        super().__init__(element_id, name, variable, label, file)
        self.frame: Frame | None = None
        self.told: list[tuple[str, int]] = []  # the values of the audit: their names and slots
        self.bindings: list[Binding] = []
        self.body: Closure | None = None

    def fill(self, run: Run) -> Env:
        """Make the list of values that the expression runs on."""
        env: Env = [None] * (self.frame.size if self.frame is not None else 1)
        env[0] = run
        for slots, read in self.bindings:
            value = read(run)
            for slot in slots:
                env[slot] = value
        return env

    def audited(self, run: Run, inputs: dict[str, Value], work: Callable[[], Value]) -> Value:
        """Do the work of this node and keep a record of it."""
        outer, run.matched = run.matched, []
        outer_trace, run.trace = run.trace, []
        run.tick(_RECORD_STEPS)
        first_warning, start = len(run.warnings), time.perf_counter_ns()
        try:
            answer = self.checked(work(), run)
            run.records.append(
                DecisionAudit(
                    self.id,
                    self.name,
                    self.kind,
                    self.file.version,
                    {
                        name: value if type(value) in border.PLAIN else border.hand_out(value, run)
                        for name, value in inputs.items()
                        if not isinstance(value, Function)
                    },
                    tuple(run.matched),
                    border.hand_out(answer, run),
                    tuple(run.warnings[first_warning:]),
                    (time.perf_counter_ns() - start) // 1000,
                    tuple(run.trace),
                )
            )
        finally:
            run.matched, run.trace = outer, outer_trace
        return answer

    def checked(self, value: Value, run: Run) -> Value:
        """Coerce the result to the type of the variable; another type becomes null (10.3.2.9.4)."""
        try:
            return self.type.convert(value)
        except InvalidError as error:
            run.warn(error.kind, f"the result of '{self.name}': {error.message}", 0, Source(self.name, self.id))
            return None


class Decision(Logic):
    kind = "decision"

    def compute(self, run: Run) -> Value:
        env = self.fill(run)
        body = self.body
        if body is None:
            run.warn("no-logic", f"the decision '{self.name}' has no logic", 0, Source(self.name, self.id))
            return None
        return self.audited(run, {name: env[slot] for name, slot in self.told}, lambda: body(env))


class BusinessKnowledge(Logic):
    """A business knowledge model: its value is a function (6.3.9)."""

    kind = "bkm"

    def __init__(self, element_id: str, name: str, variable: str, label: str, file: FileInfo) -> None:
        super().__init__(element_id, name, variable, label, file)
        self.parameters: list[tuple[str, int, Type]] = []
        self.external = False

    def compute(self, run: Run) -> Value:
        signature = tuple((name, kind) for name, _, kind in self.parameters)

        def invoke(*arguments: Value) -> Value:
            return self.invoke(run, arguments)

        return Function(self.name, signature, invoke, self.type)

    def invoke(self, run: Run, arguments: Sequence[Value]) -> Value:
        if len(arguments) != len(self.parameters):
            raise InvalidError(
                f"{self.name}() takes {len(self.parameters)} arguments, not {len(arguments)}", "argument"
            )
        body = self.body
        if body is None:
            fault = ("is external, in Java or PMML", "external") if self.external else ("has no logic", "no-logic")
            raise InvalidError(f"the business knowledge model '{self.name}' {fault[0]}", fault[1])
        run.tick()
        env = self.fill(run)
        given: dict[str, Value] = {}
        for (name, slot, kind), value in zip(self.parameters, arguments, strict=True):
            given[name] = env[slot] = convert_argument(name, kind, value)
        return self.audited(run, given, lambda: body(env))


class Service(Logic):
    """A decision service: a function of its input data and input decisions (6.3.5, 10.4)."""

    kind = "service"

    def __init__(self, element_id: str, name: str, variable: str, label: str, file: FileInfo) -> None:
        super().__init__(element_id, name, variable, label, file)
        self.outputs: list[Node] = []
        self.given: list[Node] = []

    def compute(self, run: Run) -> Value:
        signature = tuple((node.variable, node.type) for node in self.given)
        return Function(self.name, signature, lambda *arguments: self.invoke(run, arguments), self.type)

    def invoke(self, run: Run, arguments: Sequence[Value]) -> Value:
        if len(arguments) != len(self.given):
            raise InvalidError(f"{self.name}() takes {len(self.given)} arguments, not {len(arguments)}", "argument")
        run.tick()
        known = {
            node: convert_argument(node.variable, node.type, value)
            for node, value in zip(self.given, arguments, strict=True)
        }
        return self._decide(run, known)

    def evaluate(self, run: Run) -> Value:
        """Evaluate with the caller's inputs; an input decision is given by its name."""
        known: dict[Node, Value] = {}
        for node in self.given:
            if isinstance(node, InputData):
                known[node] = node.value(run)
                continue
            if node.variable not in run.inputs:
                raise missing_input(node.variable, node.type, self.file.name, run)
            known[node] = node.take(run.inputs[node.variable], run)
        return self._decide(run, known)

    def _decide(self, run: Run, known: dict[Node, Value]) -> Value:
        outer, run.memo = run.memo, dict(known)

        def work() -> Value:
            if not self.outputs:
                message = f"the decision service '{self.name}' has no output decision"
                if self.file.strict:
                    raise UnsupportedError(self.file.name, self.id, message)
                run.warn("no-logic", message, 0, Source(self.name, self.id))
                return None
            if len(self.outputs) == 1:
                return self.outputs[0].value(run)
            return {node.variable: node.value(run) for node in self.outputs}

        try:
            return self.audited(run, {node.variable: value for node, value in known.items()}, work)
        finally:
            run.memo = outer
