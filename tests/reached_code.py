"""The code that a handler reaches, by its imports: what it can raise and which settings it reads are in there.

The reading is coarse: code that imports a module reaches all of it. Only of ``restoration.bootstrap`` and
``record.bootstrap``, no more is reached than the factories that the handler calls.
"""

import ast
from collections.abc import Iterator
from functools import cache
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import ModuleType

ROOT = Path(__file__).resolve().parents[1]
LAYER = ROOT / "layers" / "restoration" / "python"
RECORD_LAYER = ROOT / "operations" / "record" / "python"
SCREENS_LAYER = ROOT / "operations" / "screens" / "python"
OURS = ("restoration", "record", "supervision")
_APPS = (*ROOT.glob("functions/*/app.py"), *ROOT.glob("operations/functions/*/app.py"))
FUNCTIONS = {app.parent.name: app.parent for app in _APPS}
"""The folder of each function, by its name: the core's and those of its companion."""
NAMES = ("aws", "messages", "partners", "process", "bootstrap")
ROOMS = {name: LAYER / "restoration" / "bootstrap" / f"{name}.py" for name in NAMES[:-1]}
BOOTSTRAPS = ("record.bootstrap", "restoration.bootstrap", *(f"restoration.bootstrap.{name}" for name in ROOMS))


def load_app(function: str) -> ModuleType:
    """Load a function's ``app.py`` again, as a cold start does."""
    spec = spec_from_file_location(f"cold_{function}", FUNCTIONS[function] / "app.py")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@cache
def reached_code(function: str) -> tuple[ast.AST, ...]:
    """The syntax trees that the handler in a function's ``app.py`` reaches, its own first."""
    return tuple(_reached(module_tree(FUNCTIONS[function] / "app.py")))


def _reached(app: ast.AST) -> Iterator[ast.AST]:
    """The code that a handler reaches by imports; of bootstrap, only the factories that it calls."""
    seen: set[str] = set()
    waiting: list[ast.AST] = [app]
    while waiting:
        tree = waiting.pop()
        yield tree
        parts = [part for name in _bootstrap_calls(tree) for part in _factory(name)]
        waiting += [part for part in parts if part not in waiting and not _seen(_dumped(part), seen)]
        for module in _imports(tree):
            path = _path_of(module)
            if module not in BOOTSTRAPS and path and not _seen(module, seen):
                waiting.append(module_tree(path))


def _seen(name: str, seen: set[str]) -> bool:
    known = name in seen
    seen.add(name)
    return known


@cache
def _dumped(part: ast.AST) -> str:
    return ast.dump(part)


@cache
def _bootstrap_calls(tree: ast.AST) -> frozenset[str]:
    return frozenset(
        node.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in NAMES
    )


@cache
def _factory(name: str) -> tuple[ast.AST, ...]:
    """A factory of bootstrap, and the functions of bootstrap that it calls in turn.

    Settings are read by each of them, so the error of a missing one belongs to all.
    """
    files = {**ROOMS, "bootstrap": RECORD_LAYER / "record" / "bootstrap.py"}
    rooms = {name: module_tree(path) for name, path in files.items()}
    functions = {node.name: node for room in rooms.values() for node in room.body if isinstance(node, ast.FunctionDef)}
    found: dict[str, ast.AST] = {}
    waiting = [name]
    while waiting:
        current = waiting.pop()
        if current in functions and current not in found:
            found[current] = functions[current]
            waiting += _names_of_calls(functions[current], set(rooms))
    return (*found.values(), module_tree(LAYER / "restoration" / "settings.py"))


def _names_of_calls(factory: ast.AST, rooms: set[str]) -> Iterator[str]:
    """What a factory names: of its own room ``executions``, of another ``aws.executions``."""
    for node in ast.walk(factory):
        if isinstance(node, ast.Name):
            yield node.id
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in rooms:
            yield node.attr


@cache
def _imports(tree: ast.AST) -> tuple[str, ...]:
    return tuple(
        name
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom) and node.module and node.module.startswith(OURS)
        for name in (node.module, *(f"{node.module}.{alias.name}" for alias in node.names))
    )


@cache
def _path_of(module: str) -> Path | None:
    for layer in (LAYER, RECORD_LAYER, SCREENS_LAYER):
        path = layer.joinpath(*module.split("."))
        for candidate in (path.with_suffix(".py"), path / "__init__.py"):
            if candidate.is_file():
                return candidate
    return None


@cache
def module_tree(path: Path) -> ast.Module:
    """A module's code without what only type checkers see."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    tree.body = [
        node
        for node in tree.body
        if not (isinstance(node, ast.If) and isinstance(node.test, ast.Name) and node.test.id == "TYPE_CHECKING")
    ]
    return tree
