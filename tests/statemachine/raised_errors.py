"""What each function can raise to the state machine, read from the code: a class's name is its contract.

Lambda reports the name of the class that was raised and nothing of its bases, so a subclass that no state names would
fall through to the last retrier. Every error that is made in the code a handler reaches counts as raised by it; what a
function cannot raise all the same is in ``NOT_RAISED`` with the reason.
"""

import ast
from collections.abc import Mapping
from functools import cache

from tests.reached_code import FUNCTIONS, LAYER, module_tree, reached_code

BASE = "RestorationError"

NOT_RAISED: Mapping[str, Mapping[str, str]] = {
    "read_point": {
        "EnedisOutcomeUnknown": "on a read nothing can have happened: the client raises EnedisUnavailable instead",
    },
}
"""Errors that a function's modules make and it cannot raise: function, class, why not."""


@cache
def error_classes() -> frozenset[str]:
    """The base of our errors and all its subclasses, wherever in the layers and functions they are."""
    bases: dict[str, set[str]] = {}
    for path in (*LAYER.rglob("*.py"), *FUNCTIONS.rglob("*.py")):
        for node in ast.walk(module_tree(path)):
            if isinstance(node, ast.ClassDef):
                bases[node.name] = {name.id for name in node.bases if isinstance(name, ast.Name)}
    known = {BASE}
    while more := {name for name, above in bases.items() if above & known} - known:
        known |= more
    return frozenset(known)


@cache
def raised_by(function: str) -> frozenset[str]:
    """The error classes that the function in ``functions/<function>/`` can raise."""
    return made_by(function) - set(NOT_RAISED.get(function, {}))


@cache
def made_by(function: str) -> frozenset[str]:
    """The same without regard to ``NOT_RAISED``."""
    return frozenset().union(*(_made_in(node) for node in reached_code(function)))


def _made_in(tree: ast.AST) -> set[str]:
    calls = {node.func.id for node in ast.walk(tree) if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)}
    raises = {node.exc.id for node in ast.walk(tree) if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Name)}
    # failed = EnedisOutcomeUnknown if … else EnedisUnavailable
    chosen = {
        way.id
        for node in ast.walk(tree)
        if isinstance(node, ast.IfExp)
        for way in (node.body, node.orelse)
        if isinstance(way, ast.Name)
    }
    return (calls | raises | chosen) & error_classes()
