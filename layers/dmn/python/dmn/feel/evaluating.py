"""FEEL by itself, without a model: one expression, or the unary tests of one cell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dmn.errors import InputError, InvalidError, LimitError
from dmn.feel import border
from dmn.feel.audit import Evaluation
from dmn.feel.compile import compile_text
from dmn.feel.compile.unary import INPUT, compile_unary_tests
from dmn.feel.scope import new_unit
from dmn.runtime import DEFAULT_LIMITS, Limits, Run

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dmn.feel.values import Value
    from dmn.runtime import Env


def evaluate(
    text: str, names: Mapping[str, object] | None = None, *, strict: bool = True, limits: Limits | None = None
) -> Evaluation:
    """Evaluate an expression over the values of some names.

    Raises
    ------
    FeelSyntaxError
        The text cannot be parsed or, strictly, names what is not given.
    InputError
        One of the values is none that FEEL knows.
    LimitError
        It goes too deep or takes too long.

    Example
    -------
    >>> evaluate("x + 1", {"x": 2}).value
    Decimal('3')
    """
    names = names or {}
    unit = new_unit(names, strict=strict)
    run = Run(limits or DEFAULT_LIMITS)
    env: Env = [run, *(_take(name, value, run.limits) for name, value in names.items())]
    try:
        closure = compile_text(text, unit)
        env += [None] * (unit.scope.frame.size - len(env))
        with run:
            value = border.to_python(closure(env), run.limits)
    except RecursionError:
        raise LimitError("the expression goes too deep") from None
    return Evaluation(value, tuple(run.warnings), (), run.limits)


def _take(name: str, value: object, limits: Limits) -> Value:
    try:
        return border.from_python(value, limits)
    except InvalidError as error:
        raise InputError(name, value, f"a value of FEEL ({error.message})", "FEEL") from None


def passes(text: str, value: object, *, limits: Limits | None = None) -> bool | None:
    """Tell whether a value passes unary tests such as `< 10, [20..30]`; None where they cannot be compared.

    Raises
    ------
    FeelSyntaxError
        The text cannot be parsed.
    LimitError
        It goes too deep or takes too long.
    """
    unit = new_unit([INPUT])
    try:
        test = compile_unary_tests(text, unit)
        run = Run(limits or DEFAULT_LIMITS)
        env: Env = [run, *[None] * unit.scope.frame.size]
        with run:
            return True if test is None else test(_take(INPUT, value, run.limits), env)
    except RecursionError:
        raise LimitError("the test goes too deep") from None
