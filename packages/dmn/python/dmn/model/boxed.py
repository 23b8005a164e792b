"""Boxed expressions (DMN 1.5, 7.3, 10.2.2 and 10.5): each compiles to a closure."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dmn.feel.compile.calls import call, make_function
from dmn.feel.compile.dispatch import constant, refusing
from dmn.feel.compile.expressions import context_with
from dmn.feel.compile.loops import Loop, filter_with, for_with, quantified_with
from dmn.feel.values import Value, kind_of
from dmn.model.compile_table import compile_table
from dmn.runtime import Source

if TYPE_CHECKING:
    from collections.abc import Callable

    from dmn.feel.scope import Unit
    from dmn.model.builder import Builder
    from dmn.model.reader import Element
    from dmn.runtime import Closure, Env


def find_expression(element: Element) -> Element | None:
    """Find the boxed expression that an element holds."""
    return element.first(*_COMPILERS)


def compile_boxed(element: Element, unit: Unit, builder: Builder) -> Closure:
    """Compile a boxed expression of whatever kind, or raise ModelError."""
    closure = _COMPILERS[element.tag](element, unit, builder)
    if element.tag in ("decisionTable", "functionDefinition"):
        return closure
    return builder.convert(closure, builder.type_of(element), "the expression", element)


def _held(element: Element, tag: str, unit: Unit, builder: Builder) -> Closure:
    """Compile the expression within a child element such as `in` or `match`."""
    child = element.first(tag)
    expression = find_expression(child) if child is not None else None
    if expression is None:
        raise builder.error(element, f"the {element.tag} has no '{tag}' expression")
    return compile_boxed(expression, unit, builder)


def _literal(element: Element, unit: Unit, builder: Builder) -> Closure:
    if element.first("importedValues") is not None:
        raise builder.error(element, "imported values are not FEEL")
    return builder.compile_expression(element.written, unit, element)


def _context(element: Element, unit: Unit, builder: Builder) -> Closure:
    """Compile a context: its entries see those before them; an entry without a name is the result (10.5)."""
    inner = unit
    entries: list[tuple[str, int, Closure]] = []
    result: Closure | None = None
    for entry in element.all("contextEntry"):
        expression, variable = find_expression(entry), entry.first("variable")
        if expression is None and builder.info.strict:
            raise builder.error(entry if entry.id else element, "an entry of the context has no expression")
        if variable is None:
            result = compile_boxed(expression, inner, builder) if expression else constant(None)
            continue
        name = variable.get("name")
        following = inner.within([name])
        within = following if expression is not None and expression.tag == "functionDefinition" else inner
        value = compile_boxed(expression, within, builder) if expression is not None else constant(None)
        value = builder.convert(value, builder.type_of(variable), f"entry '{name}'", variable)
        entries.append((name, following.scope.slots[name], value))
        inner = following

    return context_with(entries, result)


def _invocation(element: Element, unit: Unit, builder: Builder) -> Closure:
    expression = find_expression(element)
    if expression is None:
        raise builder.error(element, "the invocation calls nothing")
    function = compile_boxed(expression, unit, builder)
    names: list[str] = []
    arguments: list[Closure] = []
    for binding in element.all("binding"):
        parameter, value = binding.first("parameter"), find_expression(binding)
        if parameter is None:
            raise builder.error(element, "a binding has no parameter")
        names.append(parameter.get("name"))
        arguments.append(compile_boxed(value, unit, builder) if value is not None else constant(None))

    def run(env: Env) -> Value:
        target = function(env)
        values = [argument(env) for argument in arguments]
        env[0].tick()
        return call(target, values, names)

    return refusing(run, 0, Source(expression.written, element.id))


def _function(element: Element, unit: Unit, builder: Builder) -> Closure:
    """Compile a function definition; one in Java or PMML cannot run and returns null with a warning (6.3.9)."""
    parameters = list(element.all("formalParameter"))
    kinds = [builder.type_of(parameter) for parameter in parameters]
    expression = find_expression(element)
    external = element.get("kind", "FEEL") not in ("FEEL", "")
    return make_function(
        [parameter.get("name") for parameter in parameters],
        kinds,
        unit,
        lambda inner: compile_boxed(expression, inner, builder) if expression is not None else constant(None),
        external=external,
    )


def _list(element: Element, unit: Unit, builder: Builder) -> Closure:
    items = tuple(compile_boxed(item, unit, builder) for item in element.all(*_COMPILERS))
    return lambda env: [item(env) for item in items]


def _relation(element: Element, unit: Unit, builder: Builder) -> Closure:
    columns = [column.get("name") for column in element.all("column")]
    kinds = [builder.type_of(column) for column in element.all("column")]
    rows: list[list[Closure]] = []
    for row in element.all("row"):
        cells = list(row.all(*_COMPILERS))
        if len(cells) != len(columns):
            raise builder.error(row if row.id else element, f"a row has {len(cells)} cells for {len(columns)} columns")
        rows.append(
            [
                builder.convert(compile_boxed(cell, unit, builder), kind, f"column '{name}'", element)
                for cell, kind, name in zip(cells, kinds, columns, strict=True)
            ]
        )
    return lambda env: [dict(zip(columns, (cell(env) for cell in row), strict=True)) for row in rows]


def _conditional(element: Element, unit: Unit, builder: Builder) -> Closure:
    """Compile a boxed conditional, whose condition must be a boolean (DMN 1.5, 7.3.13); null counts as false."""
    condition, then, otherwise = (_held(element, tag, unit, builder) for tag in ("if", "then", "else"))
    source = Source("if", element.id)

    def run(env: Env) -> Value:
        value = condition(env)
        if value is not None and type(value) is not bool:
            env[0].warn("type", f"the condition is a {kind_of(value)}, not a boolean", 0, source)
            return None
        return then(env) if value is True else otherwise(env)

    return run


def _filter(element: Element, unit: Unit, builder: Builder) -> Closure:
    value, reading = _held(element, "in", unit, builder), unit.reading("filter", element.id)
    return filter_with(value, lambda inner: _held(element, "match", inner, builder), reading, 0)


def _for(element: Element, unit: Unit, builder: Builder) -> Closure:
    variable = element.get("iteratorVariable")
    outer = unit.within(["partial"]).reading("for", element.id)
    inner = outer.within([variable])
    loop = Loop(inner.scope.slots[variable], _held(element, "in", unit, builder))
    return for_with([loop], outer.scope.slots["partial"], _held(element, "return", inner, builder), inner, 0)


def _quantified(element: Element, unit: Unit, builder: Builder) -> Closure:
    variable = element.get("iteratorVariable")
    inner = unit.within([variable]).reading(element.tag, element.id)
    loop = Loop(inner.scope.slots[variable], _held(element, "in", unit, builder))
    return quantified_with([loop], _held(element, "satisfies", inner, builder), element.tag, inner, 0)


_COMPILERS: dict[str, Callable[[Element, Unit, Builder], Closure]] = {
    "literalExpression": _literal,
    "decisionTable": compile_table,
    "context": _context,
    "invocation": _invocation,
    "functionDefinition": _function,
    "list": _list,
    "relation": _relation,
    "conditional": _conditional,
    "filter": _filter,
    "for": _for,
    "some": _quantified,
    "every": _quantified,
}
