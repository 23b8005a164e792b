"""Writes the syntax tree of FEEL as text that parses to the same tree."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from dmn.feel import syntax

if TYPE_CHECKING:
    from collections.abc import Callable


def print_node(node: syntax.Node) -> str:
    """Write a tree as FEEL; every inner operation stands in parentheses, so that precedence never matters."""
    return _PRINTERS[type(node)](node)


def print_type(node: syntax.TypeNode) -> str:
    if node.name == "function":
        arguments = ", ".join(map(print_type, node.arguments))
        return f"function<{arguments}> -> {print_type(node.result)}" if node.result else f"function<{arguments}>"
    if node.keys:
        fields = zip(node.keys, node.arguments, strict=True)
        return f"{node.name}<{', '.join(f'{key}: {print_type(argument)}' for key, argument in fields)}>"
    return f"{node.name}<{', '.join(map(print_type, node.arguments))}>" if node.arguments else node.name


def quote(text: str) -> str:
    for plain, escaped in (("\\", "\\\\"), ('"', '\\"'), ("\n", "\\n"), ("\r", "\\r"), ("\t", "\\t")):
        text = text.replace(plain, escaped)
    return f'"{text}"'


def _group(node: syntax.Node) -> str:
    simple = isinstance(
        node,
        (
            syntax.Name,
            syntax.AtLiteral,
            syntax.ListLiteral,
            syntax.ContextLiteral,
            syntax.Call,
            syntax.Path,
            syntax.Filter,
        ),
    )
    plain = isinstance(node, syntax.Literal) and not (isinstance(node.value, Decimal) and node.value.is_signed())
    return print_node(node) if simple or plain else f"({print_node(node)})"


def _print_literal(node: syntax.Literal) -> str:
    if isinstance(node.value, bool):
        return "true" if node.value else "false"
    if node.value is None:
        return "null"
    return quote(node.value) if isinstance(node.value, str) else format(node.value, "f")


def _print_call(node: syntax.Call) -> str:
    arguments = [print_node(argument) for argument in node.arguments]
    if node.names is not None:
        arguments = [f"{name}: {argument}" for name, argument in zip(node.names, arguments, strict=True)]
    return f"{_group(node.function)}({', '.join(arguments)})"


def _print_iterations(iterations: tuple[syntax.Iteration, ...]) -> str:
    return ", ".join(
        f"{it.name} in {print_node(it.values)}" + (f"..{print_node(it.until)}" if it.until else "") for it in iterations
    )


def _print_function(node: syntax.FunctionLiteral) -> str:
    parameters = ", ".join(f"{name}: {print_type(kind)}" if kind else name for name, kind in node.parameters)
    return f"function({parameters}){' external' if node.external else ''} {print_node(node.body)}"


def _print_range(node: syntax.RangeLiteral) -> str:
    left, right = "[" if node.low_closed else "(", "]" if node.high_closed else ")"
    return f"{left}{_group(node.low)}..{_group(node.high)}{right}"


def _print_tests(node: syntax.Tests) -> str:
    tests = ", ".join(map(print_node, node.tests))
    return f"not({tests})" if node.negated else tests


_PRINTERS: dict[type, Callable[[Any], str]] = {
    syntax.Literal: _print_literal,
    syntax.AtLiteral: lambda node: f"@{quote(node.text)}",
    syntax.Name: lambda node: node.name,
    syntax.Negation: lambda node: f"-{_group(node.operand)}",
    syntax.Binary: lambda node: f"{_group(node.left)} {node.operator} {_group(node.right)}",
    syntax.Logic: lambda node: f" {node.operator} ".join(_group(operand) for operand in node.operands),
    syntax.Between: lambda node: f"{_group(node.value)} between {_group(node.low)} and {_group(node.high)}",
    syntax.In: lambda node: f"{_group(node.value)} in ({_print_tests(node.tests)})",
    syntax.InstanceOf: lambda node: f"{_group(node.value)} instance of {print_type(node.type)}",
    syntax.Path: lambda node: f"{_group(node.value)}.{node.name}",
    syntax.Filter: lambda node: f"{_group(node.value)}[{print_node(node.condition)}]",
    syntax.Call: _print_call,
    syntax.If: lambda node: (
        f"if {print_node(node.condition)} then {print_node(node.then)} else {print_node(node.otherwise)}"
    ),
    syntax.For: lambda node: f"for {_print_iterations(node.iterations)} return {print_node(node.result)}",
    syntax.Quantified: lambda node: (
        f"{node.quantifier} {_print_iterations(node.iterations)} satisfies {print_node(node.condition)}"
    ),
    syntax.FunctionLiteral: _print_function,
    syntax.ListLiteral: lambda node: f"[{', '.join(map(print_node, node.items))}]",
    syntax.ContextLiteral: lambda node: f"{{{', '.join(f'{quote(k)}: {print_node(v)}' for k, v in node.entries)}}}",
    syntax.RangeLiteral: _print_range,
    syntax.ComparisonRange: lambda node: f"({node.operator} {_group(node.bound)})",
    syntax.UnaryTest: lambda node: f"{node.operator} {_group(node.operand)}",
    syntax.Tests: _print_tests,
    syntax.AnyValue: lambda _: "-",
}
