"""One evaluation while it runs: its warnings, its limits, what it has decided so far."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any, NamedTuple

from dmn.errors import InvalidError, LimitError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from dmn.audit import DecisionAudit, MatchedRule
    from dmn.values import Value

type Env = list[Any]  # slot 0 holds the Run, the others the values of names
type Closure = Callable[[Env], Any]

MAX_WARNINGS = 1000
_TICKS_BETWEEN_CLOCKS = 256


class Source(NamedTuple):
    """Where an expression stands in its model."""

    text: str
    element_id: str = ""


class Warning(NamedTuple):  # noqa: A001 - it is the package's word, and read as dmn.Warning
    """Why a value became null, or why a rule could not be tested.

    Attributes
    ----------
    kind : str
        type, null, argument, arithmetic, unknown-name, syntax, no-match, hit-policy, allowed-values...
    message : str
        What happened, with the kinds of the values.
    position : int
        Offset into the expression.
    expression : str
        The whole FEEL text.
    element_id : str
        Id of the model's element that holds the text.
    """

    kind: str
    message: str
    position: int
    expression: str
    element_id: str


class Limits(NamedTuple):
    """Bounds of one evaluation.

    Attributes
    ----------
    seconds : float
        Time that an evaluation may take.
    steps : int
        Iterations and calls that it may take.
    """

    seconds: float = 5.0
    steps: int = 1_000_000


class Run:
    """One evaluation."""

    __slots__ = ("deadline", "inputs", "matched", "memo", "records", "seconds", "steps", "warnings")

    def __init__(self, limits: Limits, inputs: Mapping[str, Any] | None = None) -> None:
        self.inputs = {} if inputs is None else inputs  # an empty mapping may have answers of its own
        self.warnings: list[Warning] = []
        self.matched: list[MatchedRule] = []
        self.memo: dict[Any, Value] = {}
        self.records: list[DecisionAudit] = []
        self.seconds = limits.seconds
        self.steps = limits.steps
        self.deadline = time.monotonic() + limits.seconds

    def tick(self) -> None:
        """Count an iteration or a call.

        Raises
        ------
        LimitError
            The evaluation has taken too many of them, or too much time.
        """
        self.steps -= 1
        if self.steps < 0:
            raise LimitError("the evaluation takes too many steps")
        if self.steps % _TICKS_BETWEEN_CLOCKS == 0 and time.monotonic() > self.deadline:
            raise LimitError(f"the evaluation takes longer than {self.seconds} s")

    def warn(self, kind: str, message: str, position: int, source: Source) -> None:
        if len(self.warnings) < MAX_WARNINGS:
            self.warnings.append(Warning(kind, message, position, source.text, source.element_id))

    def refuse(self, error: Exception, position: int, source: Source) -> None:
        """Answer null for an operation that FEEL does not define, and say why."""
        if isinstance(error, InvalidError):
            self.warn(error.kind, error.message, position, source)
        else:
            names = [getattr(name, "__name__", str(name)) for name in error.args[0]] if _lists(error) else [str(error)]
            self.warn("arithmetic", f"the result is no number ({', '.join(names)})", position, source)


def _lists(error: Exception) -> bool:
    return bool(error.args) and isinstance(error.args[0], list)
