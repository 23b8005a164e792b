"""The nodes that work a value out, each with its record: decisions, functions, services (DMN 1.5, 6.3 and 10.4)."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from dmn.errors import InvalidError, UnsupportedError
from dmn.feel import border
from dmn.feel.audit import DecisionAudit
from dmn.feel.values import Function, Value
from dmn.model.requirements import Imported, Names, Node, types_of
from dmn.runtime import Place, Source

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

    from dmn.feel.scope import Frame
    from dmn.feel.types import Type
    from dmn.model.requirements import FileInfo
    from dmn.runtime import Closure, Env, Run


_RECORD_STEPS = 16  # what a record takes of memory, in steps


class Logic(Node):
    """A node with an expression over the values of what it requires."""

    def __init__(self, element_id: str, name: str, variable: str, label: str, file: FileInfo) -> None:
        super().__init__(element_id, name, variable, label, file)
        self.frame: Frame | None = None
        self.told: list[tuple[str, int]] = []  # the values of the audit: their names and slots
        self.bindings: list[tuple[tuple[int, ...], Callable[[Run], Value]]] = []  # slots, and what they hold
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

    def function(
        self, run: Run, signature: Iterable[tuple[str, Type]], invoke: Callable[[Run, Sequence[Value]], Value]
    ) -> Function:
        """Make the function that this node is; it works with the values that there are here, wherever it is called."""
        here = run.place

        def call(*arguments: Value) -> Value:
            outer, run.place = run.place, here
            try:
                return invoke(run, arguments)
            finally:
                run.place = outer

        return Function(f"{self.name}()", tuple(signature), call, self.type)

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
    parameters: Sequence[tuple[str, int, Type]] = ()
    external = False

    def compute(self, run: Run) -> Value:
        return self.function(run, self.inputs().items(), self.invoke)

    def inputs(self) -> dict[str, Type]:
        """Return the parameters with their types."""
        return {name: kind for name, _, kind in self.parameters}

    def invoke(self, run: Run, arguments: Sequence[Value]) -> Value:
        body = self.body
        if body is None:
            fault = ("is external, in Java or PMML", "external") if self.external else ("has no logic", "no-logic")
            raise InvalidError(f"the business knowledge model '{self.name}' {fault[0]}", fault[1])
        env = self.fill(run)
        given: dict[str, Value] = {}
        for (name, slot, _), value in zip(self.parameters, arguments, strict=True):
            given[name] = env[slot] = value
        return self.audited(run, given, lambda: body(env))


class CallsItself(Node):
    """A business knowledge model for its own logic, which names it though no edge leads from it to itself."""

    def __init__(self, function: Node) -> None:
        super().__init__(function.id, function.name, function.variable, function.label, function.file)
        self._function, self.kind = function, function.kind

    def compute(self, run: Run) -> Value:
        message = f"the business knowledge model '{self.name}' calls itself, and no requirement says so; draw it"
        run.warn("unknown-name", message, 0, Source(self.name, self.id))
        return self._function.value(run)


class Service(Logic):
    """A decision service: a function of its input data and input decisions (6.3.5, 10.4)."""

    kind = "service"
    reads_inputs = False
    outputs: Sequence[Node] = ()  # its input data and input decisions are what it requires

    def compute(self, run: Run) -> Value:
        return self.function(run, ((node.variable, node.type) for node in self.requires), self.invoke)

    def inputs(self) -> dict[str, Type]:
        """Return what a caller gives: its input data, then its input decisions."""
        found: Names = {}
        for node in self.requires:
            names, inner = found, node
            while isinstance(inner, Imported):
                names, inner = names.setdefault((inner.prefix,), {}), inner.node
            names[inner.variable] = inner.type
        return types_of(found)

    def invoke(self, run: Run, arguments: Sequence[Value]) -> Value:
        run.tick()
        return self._decide(run, dict(zip(self.requires, arguments, strict=True)))

    def evaluate(self, run: Run) -> Value:
        """Evaluate with the caller's inputs; an input decision is given by its name."""
        return self._decide(run, {node: node.given(run) for node in self.requires})

    def _decide(self, run: Run, known: dict[Node, Value]) -> Value:
        outer = run.place
        run.place = Place(outer.inputs, outer.path)
        for node, value in known.items():
            node.keep(run, value)

        def work() -> Value:
            if self.body is not None:  # which brings up what is wrong with a service that is not whole
                return self.body([run])
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
            return self.audited(run, {node.known_as: value for node, value in known.items()}, work)
        finally:
            run.place = outer
