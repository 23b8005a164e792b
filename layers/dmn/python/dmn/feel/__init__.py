"""FEEL by itself, without a model: `evaluate` an expression, or tell whether a value `passes` the tests of a cell."""

from dmn.feel.evaluating import evaluate, passes

__all__ = ["evaluate", "passes"]
