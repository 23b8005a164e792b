"""Writes tests of cells that compare with constants as FEEL, which parses to the same tree."""

from __future__ import annotations

from dmn.feel import syntax


def print_test(node: syntax.Node) -> str:  # noqa: PLR0911 - a kind each
    """Write a test, whose operands and bounds are constants."""
    if isinstance(node, syntax.UnaryTest):
        return f"{node.operator} {_operand(node.operand)}"
    if isinstance(node, syntax.ComparisonRange):
        return f"({node.operator} {_operand(node.bound)})"
    if isinstance(node, syntax.RangeLiteral):
        left, right = "[" if node.low_closed else "(", "]" if node.high_closed else ")"
        return f"{left}{_operand(node.low)}..{_operand(node.high)}{right}"
    if isinstance(node, syntax.Call) and isinstance(node.function, syntax.Name):
        return f"{node.function.name}({', '.join(map(print_test, node.arguments))})"
    if isinstance(node, syntax.AtLiteral):
        return f"@{_quote(node.text)}"
    value = node.value if isinstance(node, syntax.Literal) else None
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    return _quote(value) if isinstance(value, str) else format(value, "f")


def _operand(node: syntax.Node) -> str:
    text = print_test(node)
    return f"({text})" if text.startswith("-") else text


def _quote(text: str) -> str:
    for plain, escaped in (("\\", "\\\\"), ('"', '\\"'), ("\n", "\\n"), ("\r", "\\r"), ("\t", "\\t")):
        text = text.replace(plain, escaped)
    return f'"{text}"'
