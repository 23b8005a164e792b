"""FEEL by itself, without a model: one expression, or the unary tests of one cell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dmn import values
from dmn.audit import Evaluation
from dmn.compiler import compile_text
from dmn.compiler_tests import INPUT, compile_unary_tests
from dmn.errors import LimitError
from dmn.runtime import Limits, Run
from dmn.scope import new_unit

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dmn.runtime import Env


def evaluate(
    text: str, names: Mapping[str, object] | None = None, *, strict: bool = True, limits: Limits | None = None
) -> Evaluation:
    """Evaluate an expression over the values of some names.

    Raises
    ------
    FeelSyntaxError
        The text cannot be parsed or, strictly, names what is not given.
    LimitError
        It goes too deep or takes too long.

    Example
    -------
    >>> evaluate("x + 1", {"x": 2}).value
    Decimal('3')
    """
    names = names or {}
    unit = new_unit(names, strict=strict)
    run = Run(limits or Limits())
    env: Env = [run, *map(values.from_python, names.values())]
    try:
        closure = compile_text(text, unit)
        env += [None] * (unit.scope.frame.size - len(env))
        value = values.to_python(closure(env))
    except RecursionError:
        raise LimitError("the expression goes too deep") from None
    return Evaluation(value, tuple(run.warnings), ())


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
        env: Env = [Run(limits or Limits()), *[None] * unit.scope.frame.size]
        return True if test is None else test(values.from_python(value), env)
    except RecursionError:
        raise LimitError("the test goes too deep") from None
