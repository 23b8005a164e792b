"""What an evaluation returns: its value, its warnings, and which rules of which decisions led there."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from dmn.feel import border
from dmn.runtime import DEFAULT_LIMITS

if TYPE_CHECKING:
    from dmn.feel.values import Value
    from dmn.runtime import Limits
    from dmn.runtime import Warning as DmnWarning


_TOLD_DEPTH = 5  # what lists and contexts a record puts around a value


class MatchedRule(NamedTuple):
    """A rule of a decision table whose tests all held.

    Attributes
    ----------
    id : str
        Id of the rule in the file.
    index : int
        Its row, from 1.
    annotations : dict of str to str
        By the name of the annotation column; the rule's description is under `description`.
    """

    id: str
    index: int  # type: ignore[assignment] # hides tuple.index, which nobody looks for in a rule
    annotations: dict[str, str]


class RuleTrace(NamedTuple):
    """What became of a rule in one evaluation of its table.

    Attributes
    ----------
    id : str
        Id of the rule in the file.
    number : int
        Its row, from 1.
    outcome : str
        `matched`, `failed`, or `not reached` where a rule before it decided.
    column : str
        Expression of the input whose cell failed; empty where none did.
    test : str
        The cell that failed.
    value : object
        What the cell was asked about.
    """

    id: str
    number: int
    outcome: str
    column: str = ""
    test: str = ""
    value: Any = None


class DecisionAudit(NamedTuple):
    """One evaluated decision of the graph, or one invocation of a business knowledge model or decision service.

    Attributes
    ----------
    id, name : str
        Of the element in the file.
    kind : str
        `decision`, `bkm` or `service`.
    version : str
        Version of the model: the first 12 hexadecimal digits of the SHA-256 of its file.
    inputs : dict
        Values of the required inputs and decisions, or the arguments.
    matched_rules : tuple of MatchedRule
        In the order of the table; empty where the logic is no table.
    outputs : object
        The value it returned.
    warnings : tuple of Warning
        Those raised while it ran, without those of the decisions that it requires.
    microseconds : int
        Time it took, without the decisions that it requires.
    trace : tuple of RuleTrace
        What became of each rule, where the caller asked for it; empty where the logic is no table.
    """

    id: str
    name: str
    kind: str
    version: str
    inputs: dict[str, Any]
    matched_rules: tuple[MatchedRule, ...]
    outputs: Any
    warnings: tuple[DmnWarning, ...]
    microseconds: int
    trace: tuple[RuleTrace, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return the record as what `json.dumps` accepts.

        Raises
        ------
        LimitError
            Its values have too many items when they are written out.
        """
        return _write(self.tell(), DEFAULT_LIMITS)

    def tell(self) -> dict[str, Any]:
        """Return the record by the names that it has in JSON."""
        return {
            "id": self.id,
            "name": self.name,
            "kind": self.kind,
            "version": self.version,
            "inputs": self.inputs,
            "matchedRules": [rule._asdict() for rule in self.matched_rules],
            "outputs": self.outputs,
            "warnings": [warning_to_json(warning) for warning in self.warnings],
            "microseconds": self.microseconds,
            **({"trace": [rule._asdict() for rule in self.trace]} if self.trace else {}),
        }


class Evaluation(NamedTuple):
    """The outcome of `Model.evaluate`.

    Attributes
    ----------
    value : object
        The decision's value: None, bool, Decimal, str, list, dict, `datetime`'s types, or this package's own temporal
        types where those cannot hold it.
    warnings : tuple of Warning
        All of them; a null that the model did not ask for has one.
    decisions : tuple of DecisionAudit
        Required decisions first.
    """

    value: Value
    warnings: tuple[DmnWarning, ...]
    decisions: tuple[DecisionAudit, ...]
    limits: Limits

    def to_json(self) -> dict[str, Any]:
        """Return value, warnings and audit as what `json.dumps` accepts, for logs and storage.

        Raises
        ------
        LimitError
            They have too many items when they are written out.
        """
        told = {
            "value": self.value,
            "warnings": [warning_to_json(warning) for warning in self.warnings],
            "decisions": [decision.tell() for decision in self.decisions],
        }
        return _write(told, self.limits)

    def __repr__(self) -> str:
        return f"Evaluation(value={self.value!r}, warnings={len(self.warnings)}, decisions={len(self.decisions)})"


def _write(told: dict[str, Any], limits: Limits) -> dict[str, Any]:
    written: dict[str, Any] = border.to_json(told, limits._replace(depth=limits.depth + _TOLD_DEPTH))
    return written


def warning_to_json(warning: DmnWarning) -> dict[str, Any]:
    return {"elementId" if name == "element_id" else name: value for name, value in warning._asdict().items()}
