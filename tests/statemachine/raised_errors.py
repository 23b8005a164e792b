"""What each function can raise to the state machine, read from the code: a class's name is its contract.

Lambda reports the name of the class that was raised and nothing of its bases, so a subclass that no state names would
fall through to the last retrier. The reading is coarse: every error that a module makes counts as raised by whoever
imports the module. What a function cannot raise all the same is in ``NOT_RAISED`` with the reason.
"""

import ast
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path

from tests.statemachine.machines import ROOT

LAYER = ROOT / "layers" / "restoration" / "python"
FUNCTIONS = ROOT / "functions"
BASE = "RestorationError"
BOOTSTRAP = "restoration.bootstrap"

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
        for node in ast.walk(_tree(path)):
            if isinstance(node, ast.ClassDef):
                bases[node.name] = {name.id for name in node.bases if isinstance(name, ast.Name)}
    known = {BASE}
    while more := {name for name, above in bases.items() if above & known} - known:
        known |= more
    return frozenset(known)


@cache
def raised_by(function: str) -> frozenset[str]:
    """The error classes that the function in ``functions/<function>/`` can raise."""
    found: set[str] = set()
    for node in _reached(_tree(FUNCTIONS / function / "app.py")):
        found |= _made_in(node)
    return frozenset(found - set(NOT_RAISED.get(function, {})))


@cache
def made_by(function: str) -> frozenset[str]:
    """The same without regard to ``NOT_RAISED``."""
    return frozenset().union(*(_made_in(node) for node in _reached(_tree(FUNCTIONS / function / "app.py"))))


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


def _reached(app: ast.AST) -> Iterator[ast.AST]:
    """The code that a handler reaches by imports; of bootstrap, only the factories that it calls."""
    seen: set[str] = set()
    waiting: list[ast.AST] = [app]
    while waiting:
        tree = waiting.pop()
        yield tree
        parts = [part for name in _bootstrap_calls(tree) for part in _factory(name)]
        waiting += [part for part in parts if part not in waiting and not _seen(ast.dump(part), seen)]
        for module in _imports(tree):
            path = _path_of(module)
            if module != BOOTSTRAP and path and not _seen(module, seen):
                waiting.append(_tree(path))


def _seen(name: str, seen: set[str]) -> bool:
    known = name in seen
    seen.add(name)
    return known


def _bootstrap_calls(tree: ast.AST) -> set[str]:
    return {
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "bootstrap"
    }


@cache
def _factory(name: str) -> tuple[ast.AST, ...]:
    """A factory of bootstrap, and the functions of bootstrap that it calls in turn.

    Settings are read by each of them, so the error of a missing one belongs to all.
    """
    bootstrap = _tree(LAYER / "restoration" / "bootstrap.py")
    functions = {node.name: node for node in bootstrap.body if isinstance(node, ast.FunctionDef)}
    found: dict[str, ast.AST] = {}
    waiting = [name]
    while waiting:
        current = waiting.pop()
        if current in functions and current not in found:
            found[current] = functions[current]
            waiting += [node.id for node in ast.walk(functions[current]) if isinstance(node, ast.Name)]
    return (*found.values(), _tree(LAYER / "restoration" / "settings.py"))


def _imports(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("restoration"):
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def _path_of(module: str) -> Path | None:
    path = LAYER.joinpath(*module.split("."))
    for candidate in (path.with_suffix(".py"), path / "__init__.py"):
        if candidate.is_file():
            return candidate
    return None


@cache
def _tree(path: Path) -> ast.Module:
    """A module's code without what only type checkers see."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    tree.body = [
        node
        for node in tree.body
        if not (isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING")
    ]
    return tree
