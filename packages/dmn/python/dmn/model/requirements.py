"""The nodes of a decision requirements graph, each with one value in an evaluation (DMN 1.5, 6.3); inputs, imports."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import TYPE_CHECKING, Any, NamedTuple

from dmn.errors import InputError, InvalidError, LimitError
from dmn.feel import border
from dmn.feel.border import EXACT
from dmn.feel.types import ANY, BOOLEAN, NUMBER, STRING, ContextType, Type
from dmn.feel.values import Value
from dmn.runtime import Limits, Place, Source

if TYPE_CHECKING:
    from collections.abc import Callable

    from dmn.runtime import Run


class Node:
    """An element of the graph: `name` is what the file calls it, `variable` how expressions know its value."""

    kind: str
    reads_inputs = True  # with what it requires; a decision service is given what it reads

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
        found: Names = {}
        seen: set[tuple[int, Node]] = set()
        waiting: list[tuple[Names, Node]] = [(found, self)]
        while waiting:
            names, node = waiting.pop()
            if (id(names), node) in seen:
                continue
            seen.add((id(names), node))
            if isinstance(node, Imported):
                waiting.append((names.setdefault((node.prefix,), {}), node.node))
            elif isinstance(node, InputData):
                names[node.variable] = node.type
            if node.reads_inputs:
                waiting += [(names, other) for other in reversed(node.requires)]
        return types_of(found)


type Names = dict[Any, Any]  # types by name, and under the name of an import in a tuple such names


def types_of(names: Names) -> dict[str, Type]:
    """Return types by name; those under the name of an import are one context."""
    inner = {key[0]: ContextType(types_of(found)) for key, found in names.items() if type(key) is tuple and found}
    return {key: kind for key, kind in names.items() if type(key) is str} | inner


class FileInfo(NamedTuple):
    """The file of a node: its name, version and dialect, and whether its inputs are checked strictly."""

    name: str
    version: str
    namespace: str
    strict: bool
    dialect: str
    limits: Limits


class InputData(Node):
    kind = "input"
    is_alone: bool  # no other of the files has an input of this name, so that it tells without its import
    _kind: type | None = None  # texts, truths and whole numbers of it need no look, as most inputs are such

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
