"""The nodes of a decision requirements graph, and how each returns its value once in an evaluation (DMN 1.5, 6.3)."""

from __future__ import annotations

import time
from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from dmn.errors import InputError, InvalidError, LimitError, UnsupportedError
from dmn.feel import border
from dmn.feel.audit import DecisionAudit
from dmn.feel.border import EXACT
from dmn.feel.compile.calls import convert_argument
from dmn.feel.types import ANY, BOOLEAN, NUMBER, STRING, ContextType, Type
from dmn.feel.values import Function, Value
from dmn.model.dialects import DMN
from dmn.runtime import DEFAULT_LIMITS, Limits, Place, Source

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence

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
        memo = run.place.memo
        if self in memo:
            return memo[self]
        value = memo[self] = self.compute(run)
        return value

    def compute(self, run: Run) -> Value:
        """Work the value out; each kind of node has its own way."""
        return run.place.inputs.get(self.variable)

    def given(self, run: Run) -> Value:
        """Return what the caller of a decision service gives for this node, or raise InputError."""
        if self.variable not in run.place.inputs:
            raise missing_input(self.variable, self.type, self.file.name, run)
        return self.take(run.place.inputs[self.variable], run)

    def keep(self, run: Run, value: Value) -> None:
        """Have a value for this node that was worked out elsewhere."""
        run.place.memo[self] = value

    @property
    def known_as(self) -> str:
        """How expressions know the value, with the name of an import before it."""
        return self.variable

    def take(self, given: Any, run: Run) -> Value:
        """Take a caller's value to the type of this node, or raise InputError."""
        try:
            return self.type.take(border.from_python(given, run.limits))
        except LimitError as error:
            raise LimitError(f"input '{run.place.path}{self.variable}': {error}") from None
        except InvalidError as error:
            if self.file.strict:
                name = f"{run.place.path}{self.variable}"
                raise InputError(name, given, str(self.type), self.file.name) from None
            run.refuse(error, 0, Source(self.variable, self.id))
            return None

    def inputs(self) -> dict[str, Type]:
        """Return the inputs that an evaluation of this node reads with their types; those of an import as a context."""
        found: _Names = {}
        seen: set[tuple[int, Node]] = set()
        waiting: list[tuple[_Names, Node]] = [(found, self)]
        while waiting:
            names, node = waiting.pop()
            if (id(names), node) in seen:
                continue
            seen.add((id(names), node))
            if isinstance(node, Imported):
                waiting.append((names.setdefault((node.prefix,), {}), node.node))
            elif isinstance(node, InputData):
                names[node.variable] = node.type
            if not isinstance(node, Service):
                waiting += [(names, other) for other in reversed(node.requires)]
        return _types_of(found)


type _Names = dict[Any, Any]  # types by name, and under the name of an import in a tuple such names


def _types_of(names: _Names) -> dict[str, Type]:
    inner = {key[0]: ContextType(_types_of(found)) for key, found in names.items() if type(key) is tuple and found}
    return {key: kind for key, kind in names.items() if type(key) is str} | inner


class FileInfo:
    """The file of a node: its name, version and dialect, and whether its inputs are checked strictly."""

    def __init__(
        self,
        name: str,
        version: str,
        namespace: str,
        *,
        strict: bool,
        dialect: str = DMN,
        limits: Limits = DEFAULT_LIMITS,
    ) -> None:
        self.limits = limits
        self.name = name
        self.namespace = namespace
        self.dialect = dialect
        self.version = version
        self.strict = strict


class InputData(Node):
    kind = "input"

    def __init__(self, element_id: str, name: str, variable: str, label: str, file: FileInfo) -> None:
        super().__init__(element_id, name, variable, label, file)
        self._kind: type | None = None  # texts, truths and whole numbers of it need no look, as most inputs are such
        self.is_alone = False  # no other of the files has an input of this name, so that it tells without its import

    def settle(self) -> None:
        """Take note of the type, once it is known."""
        self._kind = {id(STRING): str, id(BOOLEAN): bool, id(NUMBER): int}.get(id(self.type))

    def value(self, run: Run) -> Value:
        """Return the value of this input, read once in an evaluation."""
        memo = run.place.memo
        if self in memo:
            return memo[self]
        given: Value = run.place.inputs.get(self.variable)
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
        """Read the input, from JSON's text too where the type is temporal. Raises InputError."""
        inputs = run.place.inputs
        for name in (self.variable, self.name, self.id):
            if name in inputs:
                return self.take(inputs[name], run)
        for name in ([self.variable] if self.is_alone else []) + [f"{self.file.namespace}#{self.variable}"]:
            if name in run.inputs:
                return self.take(run.inputs[name], run)
        raise missing_input(self.variable, self.type, self.file.name, run)

    def given(self, run: Run) -> Value:
        """Return the value of this input, which a service reads as decisions do."""
        return self.value(run)


class Imported(Node):
    """A node of an imported model, as the importing one has it: its value is worked out where its own inputs are."""

    def __init__(self, prefix: str, node: Node) -> None:
        super().__init__(node.id, node.name, node.variable, node.label, node.file)
        self.kind, self.type = node.kind, node.type
        self.prefix = prefix
        self.node = node

    def compute(self, run: Run) -> Value:
        return self.there(run, self.node.value)

    def given(self, run: Run) -> Value:
        return self.there(run, self.node.given)

    def keep(self, run: Run, value: Value) -> None:
        self.there(run, lambda run: self.node.keep(run, value))

    @property
    def known_as(self) -> str:
        return f"{self.prefix}.{self.variable}"

    def there(self, run: Run, work: Callable[[Run], Value]) -> Value:
        """Do some work in the place of the import, or raise InputError."""
        outer = run.place
        place = outer.imports.get(self.prefix)
        if place is None:
            inputs, path = outer.inputs.get(self.prefix), f"{outer.path}{self.prefix}"
            if inputs is not None and not isinstance(inputs, Mapping):
                expectation = "a mapping with the inputs of the imported model"
                raise InputError(path, inputs, expectation, self.file.name)
            place = outer.imports[self.prefix] = Place(inputs or {}, f"{path}.")
        run.place = place
        try:
            return work(run)
        finally:
            run.place = outer


def missing_input(name: str, kind: Type, file: str, run: Run) -> InputError:
    """Make the error about an input that was not given, with the name that was probably meant for it."""
    from dmn.hints import near_name  # noqa: PLC0415 - loaded only for an error

    path = run.place.path
    near = near_name(name, map(str, run.place.inputs))
    advice = f"'{path}{near}' was given: is that the one?" if near else ""
    if path:
        within = ": {".join(f'"{step}"' for step in [*path.split(".")[:-1], name])
        advice = advice or f"give it under the name of its import, {{{within}: …{'}' * path.count('.')}}}"
    return InputError(f"{path}{name}", None, str(kind), file, missing=True, advice=advice)


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

    def function(
        self, run: Run, signature: Iterable[tuple[str, Type]], invoke: Callable[[Run, Sequence[Value]], Value]
    ) -> Function:
        """Make the function that this node is; it works with the values that there are here, wherever it is called."""
        here, parameters = run.place, tuple(signature)

        def call(*arguments: Value) -> Value:
            if len(arguments) != len(parameters):
                has = f"{self.name}() takes {len(parameters)} arguments, not {len(arguments)}"
                raise InvalidError(has, "argument")
            outer, run.place = run.place, here
            try:
                return invoke(run, arguments)
            finally:
                run.place = outer

        return Function(self.name, parameters, call, self.type)

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
        return self.function(run, self.inputs().items(), self.invoke)

    def inputs(self) -> dict[str, Type]:
        """Return the parameters with their types."""
        return {name: kind for name, _, kind in self.parameters}

    def invoke(self, run: Run, arguments: Sequence[Value]) -> Value:
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


class CallsItself(Node):
    """A business knowledge model for its own logic, which names it though no edge leads from it to itself."""

    def __init__(self, function: Node) -> None:
        super().__init__(function.id, function.name, function.variable, function.label, function.file)
        self._function = function

    def compute(self, run: Run) -> Value:
        message = f"the business knowledge model '{self.name}' calls itself, and no requirement says so; draw it"
        run.warn("unknown-name", message, 0, Source(self.name, self.id))
        return self._function.value(run)


class Service(Logic):
    """A decision service: a function of its input data and input decisions (6.3.5, 10.4)."""

    kind = "service"

    def __init__(self, element_id: str, name: str, variable: str, label: str, file: FileInfo) -> None:
        super().__init__(element_id, name, variable, label, file)
        self.outputs: list[Node] = []  # its input data and input decisions are what it requires

    def compute(self, run: Run) -> Value:
        return self.function(run, ((node.variable, node.type) for node in self.requires), self.invoke)

    def inputs(self) -> dict[str, Type]:
        """Return what a caller gives: its input data, then its input decisions."""
        found: _Names = {}
        for node in self.requires:
            names, inner = found, node
            while isinstance(inner, Imported):
                names, inner = names.setdefault((inner.prefix,), {}), inner.node
            names[inner.variable] = inner.type
        return _types_of(found)

    def invoke(self, run: Run, arguments: Sequence[Value]) -> Value:
        run.tick()
        known = {
            node: convert_argument(node.variable, node.type, value)
            for node, value in zip(self.requires, arguments, strict=True)
        }
        return self._decide(run, known)

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
