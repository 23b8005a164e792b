"""Compiles FEEL's syntax tree to closures (DMN 1.5, 10.3.2).

A closure takes the list of values of its unit and returns a value. Names are slots, found at compile time; what the
specification defines as null becomes None with a warning that bears the position.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dmn.feel.compile import calls, expressions, loops, unary
from dmn.feel.compile.dispatch import compile_node
from dmn.feel.parser import parse_expression

if TYPE_CHECKING:
    from dmn.feel.scope import Unit
    from dmn.runtime import Closure

__all__ = ["calls", "compile_text", "expressions", "loops", "unary"]


def compile_text(text: str, unit: Unit) -> Closure:
    """Compile a FEEL text, in which the unit stands, or raise FeelSyntaxError."""
    return compile_node(parse_expression(text, unit.vocabulary), unit)
