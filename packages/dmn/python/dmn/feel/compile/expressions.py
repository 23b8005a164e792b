"""Compiles operators, names, paths, conditions and what makes lists, contexts and ranges (DMN 1.5, 10.3.2)."""

from __future__ import annotations

from decimal import Decimal
from operator import itemgetter
from typing import TYPE_CHECKING

from dmn.errors import FeelMeaningError, FeelSyntaxError, InvalidError
from dmn.feel import operators, syntax
from dmn.feel.compile.calls import Closed, bind_itself, read_moment
from dmn.feel.compile.dispatch import REFUSED, compile_node, compiles, constant, refuse_always, refusing
from dmn.feel.library import BUILTINS
from dmn.feel.library.moments import parse_at_literal
from dmn.feel.values import NUMBERS, TEMPORAL, Range, Value, compare, kind_of
from dmn.temporal.standard import PROPERTIES

if TYPE_CHECKING:
    from dmn.feel.scope import Unit
    from dmn.runtime import Closure, Env


@compiles(syntax.Literal)
def _literal(node: syntax.Literal, _unit: Unit) -> Closure:
    return constant(node.value)


@compiles(syntax.AtLiteral)
def _at_literal(node: syntax.AtLiteral, unit: Unit) -> Closure:
    try:
        return constant(read_moment(parse_at_literal, node.text, unit))
    except InvalidError as error:
        if unit.strict:
            raise FeelMeaningError(error.message, node.start) from None
        return refuse_always(error, node.start, unit)


@compiles(syntax.Name)
def _name(node: syntax.Name, unit: Unit) -> Closure:
    slot, items = unit.scope.find(node.name)
    if not items:
        return itemgetter(slot) if slot is not None else _outer_name(node, unit)
    name, start, source = node.name, node.start, unit.source
    builtin = BUILTINS.get(name)

    def run(env: Env) -> Value:
        for item in items:
            value = env[item]
            if type(value) is dict and name in value:
                return value[name]
        if slot is not None:
            return env[slot]
        if builtin is None:
            env[0].warn("unknown-name", f"the item has no entry '{name}'", start, source)
        return builtin

    return run


def _outer_name(node: syntax.Name, unit: Unit) -> Closure:
    """Compile a name that no scope declares: a built-in function, a free input, or an error."""
    name = node.name
    if name in BUILTINS:
        return constant(BUILTINS[name])
    if unit.free is not None and (unit.free.is_open or name in unit.free.slots):
        return itemgetter(unit.free.declare(name))
    if unit.strict:
        from dmn.hints import unknown_name  # noqa: PLC0415 - loaded only for an error

        advice = unknown_name(name, unit.scope.visible())
        raise FeelMeaningError(f"the name '{name}' is unknown here", node.start, advice)
    return refuse_always(InvalidError(f"the name '{name}' is unknown", "unknown-name"), node.start, unit)


@compiles(syntax.Negation)
def _negation(node: syntax.Negation, unit: Unit) -> Closure:
    operand = compile_node(node.operand, unit)
    return refusing(lambda env: operators.negate(operand(env)), node.start, unit.source)


@compiles(syntax.Binary)
def _binary(node: syntax.Binary, unit: Unit) -> Closure:
    source = unit.source
    if node.operator in operators.COMPARISONS:
        left, right, start = compile_node(node.left, unit), compile_node(node.right, unit), node.start
        test = operators.COMPARISONS[node.operator]

        def run_comparison(env: Env) -> Value:
            try:
                return test(left(env), right(env))
            except REFUSED as error:
                return env[0].refuse(error, start, source)

        return run_comparison
    links = [node]
    while isinstance(links[-1].left, syntax.Binary) and links[-1].left.operator in operators.ARITHMETIC:
        links.append(links[-1].left)  # a row of operations may be long
    first = compile_node(links[-1].left, unit)
    steps = [(*operators.ARITHMETIC[link.operator], compile_node(link.right, unit), link.start) for link in links[::-1]]

    def run(env: Env) -> Value:
        a = first(env)
        for general, on_numbers, operand, at in steps:
            b = operand(env)
            try:
                a = on_numbers(a, b) if type(a) is Decimal and type(b) is Decimal else env[0].charge(general(a, b))
            except REFUSED as error:
                a = env[0].refuse(error, at, source)
        return a

    return run


@compiles(syntax.Logic)
def _logic(node: syntax.Logic, unit: Unit) -> Closure:
    """Compile `and`, `or` with three values (table 50): the decisive value wins, else null spreads."""
    operands = tuple(compile_node(operand, unit) for operand in node.operands)
    decisive, start, source, operator = node.operator == "or", node.start, unit.source, node.operator

    def run(env: Env) -> Value:
        unknown = False
        for operand in operands:
            value = operand(env)
            if value is decisive:
                return decisive
            if type(value) is not bool:
                unknown = True
                if value is not None:
                    env[0].warn("type", f"an operand of '{operator}' is a {kind_of(value)}", start, source)
        return None if unknown else not decisive

    return run


@compiles(syntax.Between)
def _between(node: syntax.Between, unit: Unit) -> Closure:
    value, low, high = (compile_node(part, unit) for part in (node.value, node.low, node.high))
    return refusing(lambda env: operators.between(value(env), low(env), high(env)), node.start, unit.source)


@compiles(syntax.InstanceOf)
def _instance_of(node: syntax.InstanceOf, unit: Unit) -> Closure:
    value = compile_node(node.value, unit)
    try:
        kind = unit.resolve_type(node.type).structure()
    except FeelSyntaxError as error:
        if unit.strict:
            raise
        return refuse_always(InvalidError(error.reason, "unknown-name"), node.start, unit)
    return lambda env: kind.accepts(value(env))


@compiles(syntax.Path)
def _path(node: syntax.Path, unit: Unit) -> Closure:
    value, name, start, source = compile_node(node.value, unit), node.name, node.start, unit.source

    def run(env: Env) -> Value:
        target = value(env)
        if type(target) is dict and name in target:
            return target[name]
        try:
            return read_path(target, name)
        except REFUSED as error:
            return env[0].refuse(error, start, source)

    return run


def read_path(value: Value, name: str) -> Value:
    """Return an entry of a context, of each context of a list, or a property (10.3.2.6, tables 61, 65)."""
    if isinstance(value, dict):
        if name not in value:
            raise InvalidError(f"the context has no entry '{name}'", "unknown-name")
        return value[name]
    if isinstance(value, list):
        return [item.get(name) if isinstance(item, dict) else read_path(item, name) for item in value]
    reader = _PROPERTIES.get((type(value), name))
    if reader is not None:
        answer = reader(value)
        return NUMBERS.create_decimal(answer) if type(answer) is int else answer
    if type(value) is Range or type(value) in TEMPORAL:
        raise InvalidError(f"a {kind_of(value)} has no property '{name}'", "unknown-name")
    raise InvalidError(f"a {kind_of(value)} has no entry '{name}'", "null" if value is None else "type")


_RANGE_PROPERTIES = ("start", "end", "start included", "end included")
_PROPERTIES = PROPERTIES | {(Range, name): itemgetter(at) for at, name in enumerate(_RANGE_PROPERTIES)}


@compiles(syntax.If)
def _if(node: syntax.If, unit: Unit) -> Closure:
    branches, source = [], unit.source
    last: syntax.Node = node
    while isinstance(last, syntax.If):
        branches.append((compile_node(last.condition, unit), compile_node(last.then, unit), last.start))
        last = last.otherwise
    otherwise = compile_node(last, unit)

    def run(env: Env) -> Value:
        for condition, then, start in branches:
            value = condition(env)
            if value is True:
                return then(env)
            if value is not None and value is not False:
                env[0].warn("type", f"the condition is a {kind_of(value)}, not a boolean", start, source)
        return otherwise(env)

    return run


@compiles(syntax.ListLiteral)
def _list(node: syntax.ListLiteral, unit: Unit) -> Closure:
    items = tuple(compile_node(item, unit) for item in node.items)
    cost = 1 + len(items)

    def run(env: Env) -> Value:
        env[0].tick(cost)
        return [item(env) for item in items]

    return run


@compiles(syntax.ContextLiteral)
def _context(node: syntax.ContextLiteral, unit: Unit) -> Closure:
    """Compile a context; an entry sees those before it, and a function itself (10.3.2.6)."""
    inner = unit
    entries: list[tuple[str, int, Closure]] = []
    for key, value in node.entries:
        following = inner.within([key])
        slot = following.scope.slots[key]
        recursive = isinstance(value, syntax.FunctionLiteral)
        entries.append((key, slot, compile_node(value, following if recursive else inner)))
        inner = following

    return context_with(entries)


def context_with(entries: list[tuple[str, int, Closure]], result: Closure | None = None) -> Closure:
    """Make a context of entries, each with its slot; where there is a result, that is worked out over them."""
    cost = 3 + len(entries)

    def run(env: Env) -> Value:
        env[0].tick(cost)
        made: dict[str, Value] = {}
        for key, slot, value in entries:
            answer = env[slot] = made[key] = value(env)
            if type(answer) is Closed:
                bind_itself(answer, slot)
        return made if result is None else result(env)

    return run


@compiles(syntax.RangeLiteral)
def _range(node: syntax.RangeLiteral, unit: Unit) -> Closure:
    low, high = compile_node(node.low, unit), compile_node(node.high, unit)
    low_closed, high_closed = node.low_closed, node.high_closed

    def run(env: Env) -> Value:
        first, last = low(env), high(env)
        env[0].tick()
        if first is None or last is None:
            raise InvalidError("a bound of the range is null", "null")
        compare(first, last)
        return Range(first, last, low_closed, high_closed)

    return refusing(run, node.start, unit.source)


@compiles(syntax.UnaryTest)
def _comparison_range(node: syntax.UnaryTest, unit: Unit) -> Closure:
    bound, operator = compile_node(node.operand, unit), node.operator

    def run(env: Env) -> Value:
        value = bound(env)
        if value is None:
            raise InvalidError("the bound of the range is null", "null")
        compare(value, value)  # a bound has an order
        return Range.of_comparison(operator, value)

    return refusing(run, node.start, unit.source)
