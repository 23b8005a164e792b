"""Loading and evaluating models: the package's face."""

from __future__ import annotations

import hashlib
import pathlib
from typing import TYPE_CHECKING, NamedTuple

from dmn import reader, values
from dmn.audit import Evaluation
from dmn.definitions import Definitions
from dmn.drg import BusinessKnowledge, Decision, FileInfo, Logic, Node, Service
from dmn.errors import InputError, InvalidError, LimitError, ModelError, UnknownDecisionError
from dmn.runtime import Limits, Run, Source

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

_MAX_IMPORTS = 50


class DecisionInfo(NamedTuple):
    """What a caller may know of a decision before evaluating it.

    Attributes
    ----------
    id, name, label : str
        As in the file; the label is the name where there is none.
    inputs : dict of str to str
        Names of the inputs that an evaluation reads, its required decisions included, with their types.
    """

    id: str
    name: str
    label: str
    inputs: dict[str, str]


class _Decisions(dict[str, DecisionInfo]):
    """Decisions by name; a look-up finds them by id too."""

    def __init__(self, infos: list[DecisionInfo]) -> None:
        super().__init__((info.name, info) for info in infos)
        self._by_id = {info.id: info for info in infos}

    def __missing__(self, key: str) -> DecisionInfo:
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
    decisions : mapping of str to DecisionInfo
        By name; `decisions[id]` works too.
    """

    def __init__(self, definitions: Definitions) -> None:
        self.definitions = definitions
        self.name = definitions.info.name
        self.version = definitions.info.version
        self._nodes: dict[str, Node] = {}
        decisions: list[DecisionInfo] = []
        for node in definitions.nodes.values():
            if isinstance(node, Logic):
                self._nodes.setdefault(node.name, node)
            if isinstance(node, Decision):
                inputs = {name: str(kind) for name, kind in node.inputs().items()}
                decisions.append(DecisionInfo(node.id, node.name, node.label, inputs))
        for node in definitions.nodes.values():
            if isinstance(node, Logic):
                self._nodes.setdefault(node.id, node)
        self.decisions = _Decisions(decisions)

    def evaluate(self, decision: str, inputs: Mapping[str, object], *, limits: Limits | None = None) -> Evaluation:
        """Evaluate a decision, a decision service, or invoke a business knowledge model.

        Parameters
        ----------
        decision : str
            Its name or id.
        inputs : mapping of str to object
            Values by name of the input data: None, bool, int, float, Decimal, str, list, dict, and `datetime`'s types;
            where the input's type is temporal, ISO text as JSON has it too. Each input that the decision reads must be
            there; pass None for what is unknown.
        limits : Limits, optional
            Bounds of time and steps.

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
        LimitError
            The evaluation went too deep or took too long.

        Example
        -------
        >>> model.evaluate("Discount", {"amount": 120}).value  # doctest: +SKIP
        Decimal('0.1')
        """
        node = self._nodes.get(decision)
        if node is None:
            known = ", ".join(sorted(self.decisions))
            raise UnknownDecisionError(f"{self.name} has no decision '{decision}'; it has {known}")
        run = Run(limits or Limits(), inputs)
        try:
            value = values.to_python(self._answer(node, run))
        except RecursionError:
            raise LimitError(f"the evaluation of '{decision}' goes too deep") from None
        return Evaluation(value, tuple(run.warnings), tuple(run.records))

    def _answer(self, node: Node, run: Run) -> values.Value:
        if isinstance(node, Service):
            return node.evaluate(run)
        if not isinstance(node, BusinessKnowledge):
            return node.value(run)
        arguments: list[values.Value] = []
        for name, _, kind in node.parameters:
            if name not in run.inputs:
                raise InputError(name, None, str(kind), self.name, missing=True)
            try:
                arguments.append(kind.convert(kind.read_json(values.from_python(run.inputs[name]))))
            except InvalidError:
                raise InputError(name, run.inputs[name], str(kind), self.name) from None
        try:
            return node.invoke(run, arguments)
        except InvalidError as error:
            return run.refuse(error, 0, Source(node.name, node.id))


def load(path: pathlib.Path | str, *, strict: bool = True) -> Model:
    """Load a model from a file; files that it imports lie beside it.

    Parameters
    ----------
    path : Path or str
        The `.dmn` file.
    strict : bool
        Unknown names and types, and expressions that cannot be parsed, are errors now; else they answer null with a
        warning when they are evaluated, as the conformance kit expects.

    Raises
    ------
    ModelError
        The model cannot be loaded; says the file, the element's id and the reason.
    """
    path = pathlib.Path(path)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ModelError(str(path), "", f"the file cannot be read: {error.strerror}") from None
    return _build(data, path.name, _beside(path), strict=strict)


def loads(
    xml: str | bytes, name: str = "<string>", *, strict: bool = True, imports: Mapping[str, str | bytes] | None = None
) -> Model:
    """Load a model from its XML; `imports` holds imported models by their namespace.

    Raises
    ------
    ModelError
        The model cannot be loaded.
    """
    others = imports or {}

    def find(namespace: str, _location: str) -> tuple[str, str | bytes] | None:
        return (namespace, others[namespace]) if namespace in others else None

    return _build(xml, name, find, strict=strict)


type _Finder = Callable[[str, str], tuple[str, str | bytes] | None]  # namespace, location → name, text


def _beside(path: pathlib.Path) -> _Finder:
    def candidates(location: str) -> Iterator[pathlib.Path]:
        if location and "/" not in location and "\\" not in location:
            yield path.parent / location
        yield from sorted(path.parent.glob("*.dmn"))

    def find(namespace: str, location: str) -> tuple[str, str | bytes] | None:
        for candidate in candidates(location):
            if candidate.is_file() and candidate.stat().st_size <= reader.MAX_BYTES:
                data = candidate.read_bytes()
                if namespace.encode() in data and _namespace_of(data, candidate.name) == namespace:
                    return candidate.name, data
        return None

    return find


def _namespace_of(data: bytes, name: str) -> str:
    try:
        return reader.read_document(data, name).root.get("namespace")
    except ModelError:
        return ""


def _build(xml: str | bytes, name: str, find: _Finder, *, strict: bool) -> Model:
    try:
        definitions = _read(xml, name, find, [], strict=strict)
    except RecursionError:
        raise ModelError(name, "", "the model is nested too deeply") from None
    except LimitError as error:
        raise ModelError(name, "", str(error)) from None
    return Model(definitions)


def _read(xml: str | bytes, name: str, find: _Finder, importing: list[str], *, strict: bool) -> Definitions:
    document = reader.read_document(xml, name)
    imports: dict[str, Definitions] = {}
    for element in document.root.all("import"):
        if element.get("importType") not in reader.NAMESPACES:
            continue  # a schema or a PMML model, which FEEL does not read
        namespace = element.get("namespace")
        if namespace in importing or len(importing) > _MAX_IMPORTS:
            raise ModelError(name, element.id, f"models import one another in a circle: {namespace}")
        found = find(namespace, element.get("locationURI"))
        if found is None:
            raise ModelError(name, element.id, f"no file beside has the imported namespace '{namespace}'")
        inner = [*importing, document.root.get("namespace")]
        imports[element.get("name")] = _read(found[1], found[0], find, inner, strict=strict)
    data = xml.encode() if isinstance(xml, str) else xml
    info = FileInfo(name, hashlib.sha256(data).hexdigest()[:12], strict=strict)
    definitions = Definitions(document, info, imports)
    definitions.build()
    return definitions
