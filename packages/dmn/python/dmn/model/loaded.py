"""Loading and evaluating models: the package's face."""

from __future__ import annotations

import functools
import operator
from typing import TYPE_CHECKING, Any, cast

from dmn.errors import DmnError, InputError, InvalidError, UnknownDecisionError
from dmn.feel import border, values
from dmn.feel.audit import Evaluation
from dmn.feel.types import ANY, ContextType
from dmn.model.logic import BusinessKnowledge, Decision, Service
from dmn.model.requirements import Imported, InputData, Node, missing_input
from dmn.model.resolve import Definitions
from dmn.runtime import Limits, Run, Source

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping

    from dmn.feel.types import Type
    from dmn.model.reader import Element
    from dmn.model.views import DecisionInfo, DecisionTable, FunctionInfo, ServiceInfo

_MAX_STRANGERS = 1000
_LABELLED = frozenset({"inputData", "formalParameter", "itemComponent", "output"})


class _Infos[T: (DecisionInfo, FunctionInfo, ServiceInfo)](dict[str, T]):
    """By name; a look-up finds them by id too."""

    def __init__(self, infos: Iterable[T]) -> None:
        self._by_id: dict[str, T] = {}
        for info in infos:
            self.setdefault(info.name, info)
            self._by_id[info.id] = info

    def __missing__(self, key: str) -> T:
        return self._by_id[key]

    def __contains__(self, key: object) -> bool:
        return super().__contains__(key) or key in self._by_id


class Model:
    """A loaded model; `load` and `loads` make one. It is immutable and may be shared by threads.

    Attributes
    ----------
    name : str
        Name of the file.
    version : str
        The first 12 hexadecimal digits of the SHA-256 of the file.
    title, description : str
        What its author calls it and says of it.
    decisions, functions, services : mapping of str to DecisionInfo, FunctionInfo, ServiceInfo
        By name; `decisions[id]` works too.
    labels : mapping of str to str
        What its author calls each input, decision, function, parameter, output, and part of a type, by its name.
    tables : tuple of DecisionTable
        The decision tables in the order of the file, of its functions too.
    limits : Limits
        Bounds of an evaluation that is given none.
    findings : tuple of ModelError
        What is wrong with a model that was loaded leniently, of its imports, too. A decision that needs what is missing
        is refused when it is evaluated; a text that cannot be read is null there; the others decide.
    """

    def __init__(self, definitions: Definitions, limits: Limits, again: Callable[[], Model]) -> None:
        self._again = again
        self.definitions = definitions
        self.limits = limits
        self.title = definitions.document.root.get("name") or definitions.info.name
        self.description = definitions.document.root.child_text("description").strip()
        self.name = definitions.info.name
        self.version = definitions.info.version
        self.findings = tuple(error for file in definitions.files() for error in file.builder.findings)
        self._known: set[object] = {name for name, _ in definitions.imports}  # the names of all that can be given
        self._nearest = functools.lru_cache(_MAX_STRANGERS)(self._near)
        _mark_lone_inputs(definitions)
        for node in definitions.nodes.values():
            for known in (node, *node.requires):
                self._known |= {known.variable, known.name, known.id}
            if isinstance(node, BusinessKnowledge):
                self._known.update(name for name, _, _ in node.parameters)

    def __repr__(self) -> str:
        return f"Model({self.name!r}, version {self.version}, {len(self.decisions)} decisions)"

    def __reduce__(self) -> tuple[Callable[[], Model], tuple[()]]:
        """Pickle the texts of a model, which is loaded from them again."""
        return self._again, ()

    @functools.cached_property
    def decisions(self) -> Mapping[str, DecisionInfo]:
        from dmn.model.views import DecisionInfo  # noqa: PLC0415 - loaded for those who ask

        return _Infos(
            DecisionInfo(
                *_head_of(node),
                str(node.type),
                tuple(other.id for other in node.requires),
                self.definitions.elements[node].child_text("question").strip(),
                self.definitions.elements[node].child_text("description").strip(),
                self._texts(node),
                tuple(node.type.plain.fields) if isinstance(node.type.plain, ContextType) else (),
            )
            for node in self.definitions.nodes.values()
            if isinstance(node, Decision)
        )

    @functools.cached_property
    def functions(self) -> Mapping[str, FunctionInfo]:
        from dmn.model.views import FunctionInfo  # noqa: PLC0415 - loaded for those who ask

        return _Infos(
            FunctionInfo(*_head_of(node), str(node.type), tuple(other.id for other in node.requires), self._texts(node))
            for node in self.definitions.nodes.values()
            if isinstance(node, BusinessKnowledge)
        )

    @functools.cached_property
    def services(self) -> Mapping[str, ServiceInfo]:
        from dmn.model.views import ServiceInfo  # noqa: PLC0415 - loaded for those who ask

        return _Infos(
            ServiceInfo(*_head_of(node), tuple(output.name for output in node.outputs))
            for node in self.definitions.nodes.values()
            if isinstance(node, Service)
        )

    @functools.cached_property
    def labels(self) -> Mapping[str, str]:
        labels = {node.variable: node.label for node in self.definitions.nodes.values()}
        for element in self.definitions.document.root.walk():
            if element.tag in _LABELLED and element.get("label"):
                labels[element.get("name")] = element.get("label")
        return labels

    @functools.cached_property
    def tables(self) -> tuple[DecisionTable, ...]:
        from dmn.model.views import DecisionTable  # noqa: PLC0415 - loaded for those who ask

        tables: list[DecisionTable] = []
        for owner, element, table, unit in self.definitions.builder.tables:
            node = self.definitions.nodes[owner]
            declared = {required.known_as: required.type for required in node.requires}
            result = node.type if _is_logic(element, self.definitions.elements[node]) else ANY
            tables.append(DecisionTable(owner, node.label, element, (table, unit, declared, result)))
        return tuple(tables)

    def input_schema(self, decision: str) -> dict[str, object]:
        """Describe what a decision, a decision service or a business knowledge model reads, as JSON Schema 2020-12.

        Parameters
        ----------
        decision : str
            Its name or id.

        Returns
        -------
        dict
            An object with a property for each input, all of them required, and one for each import, an object with the
            inputs of its own; null stands for what is not known. What JSON Schema cannot say of an input's allowed
            values is in its description.

        Raises
        ------
        UnknownDecisionError
            The model has none of this name or id.
        """
        from dmn.model.schema import write_schema  # noqa: PLC0415 - an evaluation needs none

        node = self._find(decision)
        kinds = _inputs_of(node)
        labels = {other.variable: other.label for other in self.definitions.nodes.values()}
        return write_schema(node.label, kinds, labels)

    def names_of(self, element_id: str) -> tuple[str, ...]:
        """Return the names under which expressions know the value of an element."""
        node = self.definitions.nodes[element_id]
        return (node.variable, node.name)

    def _texts(self, node: Node) -> tuple[str, ...]:
        element = self.definitions.elements[node]
        return tuple(part.written.strip() for part in element.walk() if part.written.strip())

    def _find(self, decision: str) -> Node:
        node = self.definitions.find(decision)
        if node is None:
            imported = (
                f"{name}.{other.name}"
                for name, file in self.definitions.imports
                for other in file.nodes.values()
                if isinstance(other, Decision)
            )
            known = ", ".join([*sorted(self.decisions), *sorted(imported)])
            raise UnknownDecisionError(f"{self.name} has no decision '{decision}'; it has {known}")
        return node

    def evaluate(
        self, decision: str, inputs: Mapping[str, object], *, limits: Limits | None = None, trace: bool = False
    ) -> Evaluation:
        """Evaluate a decision, a decision service, or invoke a business knowledge model.

        Parameters
        ----------
        decision : str
            Its name or id; for one of an import, after the import's name and a point.
        inputs : mapping of str to object
            Values by name of the input data, those of an imported model in a mapping under the import's name: None,
            bool, int, float, Decimal, str, list, dict, and `datetime`'s types; where the input's type is temporal, ISO
            text as JSON has it too. Each input that the decision reads must be there; pass None for what is unknown.
        limits : Limits, optional
            Bounds of this evaluation; else those that the model was loaded with.
        trace : bool
            Whether the audit names the cell that failed, for each rule; it takes longer.

        Returns
        -------
        Evaluation
            The value, the warnings and the audit.

        Raises
        ------
        UnknownDecisionError
            The model has none of this name or id.
        InputError
            An input is missing, or breaks its type or allowed values.
        UnsupportedError
            It reached what the model leaves open or what is in another language.
        LimitError
            The evaluation went too deep or took too long.

        Example
        -------
        >>> model.evaluate("Discount", {"amount": 120, "day": "2024-05-01"}).value
        Decimal('12')
        """
        node = self._find(decision)
        run = Run(limits or self.limits, inputs)
        run.tracing = trace
        with run:
            self._warn_of_strangers(run, node)
            value = border.to_python(self._value_of(node, run), run.limits)
        return Evaluation(value, tuple(run.warnings), tuple(run.records), run.limits)

    def evaluate_many(
        self, decision: str, rows: Iterable[Mapping[str, object]], *, limits: Limits | None = None
    ) -> Iterator[Evaluation]:
        """Evaluate a decision for each of some rows of inputs, in their order.

        Parameters
        ----------
        decision : str
            Its name or id.
        rows : iterable of mappings, or a frame of pandas or polars
            The inputs of each evaluation; what is missing in a frame is null.
        limits : Limits, optional
            Bounds of each evaluation.

        Raises
        ------
        DmnError
            As `evaluate`; a note of the error says which row it was, counted from 1.

        Example
        -------
        >>> [each.value for each in model.evaluate_many("Discount", [{"amount": 120, "day": None}])]
        [Decimal('0')]
        """
        for number, row in enumerate(_rows_of(rows), 1):
            try:
                yield self.evaluate(decision, row, limits=limits)
            except DmnError as error:
                error.add_note(f"in row {number}")
                raise

    def _warn_of_strangers(self, run: Run, node: Node) -> None:
        """Warn of a given name that no input has and that looks like one, since it is ignored."""
        if self._known.issuperset(run.inputs):
            return
        for name in run.inputs:
            near = self._nearest(name) if name not in self._known else ""
            if near:
                message = f"there is no input '{name!s:.60}', so it is ignored; did you mean '{near}'?"
                run.warn("unknown-input", message, 0, Source(node.name, node.id))

    def _near(self, name: object) -> str:
        from dmn.hints import near_name  # noqa: PLC0415 - loaded only for a slip

        return near_name(str(name), self._known)

    def _value_of(self, node: Node, run: Run) -> values.Value:
        if isinstance(node, Imported):
            inner = node.node
            return node.there(run, lambda run: self._value_of(inner, run))
        if isinstance(node, Service):
            return node.evaluate(run)
        if not isinstance(node, BusinessKnowledge):
            return node.value(run)
        arguments: list[values.Value] = []
        for name, _, kind in node.parameters:
            inputs = run.place.inputs
            if name not in inputs:
                raise missing_input(name, kind, self.name, run)
            try:
                arguments.append(kind.take(border.from_python(inputs[name], run.limits)))
            except InvalidError:
                raise InputError(f"{run.place.path}{name}", inputs[name], str(kind), self.name) from None
        try:
            return node.invoke(run, arguments)
        except InvalidError as error:
            return run.refuse(error, 0, Source(node.name, node.id))


def _rows_of(rows: Any) -> Iterable[Mapping[str, object]]:
    """Return the rows of a frame, each with null for what is missing; of anything else the items."""
    if hasattr(rows, "to_dicts"):  # polars
        return cast("Iterable[Mapping[str, object]]", rows.to_dicts())
    if not hasattr(rows, "to_dict"):
        return cast("Iterable[Mapping[str, object]]", rows)
    # pandas, whose missing values are those that do not equal themselves
    return (
        {str(name): None if operator.ne(value, value) is True else value for name, value in row.items()}
        for row in rows.to_dict("records")
    )


def _inputs_of(node: Node) -> dict[str, Type]:
    return {node.prefix: ContextType(_inputs_of(node.node))} if isinstance(node, Imported) else node.inputs()


def _head_of(node: Node) -> tuple[str, str, str, dict[str, str]]:
    return node.id, node.name, node.label, {name: str(kind) for name, kind in node.inputs().items()}


def _mark_lone_inputs(definitions: Definitions) -> None:
    """Let an input be given without its import's name where no other file has one that is called so."""
    found: dict[str, dict[InputData, Definitions]] = {}
    for file in definitions.files():
        for node in file.nodes.values():
            for other in (node, *node.requires):
                if isinstance(other, InputData):
                    found.setdefault(other.variable, {})[other] = file
    for owners in found.values():
        for node in owners:
            node.is_alone = len(set(owners.values())) == 1


def _is_logic(part: Element, owner: Element) -> bool:
    """Tell whether a part of a decision or of a business knowledge model is all of its logic."""
    wrapped = (inner for outer in owner.all("encapsulatedLogic") for inner in outer.children)
    return any(child is part for child in (*owner.children, *wrapped))
