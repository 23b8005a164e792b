"""FEEL by itself, without a model: `evaluate` an expression, or tell whether a value `passes` the tests of a cell.

`compile` and `compile_tests` do the reading once for those who evaluate often.
"""

from dmn.feel.evaluating import Expression, UnaryTests, compile, compile_tests, evaluate, passes  # noqa: A004 - feel.compile

__all__ = ["Expression", "UnaryTests", "compile", "compile_tests", "evaluate", "passes"]
