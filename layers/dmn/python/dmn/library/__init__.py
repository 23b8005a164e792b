"""The built-in functions of FEEL (DMN 1.5, 10.3.4), in modules by group."""

from dmn.library import contexts, conversions, lists, moments, numbers, ranges, strings
from dmn.library.registry import BUILTINS, Builtin

__all__ = ["BUILTINS", "Builtin", "contexts", "conversions", "lists", "moments", "numbers", "ranges", "strings"]
