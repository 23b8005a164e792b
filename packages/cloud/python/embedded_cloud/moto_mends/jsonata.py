"""JSONata has no evaluator (`jsonata.py`: `_eval_jsonata = None`), and so no machine in JSONata runs.

moto would write every variable into an expression's text, where a quote or a date breaks it. Here expressions are
compiled once, by jsonata-python, and values are bound, as Step Functions does.
"""

from __future__ import annotations

import datetime as dt
import re
from collections import defaultdict
from contextlib import suppress
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from jsonata.jexception import JException
from jsonata.jsonata import Jsonata
from jsonata.utils import Utils
from moto.stepfunctions.parser.api import EvaluationFailedEventDetails, HistoryEventType
from moto.stepfunctions.parser.asl.component.common.error_name.failure_event import FailureEvent, FailureEventException
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name import StatesErrorName
from moto.stepfunctions.parser.asl.component.common.error_name.states_error_name_type import StatesErrorNameType
from moto.stepfunctions.parser.asl.component.common.string.string_expression import StringJSONata, StringVariableSample

if TYPE_CHECKING:
    from collections.abc import Mapping


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
        frame = {name: _bound(bindings[name]) for name in _names_in(expression) if name in bindings}
        result = compiled.evaluate(None, {**frame, **_FUNCTIONS})
    except JException as error:
        raise JsonataError(f"{error} in {expression!r}") from error
    except (RecursionError, ArithmeticError, ValueError, TypeError, AttributeError, IndexError, KeyError) as error:
        # The library lets Python's own errors through where JSONata has an error code.
        raise JsonataError(f"{error.__class__.__name__}: {error} in {expression!r}") from error
    finally:
        _FREE[expression].append(compiled)
    if result is None:
        raise JsonataError(f"The JSONata expression '{expression}' returned nothing (undefined).")
    return _to_json(result, expression)


@lru_cache(maxsize=1024)
def _names_in(expression: str) -> frozenset[str]:
    return frozenset(re.findall(r"\$(\w+)", expression))


# Compiled expressions. One holds the state of its evaluation, so each is used by one thread at a time.
_FREE: defaultdict[str, list[Jsonata]] = defaultdict(list)


def _borrow(expression: str) -> Jsonata:
    with suppress(IndexError):
        return _FREE[expression].pop()
    try:
        compiled = Jsonata(expression)
    except JException as error:
        raise JsonataError(f"{error} in {expression!r}") from error
    compiled.set_output_convert_nulls(False)
    compiled.set_validate_input(False)
    return compiled


def _bound(value: Any) -> Any:
    """Give a value as JSONata sees it; inside an object or array the library reads None as null by itself."""
    return Utils.NULL_VALUE if value is None else _inner(value)


def _inner(value: Any) -> Any:
    """Give dates as text, and decimals as floats or ints."""
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


# Of the functions that Step Functions adds to JSONata none is here: no machine that is deployed calls one.


def _no_eval(*_: Any) -> Any:
    raise JsonataError("$eval is not supported by Step Functions")


_FUNCTIONS: dict[str, Any] = {"eval": Jsonata.JLambda(_no_eval)}


# Into moto


def _bindings_of(env: Any) -> dict[str, Any]:
    store = env.variable_store
    states = {key: value for key, value in env.states._states_data.items() if value is not None or key == "input"}  # noqa: SLF001
    return {**store._outer_scope, **store._inner_scope, "states": states}  # noqa: SLF001


def _eval_jsonata(self: Any, env: Any) -> None:
    try:
        env.stack.append(evaluate(self.expression, _bindings_of(env)))
    except JsonataError as error:
        cause = f"{error} (state '{env.next_state_name}')"
        raise evaluation_failed(env, StatesErrorNameType.StatesQueryEvaluationError, cause) from error


def evaluation_failed(env: Any, kind: StatesErrorNameType, cause: str) -> FailureEventException:
    """Give the error that fails a state, for its Catch if that can name this kind."""
    name = StatesErrorName(typ=kind)
    details = EvaluationFailedEventDetails(error=name.error_name, cause=cause, state=env.next_state_name or "")
    event: Any = {"evaluationFailedEventDetails": details}
    return FailureEventException(
        FailureEvent(env=env, error_name=name, event_type=HistoryEventType.EvaluationFailed, event_details=event)
    )


MENDS = tuple((kind, "_eval_body", lambda _: _eval_jsonata) for kind in (StringJSONata, StringVariableSample))
