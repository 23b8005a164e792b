"""Loading and evaluating models: the package's face."""

from __future__ import annotations

import hashlib
import pathlib
from typing import TYPE_CHECKING, NamedTuple

from dmn import border, reader, values
from dmn.audit import Evaluation
from dmn.definitions import Definitions
from dmn.drg import BusinessKnowledge, Decision, FileInfo, Logic, Node, Service, missing_input
from dmn.errors import InputError, InvalidError, LimitError, ModelError, UnknownDecisionError
from dmn.runtime import DEFAULT_LIMITS, Limits, Run, Source

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

_MAX_IMPORTS = 50
_MAX_STRANGERS = 1000
_FOREIGN_IMPORTS = ("http://www.w3.org/", "https://www.w3.org/", "http://www.dmg.org/PMML", "https://www.dmg.org/PMML")


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
        self._known: set[object] = set()  # the names under which anything can be given
        self._strangers: dict[object, str] = {}  # names that were given and are none of these, and the nearest of these
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
            for known in (node, *node.requires):
                self._known |= {known.variable, known.name, known.id}
            if isinstance(node, BusinessKnowledge):
                self._known.update(name for name, _, _ in node.parameters)
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
        run = Run(limits or DEFAULT_LIMITS, inputs)
        try:
            with run:
                self._warn_of_strangers(run, node)
                value = border.to_python(self._answer(node, run), run.limits)
        except RecursionError:
            raise LimitError(f"the evaluation of '{decision}' goes too deep") from None
        return Evaluation(value, tuple(run.warnings), tuple(run.records), run.limits)

    def _warn_of_strangers(self, run: Run, node: Node) -> None:
        """Warn of a given name that no input has and that looks like one, since it is ignored."""
        for name in run.inputs:
            if name not in self._known:
                near = self._strangers.get(name)
                if near is None:
                    from dmn.hints import near_name  # noqa: PLC0415 - loaded only for a slip

                    near = near_name(str(name), self._known)
                    if len(self._strangers) < _MAX_STRANGERS:
                        self._strangers[name] = near
                if near:
                    message = f"there is no input '{name!s:.60}', so it is ignored; did you mean '{near}'?"
                    run.warn("unknown-input", message, 0, Source(node.name, node.id))

    def _answer(self, node: Node, run: Run) -> values.Value:
        if isinstance(node, Service):
            return node.evaluate(run)
        if not isinstance(node, BusinessKnowledge):
            return node.value(run)
        arguments: list[values.Value] = []
        for name, _, kind in node.parameters:
            if name not in run.inputs:
                raise missing_input(name, kind, self.name, run)
            try:
                arguments.append(kind.convert(kind.read_json(border.from_python(run.inputs[name], run.limits))))
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
        definitions = _Reading(find, strict=strict).read(xml, name, ())
    except RecursionError:
        raise ModelError(name, "", "the model is nested too deeply") from None
    except LimitError as error:
        raise ModelError(name, "", str(error)) from None
    return Model(definitions)


class _Reading:
    """The reading of one file and of all that it imports, each of which is read once, however often it is imported."""

    def __init__(self, find: _Finder, *, strict: bool) -> None:
        self._find = find
        self._strict = strict
        self._done: dict[str, Definitions] = {}

    def read(self, xml: str | bytes, name: str, importing: tuple[str, ...]) -> Definitions:
        document = reader.read_document(xml, name)
        around = (*importing, document.root.get("namespace"))
        imports: dict[str, Definitions] = {}
        for element in document.root.all("import"):
            if self._is_model(element, name):
                imports[element.get("name")] = self._import(element, name, around)
        data = xml.encode() if isinstance(xml, str) else xml
        info = FileInfo(name, hashlib.sha256(data).hexdigest()[:12], strict=self._strict)
        definitions = Definitions(document, info, imports)
        definitions.build()
        return definitions

    def _is_model(self, element: reader.Element, name: str) -> bool:
        kind = element.get("importType")
        if kind in reader.NAMESPACES:
            return True
        if self._strict and kind and not kind.startswith(_FOREIGN_IMPORTS):
            known = ", ".join(reader.NAMESPACES)
            raise ModelError(name, element.id, f"the import type '{kind}' is unknown; models are imported as {known}")
        return False  # a schema or a PMML model, which FEEL does not read

    def _import(self, element: reader.Element, name: str, around: tuple[str, ...]) -> Definitions:
        namespace = element.get("namespace")
        if namespace in around[:-1] or len(around) > _MAX_IMPORTS:
            raise ModelError(name, element.id, f"models import one another in a circle: {namespace}")
        if namespace not in self._done:
            found = self._find(namespace, element.get("locationURI"))
            if found is None:
                raise ModelError(name, element.id, f"no file beside has the imported namespace '{namespace}'")
            if len(self._done) >= _MAX_IMPORTS:
                raise ModelError(name, element.id, f"more than {_MAX_IMPORTS} models are imported")
            self._done[namespace] = self.read(found[1], found[0], around)
        return self._done[namespace]
