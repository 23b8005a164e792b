"""The built-in functions of FEEL (DMN 1.5, 10.3.4), in modules by group."""

from dmn.feel.library import aggregates, contexts, conversions, lists, moments, numbers, ranges, strings
from dmn.feel.library.registry import BUILTINS, Builtin

__all__ = [
    "BUILTINS",
    "Builtin",
    "aggregates",
    "contexts",
    "conversions",
    "lists",
    "moments",
    "numbers",
    "ranges",
    "strings",
]
