"""The package as a whole: the way its modules import one another, their names and their size."""

from __future__ import annotations

import ast
import pathlib
import sys
from typing import TYPE_CHECKING

import dmn
from dmn.runtime import WARNING_KINDS
from dmn.tools.sheet import FINDING_KINDS

if TYPE_CHECKING:
    from collections.abc import Iterator

SOURCE = pathlib.Path(dmn.__file__).resolve().parents[1]
LOWER = {"temporal": set(), "feel": {"temporal"}, "model": {"temporal", "feel"}, "tools": {"temporal", "feel", "model"}}
"""What the sub-packages may import of one another: the way of the data, from a text to a table's analysis."""


def modules() -> dict[str, pathlib.Path]:
    files = {path: path.relative_to(SOURCE).with_suffix("").parts for path in (SOURCE / "dmn").rglob("*.py")}
    return {".".join(parts).removesuffix(".__init__"): path for path, parts in files.items()}


KNOWN = modules()
OPTIONAL = {"dmn.tools.cases": {"yaml"}}  # which says what to do where it is not installed


def imported(module: str) -> Iterator[str]:
    """Return what a module imports of the package, wherever in it the import stands, for types only too."""
    for node in ast.walk(ast.parse(KNOWN[module].read_text())):
        if isinstance(node, ast.ImportFrom) and node.module and node.module.split(".")[0] == "dmn":
            for name in node.names:
                full = f"{node.module}.{name.name}"
                target = full if full in KNOWN else node.module
                yield target
                yield from _packages_entered(module, target)


def _packages_entered(module: str, target: str) -> Iterator[str]:
    """Return the packages around a module that are imported with it, but for those that the importer is in."""
    parts = target.split(".")
    for depth in range(1, len(parts)):
        package = ".".join(parts[:depth])
        if not f"{module}.".startswith(f"{package}."):
            yield package


def circle(graph: dict[str, set[str]]) -> list[str]:
    done: set[str] = set()

    def follow(module: str, way: list[str]) -> list[str]:
        if module in way:
            return [*way[way.index(module) :], module]
        if module not in done:
            for other in sorted(graph[module]):
                found = follow(other, [*way, module])
                if found:
                    return found
            done.add(module)
        return []

    return next((found for module in sorted(graph) if (found := follow(module, []))), [])


def test_no_modules_import_one_another_in_a_circle() -> None:
    assert circle({module: set(imported(module)) - {module} for module in KNOWN}) == []


def test_sub_packages_import_only_those_before_them() -> None:
    for module in KNOWN:
        parts = module.split(".")
        room = parts[1] if len(parts) > 1 else ""
        if room in LOWER:
            others = {target.split(".")[1] for target in imported(module) if target.count(".")} & set(LOWER)
            assert others - {room} <= LOWER[room], module


def test_only_the_standard_library_is_imported() -> None:
    for module, path in KNOWN.items():
        for node in ast.walk(ast.parse(path.read_text())):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            roots = {name.split(".")[0] for name in names}
            assert roots <= {*sys.stdlib_module_names, "dmn", *OPTIONAL.get(module, ())}, module


def test_no_module_is_named_like_a_test_or_like_another_of_its_folder() -> None:
    for module in KNOWN:
        name = module.split(".")[-1]
        assert not name.startswith("test_"), module
        assert not name.endswith("_tests"), module


def test_the_package_knows_nothing_of_its_users() -> None:
    for path in KNOWN.values():
        text = path.read_text().lower()
        assert not [
            word for word in ("restoration", "boto", "lambda_handler", "limitation", "enedis") if word in text
        ], path


def test_each_kind_of_warning_and_of_finding_is_explained() -> None:
    used: dict[str, set[str]] = {"InvalidError": set(), "warn": set(), "report": set()}
    places = {"InvalidError": 1, "warn": 0, "report": 1}
    for path in KNOWN.values():
        for node in ast.walk(ast.parse(path.read_text())):
            name = getattr(node.func, "id", getattr(node.func, "attr", "")) if isinstance(node, ast.Call) else ""
            if isinstance(node, ast.Call) and name in places and len(node.args) > places[name]:
                parts = ast.walk(node.args[places[name]])
                used[name] |= {
                    part.value for part in parts if isinstance(part, ast.Constant) and isinstance(part.value, str)
                }
    assert used["InvalidError"] | used["warn"] <= set(WARNING_KINDS)
    assert set(WARNING_KINDS) == used["InvalidError"] | used["warn"] | {"type"}
    assert used["report"] == set(FINDING_KINDS)
