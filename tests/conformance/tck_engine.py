"""Adapter between the DMN Technology Compatibility Kit's runner and this engine.

The kit leaves out inputs that are null. It has expressions that must not parse (their value is null), and names that
do not exist. So models are loaded leniently, and missing inputs are null.
"""

import datetime as dt
import functools
from collections.abc import Callable

import dmn
from dmn.temporal import kinds
from dmn.tools.cases import READERS, Given


class Unsupported(Exception):
    """The engine cannot load the model: the case cannot pass."""


@functools.lru_cache(maxsize=8)
def _load(path: str) -> dmn.Model:
    try:
        return dmn.load(path, strict=False)
    except dmn.ModelError as error:
        raise Unsupported(str(error)) from error


def _each(value: object, read: Callable[[object], object]) -> object:
    """Read the plain values within lists and contexts."""
    if isinstance(value, list):
        return [_each(item, read) for item in value]
    if isinstance(value, dict):
        return {key: _each(item, read) for key, item in value.items()}
    return read(value)


def _take(value: object) -> object:
    """Read the runner's own temporal values by their kind."""
    kind = getattr(value, "kind", None)
    return value if kind is None else READERS[kind](str(value))


def _give(value: object) -> object:
    """Round durations as the runner does, which reads those that it expects to the microsecond."""
    if isinstance(value, kinds.Span):
        return dt.timedelta(microseconds=round(value.nanoseconds / 1000))
    return value


def evaluate(dmn_path: str, decision_name: str, inputs: dict[str, object]) -> object:
    """Return the value of a decision, decision service or business knowledge model."""
    model = _load(dmn_path)
    given = Given({name: _each(value, _take) for name, value in inputs.items()})
    return _each(model.evaluate(decision_name, given).value, _give)
