"""Compiles calls and function literals (DMN 1.5, 10.3.2.12, 10.3.2.13)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dmn.errors import FeelMeaningError, FeelSyntaxError, InvalidError
from dmn.feel import syntax
from dmn.feel.compile.dispatch import REFUSED, compile_node, compiles, constant, refuse_always, refusing
from dmn.feel.library import BUILTINS, Builtin
from dmn.feel.library.moments import MOMENTS
from dmn.feel.types import ANY, Type
from dmn.feel.values import Function, Value, kind_of
from dmn.temporal.texts import add_seconds

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from dmn.feel.scope import Unit
    from dmn.runtime import Closure, Env


@compiles(syntax.Call)
def compile_call(node: syntax.Call, unit: Unit) -> Closure:
    arguments = tuple(compile_node(argument, unit) for argument in node.arguments)
    names, start, source = node.names, node.function.at, unit.source
    builtin = _known_builtin(node.function, unit)
    if builtin is not None:
        _check_call(builtin, node, unit)
        moment = _constant_moment(builtin, node, unit)
        if moment is not None:
            return constant(moment)
        run_builtin = builtin.invoke

        def run_direct(env: Env) -> Value:
            values = [argument(env) for argument in arguments]
            run = env[0]
            run.charge_call(values)
            try:
                return run.charge(run_builtin(*values) if names is None else builtin.invoke_named(names, values))
            except REFUSED as error:
                return env[0].refuse(_name_builtin(error, builtin), start, source)

        return run_direct
    if unit.strict and isinstance(node.function, syntax.Name):
        _check_known(node.function, unit)
    function = compile_node(node.function, unit)

    def run(env: Env) -> Value:
        target = function(env)
        values = [argument(env) for argument in arguments]
        run = env[0]
        run.charge_call(values)
        return run.charge(call(target, values, names))

    return refusing(run, start, source)


def call(target: Value, arguments: Sequence[Value], names: Sequence[str] | None = None) -> Value:
    """Call a function value; InvalidError says that it is no function, or takes other arguments."""
    if isinstance(target, Builtin):
        return target.invoke(*arguments) if names is None else target.invoke_named(names, arguments)
    if not isinstance(target, Function):
        raise InvalidError(f"a {kind_of(target)} cannot be called", "null" if target is None else "type")
    if names is None:
        return target.invoke(*arguments)
    given = dict(zip(names, arguments, strict=True))
    known = [name for name, _ in target.parameters]
    if len(given) != len(names) or set(known) != set(given):
        raise InvalidError(f"{target.name} takes {', '.join(known)}, not {', '.join(names)}", "argument")
    return target.invoke(*(given[name] for name in known))


def _known_builtin(function: syntax.Node, unit: Unit) -> Builtin | None:
    """Find the built-in function that is called, unless the model has given its name to something else."""
    if not isinstance(function, syntax.Name) or function.name not in BUILTINS:
        return None
    slot, items = unit.scope.find(function.name)
    return BUILTINS[function.name] if slot is None and not items else None


def _check_call(builtin: Builtin, node: syntax.Call, unit: Unit) -> None:
    if unit.strict and not builtin.select(len(node.arguments), node.names):
        count = len(node.arguments)
        given = ", ".join(node.names) if node.names is not None else f"{count} argument{'s' if count != 1 else ''}"
        takes = " or ".join(f"({signature.describe()})" for signature in builtin.signatures)
        raise FeelMeaningError(f"{builtin.name}() takes {takes}, not {given}", node.start)


def _constant_moment(builtin: Builtin, node: syntax.Call, unit: Unit) -> Value:
    """Read `date("2024-02-29")` and its like once, when the text is compiled, as an at-literal is read."""
    if builtin.name not in MOMENTS or len(node.arguments) != 1 or node.names is not None:
        return None
    (text,) = node.arguments
    if not isinstance(text, syntax.Literal) or not isinstance(text.value, str):
        return None
    try:
        return read_moment(builtin.invoke, text.value, unit)
    except InvalidError as error:
        if unit.strict:
            raise FeelMeaningError(f"{builtin.name}(): {error.message}", text.start) from None
        return None


def read_moment(read: Callable[[str], Value], text: str, unit: Unit) -> Value:
    """Read a constant of time, which in a lenient model may be without seconds."""
    try:
        return read(text)
    except InvalidError:
        if unit.strict:
            raise
        return read(add_seconds(text))


def _check_known(name: syntax.Name, unit: Unit) -> None:
    """Refuse an unknown function, which no caller could give as an input."""
    if unit.scope.find(name.name) == (None, []):
        from dmn.hints import nearest  # noqa: PLC0415 - loaded only for an error

        known = [*BUILTINS, *unit.scope.visible()]
        raise FeelMeaningError(f"there is no function '{name.name}'", name.start, nearest(name.name, known))


def _name_builtin(error: Exception, builtin: Builtin) -> Exception:
    return InvalidError(f"{builtin.name}(): {error.message}", error.kind) if isinstance(error, InvalidError) else error


_CLOSURE_STEPS = 4  # what a function value takes of memory, in steps


class Closed(Function):
    """A function literal, with the values of the names that it saw where it was made."""

    __slots__ = ("captured", "first")

    def __init__(self, signature: tuple[tuple[str, Type], ...], body: Closure, captured: Env, first: int) -> None:
        super().__init__("the function", signature, body)
        self.captured = captured
        self.first = first  # slot of the parameters, which follow one another

    def invoke(self, *arguments: Value) -> Value:
        env = self.captured.copy()
        env[0].tick()
        env[self.first : self.first + len(arguments)] = self.take(arguments)
        return self.run(env)


def bind_itself(function: Closed, slot: int) -> None:
    """Let a function that was just made see itself, so that it can recur."""
    captured = function.captured
    if slot < len(captured) and captured[slot] is None:
        captured[slot] = function


@compiles(syntax.FunctionLiteral)
def compile_function(node: syntax.FunctionLiteral, unit: Unit) -> Closure:
    kinds: list[Type] = []
    for _, type_node in node.parameters:
        try:
            kinds.append(unit.resolve_type(type_node) if type_node is not None else ANY)
        except FeelSyntaxError:
            if unit.strict:
                raise
            kinds.append(ANY)
    return make_function(
        [name for name, _ in node.parameters],
        kinds,
        unit,
        lambda inner: compile_node(node.body, inner),
        external=node.external,
    )


def make_function(
    names: Sequence[str],
    kinds: Sequence[Type],
    unit: Unit,
    compile_body: Callable[[Unit], Closure],
    *,
    external: bool,
) -> Closure:
    """Compile a function whose body is compiled where its parameters are in scope."""
    first, inner = unit.scope.frame.size, unit.within(names)
    if external:
        error = InvalidError("an external function cannot be called", "external")
        body = refuse_always(error, 0, unit)
    else:
        body = compile_body(inner)
    signature = tuple(zip(names, kinds, strict=True))

    def run(env: Env) -> Function:
        env[0].tick(_CLOSURE_STEPS + (len(env) >> 3))
        return Closed(signature, body, env.copy(), first)

    return run
