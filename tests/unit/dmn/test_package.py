"""The package as a whole: what it imports, its names, and the words for what it warns of (circles: import-linter)."""

from __future__ import annotations

import ast
import pathlib
import sys

import dmn
from dmn.runtime import WARNING_KINDS
from dmn.tools.sheet import FINDING_KINDS

SOURCE = pathlib.Path(dmn.__file__).resolve().parents[1]


def modules() -> dict[str, pathlib.Path]:
    files = {path: path.relative_to(SOURCE).with_suffix("").parts for path in (SOURCE / "dmn").rglob("*.py")}
    return {".".join(parts).removesuffix(".__init__"): path for path, parts in files.items()}


KNOWN = modules()
OPTIONAL = {"dmn.tools.cases": {"yaml"}}  # which says what to do where it is not installed


def test_only_the_standard_library_is_imported() -> None:
    for module, path in KNOWN.items():
        for node in ast.walk(ast.parse(path.read_text())):
            names = [alias.name for alias in node.names] if isinstance(node, ast.Import) else []
            names += [node.module or ""] if isinstance(node, ast.ImportFrom) else []
            roots = {name.split(".")[0] for name in names}
            assert roots <= {*sys.stdlib_module_names, "dmn", *OPTIONAL.get(module, ())}, module


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
