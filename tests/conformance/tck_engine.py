"""Adapter between the DMN Technology Compatibility Kit's runner and this engine.

The kit leaves out inputs that are null. It has expressions that must not parse (their value is null), and names that
do not exist. So models are loaded leniently, and missing inputs are null.
"""

import datetime as dt
import functools

import dmn
from dmn.temporal import kinds, texts


class Unsupported(Exception):
    """The engine cannot load the model: the case cannot pass."""


@functools.lru_cache(maxsize=8)
def _load(path: str) -> dmn.Model:
    try:
        return dmn.load(path, strict=False)
    except dmn.ModelError as error:
        raise Unsupported(str(error)) from error


class _Given(dict[str, object]):
    """The kit's inputs; those it leaves out are null."""

    def __contains__(self, key: object) -> bool:
        return True

    def __missing__(self, key: str) -> None:
        return None


def _take(value: object) -> object:
    """Read the runner's own temporal values by their kind."""
    if isinstance(value, list):
        return [_take(item) for item in value]
    if isinstance(value, dict):
        return {key: _take(item) for key, item in value.items()}
    kind = getattr(value, "kind", None)
    if kind is None:
        return value
    parse = {
        "date": texts.parse_date,
        "time": texts.parse_time,
        "dateTime": texts.parse_date_time,
        "duration": texts.parse_duration,
    }[kind]
    return parse(str(value))


def _give(value: object) -> object:
    """Round durations as the runner does, which reads those that it expects to the microsecond."""
    if isinstance(value, list):
        return [_give(item) for item in value]
    if isinstance(value, dict):
        return {key: _give(item) for key, item in value.items()}
    if isinstance(value, kinds.Span):
        return dt.timedelta(microseconds=round(value.nanoseconds / 1000))
    return value


def evaluate(dmn_path: str, decision_name: str, inputs: dict[str, object]) -> object:
    """Return the value of a decision, decision service or business knowledge model."""
    model = _load(dmn_path)
    given = _Given({name: _take(value) for name, value in inputs.items()})
    return _give(model.evaluate(decision_name, given).value)
