"""JSONata as Step Functions evaluates it: expressions compiled once, values bound instead of written into the text."""

from __future__ import annotations

import datetime as dt
import hashlib
import json
import random
import threading
import uuid
from contextlib import ExitStack, contextmanager
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from jsonata.jexception import JException
from jsonata.jsonata import Jsonata
from jsonata.utils import Utils
from moto.stepfunctions.parser.api import EvaluationFailedEventDetails, HistoryEventType
from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import FailureEvent, FailureEventException
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name import StatesErrorName
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name_type import StatesErrorNameType
from moto.stepfunctions.parser.asl.component.common.string.string_expression import StringJSONata, StringVariableSample

from local.cloud.patching import replaced

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

MAX_RANGE_LENGTH = 1000
"""`States.ArrayRange`, which `$range` replaces, gives at most this many numbers."""

HASH_ALGORITHMS = {"MD5": "md5", "SHA-1": "sha1", "SHA-256": "sha256", "SHA-384": "sha384", "SHA-512": "sha512"}


class JsonataError(Exception):
    """An expression could not be evaluated, or gave nothing that JSON can hold."""


def evaluate(expression: str, bindings: Mapping[str, Any]) -> Any:
    """Evaluate an expression, without its `{% %}`.

    Parameters
    ----------
    expression : str
        For instance `$states.input.amount > 0`.
    bindings : Mapping[str, Any]
        JSON values by variable name, without the `$`.

    Raises
    ------
    JsonataError
        When it is not JSONata, fails, gives nothing (undefined), or gives a function.
    """
    compiled = _borrow(expression)
    try:
        # What a compiled expression knows of its evaluation ($now, $eval) is found through this thread-local.
        Jsonata.CURRENT.jsonata = compiled
        frame = {name: _bound(value) for name, value in bindings.items()}
        result = compiled.evaluate(None, {**frame, **_FUNCTIONS})
    except JException as error:
        raise JsonataError(f"{error} in {expression!r}") from error
    except (RecursionError, ArithmeticError, ValueError, TypeError, AttributeError, IndexError, KeyError) as error:
        # The library lets Python's own errors through where JSONata has an error code.
        raise JsonataError(f"{error.__class__.__name__}: {error} in {expression!r}") from error
    finally:
        _give_back(expression, compiled)
    if result is None:
        raise JsonataError(f"The JSONata expression '{expression}' returned nothing (undefined).")
    return _to_json(result, expression)


# Compiled expressions. One holds the state of its evaluation, so each is used by one thread at a time.

_POOL: dict[str, list[Jsonata]] = {}
_POOL_LOCK = threading.Lock()


def _borrow(expression: str) -> Jsonata:
    with _POOL_LOCK:
        free = _POOL.get(expression)
        if free:
            return free.pop()
    try:
        compiled = Jsonata(expression)
    except JException as error:
        raise JsonataError(f"{error} in {expression!r}") from error
    compiled.set_output_convert_nulls(False)
    compiled.set_validate_input(False)
    return compiled


def _give_back(expression: str, compiled: Jsonata) -> None:
    with _POOL_LOCK:
        _POOL.setdefault(expression, []).append(compiled)


def _bound(value: Any) -> Any:
    """Give a value as JSONata sees it: dates as text, `null` as the library's own, numbers as floats or ints."""
    if value is None:
        return Utils.NULL_VALUE
    if isinstance(value, dict):
        return {key: _inner(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_inner(item) for item in value]
    return _inner(value)


def _inner(value: Any) -> Any:
    # Inside an object or array the library reads None as null by itself.
    if isinstance(value, dict):
        return {key: _inner(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_inner(item) for item in value]
    if isinstance(value, Decimal):
        return int(value) if value == value.to_integral_value() else float(value)
    if isinstance(value, (dt.datetime, dt.date)):
        return value.isoformat()
    return value


def _to_json(value: Any, expression: str) -> Any:
    """Give a plain copy of a result; what a state keeps must not be shared with what it was made from."""
    if value is None or value is Utils.NULL_VALUE:
        return None
    if isinstance(value, (str, bool, int)):
        return value
    if isinstance(value, float):
        return int(value) if value.is_integer() and abs(value) < 2**53 else value
    if isinstance(value, dict):
        return {str(key): _to_json(item, expression) for key, item in value.items()}
    if isinstance(value, Utils.RangeList):
        # The library's own iterator forgets the last number.
        return list(range(int(value.a), int(value.b) + 1))
    if isinstance(value, (list, tuple)):
        return [_to_json(item, expression) for item in value]
    raise JsonataError(f"The JSONata expression '{expression}' returned an unsupported result type.")


# The functions that Step Functions adds, https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html


def _partition(items: Any = None, size: Any = None) -> Any:
    if items is None or size is None:
        return None
    length = _whole(size, "$partition")
    if length < 1:
        raise JsonataError("$partition: the size of a chunk must be at least 1")
    values = list(items) if isinstance(items, list) else [items]
    return _sequence_of([values[start : start + length] for start in range(0, len(values), length)])


def _range(first: Any = None, last: Any = None, step: Any = 1) -> Any:
    start, end, delta = (_whole(item, "$range") for item in (first, last, 1 if step is None else step))
    if delta == 0:
        raise JsonataError("$range: the step must not be 0")
    numbers = list(range(start, end + (1 if delta > 0 else -1), delta))
    if len(numbers) > MAX_RANGE_LENGTH:
        raise JsonataError(f"$range: {len(numbers)} numbers are more than the {MAX_RANGE_LENGTH} allowed")
    return _sequence_of(numbers)


def _sequence_of(items: list[Any]) -> Any:
    """Keep an array an array: a sequence of one item would otherwise become the item."""
    result = Utils.JList(items)
    result.cons = True
    return result


def _hash(content: Any = None, algorithm: Any = None) -> Any:
    if content is None or content is Utils.NULL_VALUE:
        return None
    if algorithm not in HASH_ALGORITHMS:
        raise JsonataError(f"$hash: the algorithm must be one of {', '.join(HASH_ALGORITHMS)}, not {algorithm!r}")
    text = content if isinstance(content, str) else json.dumps(_to_json(content, "$hash"), separators=(",", ":"))
    return hashlib.new(HASH_ALGORITHMS[algorithm], text.encode(), usedforsecurity=False).hexdigest()


def _uuid() -> str:
    return str(uuid.uuid4())


def _random(seed: Any = None) -> float:
    return (random.Random(seed) if seed is not None else random).random()  # noqa: S311 - JSONata's, not a secret


def _parse(text: Any = None) -> Any:
    if text is None:
        return None
    if not isinstance(text, str):
        raise JsonataError(f"$parse: not a string: {text!r}")
    try:
        return _bound(json.loads(text))
    except ValueError as error:
        raise JsonataError(f"$parse: not JSON: {error}") from error


def _no_eval(*_: Any) -> Any:
    raise JsonataError("$eval is not supported by Step Functions; $parse reads JSON")


def _whole(value: Any, function: str) -> int:
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise JsonataError(f"{function}: not a number: {value!r}")
    return int(value)


_FUNCTIONS: dict[str, Any] = {
    "partition": Jsonata.JLambda(_partition),
    "range": Jsonata.JLambda(_range),
    "hash": Jsonata.JLambda(_hash),
    "uuid": Jsonata.JLambda(_uuid),
    "random": Jsonata.JLambda(_random),
    "parse": Jsonata.JLambda(_parse),
    "eval": Jsonata.JLambda(_no_eval),
}


# Into moto


@contextmanager
def patched() -> Iterator[None]:
    """Make moto's interpreter evaluate JSONata with `evaluate`.

    moto 5.2.5 leaves the evaluator empty (`jsonata.py`: `_eval_jsonata = None`), and would write every variable
    into the expression's text, where a quote or a date breaks it.
    """
    with ExitStack() as stack:
        stack.enter_context(replaced(StringJSONata, "_eval_body", _eval_jsonata))
        stack.enter_context(replaced(StringVariableSample, "_eval_body", _eval_variable))
        yield


def _bindings_of(env: Any) -> dict[str, Any]:
    store = env.variable_store
    states = {key: value for key, value in env.states._states_data.items() if value is not None or key == "input"}  # noqa: SLF001
    return {**store._outer_scope, **store._inner_scope, "states": states}  # noqa: SLF001


def _eval_jsonata(self: Any, env: Any) -> None:
    try:
        env.stack.append(evaluate(self.expression, _bindings_of(env)))
    except JsonataError as error:
        _fail(env, error)


def _eval_variable(self: Any, env: Any) -> None:
    try:
        env.stack.append(evaluate(self.expression, _bindings_of(env)))
    except JsonataError as error:
        _fail(env, error)


def _fail(env: Any, error: JsonataError) -> None:
    """Fail the state with `States.QueryEvaluationError`, which its Catch can name."""
    name = StatesErrorName(typ=StatesErrorNameType.StatesQueryEvaluationError)
    cause = f"{error} (state '{env.next_state_name}')"
    details = EvaluationFailedEventDetails(error=name.error_name, cause=cause, state=env.next_state_name or "")
    event: Any = {"evaluationFailedEventDetails": details}
    raise FailureEventException(
        FailureEvent(env=env, error_name=name, event_type=HistoryEventType.EvaluationFailed, event_details=event)
    ) from error
