"""One evaluation while it runs: its warnings, its limits, what it has decided so far."""

from __future__ import annotations

import time
from contextvars import ContextVar
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from dmn.errors import InvalidError, LimitError

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from contextvars import Token
    from types import TracebackType

type Value = Any  # a FEEL value, checked at run time
type Env = list[Any]  # slot 0 holds the Run, the others the values of names
type Closure = Callable[[Env], Any]

MAX_WARNINGS = 1000
_TICKS_BETWEEN_CLOCKS = 256
_READ_ITEMS, _READ_CHARACTERS = 6, 10  # what a step stands for, as powers of two
_MADE_ITEMS, _MADE_CHARACTERS = 4, 6


class Source(NamedTuple):
    """Where an expression stands in its model."""

    text: str
    element_id: str = ""


WARNING_KINDS = {
    "type": "values of these kinds do not go together, or a value is not of the type that is wanted",
    "null": "something was null where a value is needed",
    "argument": "a built-in function takes no such argument, or not so many",
    "arithmetic": "a number is out of range, or the operation has no result",
    "unknown-name": "there is no such name, entry or property",
    "syntax": "a text cannot be read, or is in another language (only in a model that is loaded leniently)",
    "no-match": "no rule of a table matches, and it has no default",
    "hit-policy": "more rules match than the table's policy allows, or their outputs differ under ANY",
    "allowed-values": "a value is not among those that its type or its column allows",
    "no-logic": "a decision has no logic, or a service no output (only in a model that is loaded leniently)",
    "external": "a function is external, in Java or PMML",
    "unknown-input": "a value was given under a name that no input has and that looks like one",
    "limit": "a regular expression takes too many steps on this text",
}
"""What each kind of warning means."""


class Warning(NamedTuple):  # noqa: A001 - it is the package's word, and read as dmn.Warning
    """Why a value became null, or why a rule could not be tested.

    Attributes
    ----------
    kind : str
        One of `WARNING_KINDS`.
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
    """Bounds of the loading of a model and of one evaluation, so that no model and no input can hold its caller up.

    Attributes
    ----------
    seconds : float
        Time of the processor that an evaluation may take: a machine that is busy otherwise fails none.
    loading_seconds : float
        The same for the loading of a model, of which a collection of the program's garbage can be the larger part.
    steps : int
        Iterations and calls that it may take. What makes or reads a large value costs more: a step for every 16 items
        of a list that is made, for every 64 that are read, for every 64 characters of a text.
    items : int
        Items that a list may have.
    characters : int
        Characters that a text may have.
    written : int
        Items and entries that a value may have when it is written out, counted again wherever a part is used twice.
    depth : int
        How deeply lists and contexts may be nested in a value that crosses the border.
    file_bytes : int
        Size that a file may have.
    elements : int
        XML elements that a file may have.
    cells : int
        Cells that a table may have.
    imports : int
        Files that a model may import, those of its imports included.
    expression : int
        Characters that an expression may have. `else if`, `+`, `and` and the like may follow one another without end.
    nesting : int
        How deeply an expression may be nested, and a type.
    row : int
        Points, filters, calls and comparisons that may follow one another, each on the value of the one before.
    element_nesting : int
        How deeply the elements of a file may be nested.
    """

    seconds: float = 1.0
    loading_seconds: float = 10.0
    steps: int = 1_000_000
    items: int = 100_000
    characters: int = 1_000_000
    written: int = 1_000_000
    depth: int = 100
    file_bytes: int = 10_000_000
    elements: int = 300_000
    cells: int = 200_000
    imports: int = 50
    expression: int = 100_000
    nesting: int = 60
    row: int = 200
    element_nesting: int = 80


DEFAULT_LIMITS = Limits()


class Place:
    """What one model has in an evaluation: its inputs and its values so far; each of its imports has a place within."""

    __slots__ = ("imports", "inputs", "memo", "path")

    def __init__(self, inputs: Mapping[str, Any], path: str = "") -> None:
        self.inputs = inputs
        self.path = path  # the names of the imports that lead here, each with its point
        self.memo: dict[Any, Value] = {}
        self.imports: dict[str, Place] = {}


class Run:
    """One evaluation; within `with run:` it is the one that `current` returns, and no RecursionError comes out."""

    __slots__ = (
        *("checkpoint", "deadline", "inputs", "limits", "matched", "place", "records", "steps", "token"),
        *("trace", "tracing", "walker", "warnings", "work"),
    )

    def __init__(
        self, limits: Limits = DEFAULT_LIMITS, inputs: Mapping[str, Any] | None = None, work: str = "evaluation"
    ) -> None:
        self.work = work
        self.inputs = {} if inputs is None else inputs  # an empty mapping may have defaults of its own
        self.warnings: list[Warning] = []
        self.matched: list[Any] = []  # rules of the table that decides now, for the audit
        self.tracing = False
        self.trace: list[Any] = []  # what became of the rules of the table that decides now
        self.place = Place(self.inputs)  # of the model that is evaluated now
        self.records: list[Any] = []  # what the audit will tell
        self.limits = limits
        self.steps = limits.steps
        self.checkpoint = max(limits.steps - _TICKS_BETWEEN_CLOCKS, 0)
        self.deadline = 0.0  # set by the first look at the clock, which most evaluations never take
        self.token: Token[Run] | None = None
        self.walker: Callable[[Value], Value] | None = None  # hands values out to the records

    def __enter__(self) -> Self:
        self.token = _RUNNING.set(self)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self.token is not None:
            _RUNNING.reset(self.token)
        if isinstance(error, RecursionError):
            raise LimitError(f"the {self.work} goes too deep") from None

    def tick(self, cost: int = 1) -> None:
        """Count an iteration or a call, or as many as a large value is worth. Raises LimitError."""
        self.steps -= cost
        if self.steps < self.checkpoint:
            self._check()

    def _check(self) -> None:
        if self.steps < 0:
            raise LimitError(f"the {self.work} takes too many steps")
        now = time.thread_time()
        if not self.deadline:
            self.deadline = now + self.limits.seconds
        if now > self.deadline:
            field = "loading_seconds" if self.work == "loading" else "seconds"
            most = f"{self.limits.seconds} s of the processor; give it more by Limits({field}=…)"
            raise LimitError(f"the {self.work} takes longer than {most}")
        self.checkpoint = max(self.steps - _TICKS_BETWEEN_CLOCKS, 0)

    def charge(self, made: Value) -> Value:
        """Count a value that was just made by its size, and return it."""
        kind = type(made)
        if kind is list:
            self.tick(1 + (len(made) >> _MADE_ITEMS))
        elif kind is str:
            self.tick(1 + (len(made) >> _MADE_CHARACTERS))
        else:
            self.tick()
        return made

    def charge_call(self, arguments: list[Value]) -> None:
        """Count the call of a built-in function by the size of what it has to read."""
        cost = 1
        for value in arguments:
            if type(value) is list:
                cost += len(value) >> _READ_ITEMS
            elif type(value) is str:
                cost += len(value) >> _READ_CHARACTERS
        self.tick(cost)

    def warn(self, kind: str, message: str, position: int, source: Source) -> None:
        if len(self.warnings) < MAX_WARNINGS:
            self.warnings.append(Warning(kind, message, position, source.text, source.element_id))

    def refuse(self, error: Exception, position: int, source: Source) -> None:
        """Return null for an operation that FEEL does not define, and say why."""
        if isinstance(error, InvalidError):
            self.warn(error.kind, error.message, position, source)
        else:
            told = error.args[0][0] if isinstance(error.args[0], list) else error  # a signal of decimal's
            name = getattr(told, "__name__", str(told))
            self.warn("arithmetic", f"the result is no number ({name})", position, source)


_RUNNING: ContextVar[Run] = ContextVar("dmn-run")


def current() -> Run:
    """Return the run that the caller works for, or a new one with the default limits where it works for none."""
    return _RUNNING.get(None) or Run()
