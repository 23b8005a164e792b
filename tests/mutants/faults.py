"""Small faults of a module: the nearest of those that mutation testing has planted since DeMillo (1978).

The operators are those that mutmut, cosmic-ray and PIT have in common. What only a type checker, a developer or a
log reads is left alone: annotations, protocols, docstrings, decorators, lines of a log, the text of a raised error,
and wording of three words or more.
"""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice

_COMPARISONS: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot, ast.IsNot: ast.Is, ast.In: ast.NotIn, ast.NotIn: ast.In,
}  # fmt: skip
_ARITHMETIC: dict[type[ast.operator], type[ast.operator]] = {
    ast.Add: ast.Sub, ast.Sub: ast.Add, ast.Mult: ast.Div, ast.Div: ast.Mult, ast.FloorDiv: ast.Mult, ast.Mod: ast.Mult,
    ast.Pow: ast.Mult, ast.BitAnd: ast.BitOr, ast.BitOr: ast.BitAnd,
}  # fmt: skip
_UNTOUCHED = frozenset({"annotation", "returns", "decorator_list", "type_params", "bases", "format_spec"})
_WORDING = 3
"""As many words are wording, which tests leave to those who write it."""


@dataclass(frozen=True)
class Fault:
    """One change of one node, by its place among all changes of its module.

    Parameters
    ----------
    around
        The lines of its statement: a constant on a line of its own runs with the others.
    """

    number: int
    line: int
    around: range
    was: str
    now: str


def faults(source: str) -> list[Fault]:
    tree = ast.parse(source)
    around = _statements(tree)
    return [
        Fault(number, node.lineno, around.get(node.lineno, range(0)), _shown(node), _shown(instead))
        for number, (_, node, instead) in enumerate(_changes(tree))
    ]


def _statements(tree: ast.Module) -> dict[int, range]:
    """By line, the lines of the statement that it belongs to; of one with a body, those before it."""
    lines: dict[int, range] = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.stmt):
            inner = getattr(node, "body", None)
            last = inner[0].lineno - 1 if inner else node.end_lineno or node.lineno
            span = range(node.lineno, max(node.lineno, last) + 1)
            lines |= dict.fromkeys(span, span)
    return lines


def planted(source: str, number: int) -> ast.Module:
    """The module with one of its faults; each other line stays where it is."""
    tree = ast.parse(source)
    (parent, field, index), node, instead = next(islice(_changes(tree), number, None))
    ast.copy_location(instead, node)
    if index is None:
        setattr(parent, field, instead)
    else:
        getattr(parent, field)[index] = instead
    return ast.fix_missing_locations(tree)


type _Node = ast.expr | ast.stmt | ast.excepthandler
type _Place = tuple[ast.AST, str, int | None]


def _changes(tree: ast.Module) -> Iterator[tuple[_Place, _Node, ast.AST]]:
    for place, node in _places(tree):
        for instead in _instead(place, node):
            yield place, node, instead


def _places(parent: ast.AST) -> Iterator[tuple[_Place, _Node]]:
    """The nodes below one, each before its own, without what no run can notice."""
    for field, value in ast.iter_fields(parent):
        if field in _UNTOUCHED:
            continue
        for index, node in enumerate(value) if isinstance(value, list) else [(None, value)]:
            if not isinstance(node, ast.AST) or _is_unread(node):
                continue
            if isinstance(node, ast.expr | ast.stmt | ast.excepthandler):
                yield (parent, field, index), node
            yield from _places(node)


def _is_unread(node: ast.AST) -> bool:
    match node:
        case ast.keyword("strict"):  # zip's own check, which no input of ours fails
            return True
        case ast.Expr(ast.Constant()) | ast.Raise() | ast.Import() | ast.ImportFrom() | ast.TypeAlias():
            return True
        case ast.Expr(ast.Call(ast.Attribute(ast.Name("logger")))) | ast.Assign(targets=[ast.Name("__all__")]):
            return True
        case ast.JoinedStr():
            return all(isinstance(part, ast.Constant) for part in node.values)
        case ast.If(test=ast.Name("TYPE_CHECKING")) | ast.ClassDef(bases=[*_, ast.Name("Protocol")]):
            return True
    return False


def _instead(place: _Place, node: _Node) -> Iterator[ast.AST]:
    yield from _of_operators(node)
    yield from _of_values(place, node)
    yield from _of_statements(place, node)
    yield from _of_conditions(place, node)


def _of_operators(node: _Node) -> Iterator[ast.AST]:
    match node:
        case ast.Compare(left, ops, right):
            for number, op in enumerate(ops):
                yield ast.Compare(left, [*ops[:number], _COMPARISONS[type(op)](), *ops[number + 1 :]], right)
        case ast.BinOp(left, op, right) if type(op) in _ARITHMETIC:
            yield ast.BinOp(left, _ARITHMETIC[type(op)](), right)
        case ast.AugAssign(target, op, value) if type(op) in _ARITHMETIC:
            yield ast.AugAssign(target, _ARITHMETIC[type(op)](), value)
        case ast.BoolOp(op, values):
            yield ast.BoolOp(ast.Or() if isinstance(op, ast.And) else ast.And(), values)
        case ast.UnaryOp(ast.Not() | ast.USub(), operand):
            yield operand


def _of_values(place: _Place, node: _Node) -> Iterator[ast.AST]:
    match node:
        case ast.Constant(bool(value)):
            yield ast.Constant(not value)
        case ast.Constant(int(value) | float(value)):
            yield ast.Constant(value + 1)
        case ast.Constant(str(text)) if not isinstance(place[0], ast.JoinedStr) and len(text.split()) < _WORDING:
            yield ast.Constant(f"XX{text}")


def _of_statements(place: _Place, node: _Node) -> Iterator[ast.AST]:
    """A call whose result nobody takes is left out, an error is not caught, and a loop is left late or early."""
    match node:
        case ast.Break():
            yield ast.Continue()
        case ast.Continue():
            yield ast.Break()
        case ast.Expr(ast.Call()) if len(getattr(place[0], place[1])) > 1:
            yield ast.Pass()
        case ast.ExceptHandler(kind, name, body) if kind:
            yield ast.ExceptHandler(ast.Tuple([], ast.Load()), name, body)


def _of_conditions(place: _Place, node: _Node) -> Iterator[ast.AST]:
    """A condition that is a plain value is turned round, and a loop never runs."""
    parent, field, _ = place
    is_condition = field == "test" or (field == "ifs" and isinstance(parent, ast.comprehension))
    if is_condition and isinstance(node, ast.Name | ast.Attribute | ast.Call | ast.NamedExpr | ast.Subscript):
        yield ast.UnaryOp(ast.Not(), node)
    if field == "iter" and isinstance(parent, ast.For):
        yield ast.Tuple([], ast.Load())


def _shown(node: ast.AST) -> str:
    """The first line of the code, for people."""
    return ast.unparse(ast.fix_missing_locations(node)).partition("\n")[0]
