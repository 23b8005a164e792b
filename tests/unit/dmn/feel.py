"""Evaluates one FEEL expression, for the tests of the language."""

from __future__ import annotations

from typing import Any

from dmn import compiler, compiler_tests, scope, values
from dmn.runtime import Limits, Run, Warning  # noqa: A004 - the package's word


def evaluate_with_warnings(text: str, *, strict: bool = False, **names: object) -> tuple[Any, list[Warning]]:
    """Answer the value of an expression and the warnings of its evaluation; names may be bound to Python values."""
    unit = scope.new_unit(names, strict=strict)
    closure = compiler.compile_text(text, unit, "e1")
    run = Run(Limits())
    env = [run, *map(values.from_python, names.values())]
    env += [None] * (unit.scope.frame.size - len(env))
    return values.to_python(closure(env)), run.warnings


def evaluate(text: str, **names: object) -> Any:  # noqa: ANN401 - any FEEL value
    return evaluate_with_warnings(text, **names)[0]


def passes(text: str, value: object) -> bool | None:
    """Tell whether a value passes the unary tests of a cell."""
    unit = scope.new_unit([compiler_tests.INPUT])
    test = compiler_tests.compile_unary_tests(text, unit, "c1")
    env = [Run(Limits()), *[None] * unit.scope.frame.size]
    return True if test is None else test(values.from_python(value), env)
