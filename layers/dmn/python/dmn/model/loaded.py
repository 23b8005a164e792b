"""Loading and evaluating models: the package's face."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from dmn.errors import InputError, InvalidError, LimitError, UnknownDecisionError
from dmn.feel import border, values
from dmn.feel.audit import Evaluation
from dmn.model.requirements import BusinessKnowledge, Decision, Logic, Node, Service, missing_input
from dmn.model.resolve import Definitions
from dmn.runtime import DEFAULT_LIMITS, Limits, Run, Source

if TYPE_CHECKING:
    from collections.abc import Mapping

_MAX_STRANGERS = 1000


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
                value = border.to_python(self._value_of(node, run), run.limits)
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

    def _value_of(self, node: Node, run: Run) -> values.Value:
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
