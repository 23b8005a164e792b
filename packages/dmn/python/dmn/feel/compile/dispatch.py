"""Which function compiles which kind of node, so that the modules that compile need not know one another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dmn.errors import InvalidError

if TYPE_CHECKING:
    from collections.abc import Callable

    from dmn.feel.scope import Unit
    from dmn.feel.syntax import Node
    from dmn.feel.values import Value
    from dmn.runtime import Closure, Env, Source

REFUSED = (InvalidError, ArithmeticError)
"""What FEEL defines as null: the closure that meets it returns null and leaves a warning."""

_COMPILERS: dict[type, Callable[[Any, Unit], Closure]] = {}


def compiles[F: Callable[[Any, Unit], Closure]](kind: type) -> Callable[[F], F]:
    """Declare the function that compiles a kind of node."""

    def declare(compiler: F) -> F:
        _COMPILERS[kind] = compiler
        return compiler

    return declare


def compile_node(node: Node, unit: Unit) -> Closure:
    return _COMPILERS[type(node)](node, unit)


def constant(value: Value) -> Closure:
    return lambda _env: value


def refusing(work: Closure, position: int, source: Source) -> Closure:
    """Return null with a warning where what a closure does is refused."""

    def run(env: Env) -> Value:
        try:
            return work(env)
        except REFUSED as error:
            return env[0].refuse(error, position, source)

    return run


def refuse_always(error: InvalidError, position: int, unit: Unit) -> Closure:
    """Return null with a warning each time, for what a lenient unit lets pass."""
    source = unit.source

    def run(env: Env) -> None:
        env[0].refuse(error, position, source)

    return run
