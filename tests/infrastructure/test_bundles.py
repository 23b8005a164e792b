"""What each function is given: the settings its code reads, the layers it imports, and nothing that lies about."""

import ast
from collections.abc import Mapping
from functools import cache

import pytest
from aws_lambda_powertools.shared.constants import TRACER_CAPTURE_ERROR_ENV, TRACER_CAPTURE_RESPONSE_ENV

from tests.infrastructure.templates import ROOT, template
from tests.reached_code import FUNCTIONS as FUNCTIONS_FOLDER
from tests.reached_code import LAYER, SCREENS_LAYER, module_tree, reached_code

TEMPLATE = template()
FUNCTIONS = {function.logical_id: function for function in TEMPLATE.functions}
FOLDERS = {name: str(function.properties["CodeUri"]).removeprefix("functions/") for name, function in FUNCTIONS.items()}
POWERTOOLS = frozenset(
    {
        "POWERTOOLS_SERVICE_NAME",
        "POWERTOOLS_METRICS_NAMESPACE",
        "POWERTOOLS_LOG_LEVEL",
        TRACER_CAPTURE_RESPONSE_ENV,
        TRACER_CAPTURE_ERROR_ENV,
    }
)
"""Read by Powertools itself."""
IMPORTED_FROM: Mapping[str, frozenset[str]] = {
    "DmnLayer": frozenset({"dmn"}),
    "SoapLayer": frozenset({"zeep", "requests", "lxml"}),
    "SupervisionLayer": frozenset({"supervision"}),
    "PagesLayer": frozenset({"htpy", "markupsafe"}),
}
"""What only some functions have: layer, top-level packages."""


@cache
def settings_read(folder: str) -> frozenset[str]:
    """The names with which the code that a handler reaches calls ``settings.text("…")`` and its like."""
    return frozenset(
        node.args[0].value
        for tree in reached_code(folder)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and isinstance(node.func.value, ast.Name)
        and node.func.value.id == "settings"
        and node.args
        and isinstance(node.args[0], ast.Constant)
        and isinstance(node.args[0].value, str)
    )


@cache
def imported(folder: str) -> frozenset[str]:
    names: set[str] = set()
    for tree in reached_code(folder):
        for node in ast.walk(tree):
            if isinstance(node, ast.ImportFrom) and node.module and not node.level:
                names.add(node.module.split(".")[0])
            elif isinstance(node, ast.Import):
                names |= {alias.name.split(".")[0] for alias in node.names}
    return frozenset(names)


def own_variables(name: str) -> set[str]:
    return set(FUNCTIONS[name].properties.get("Environment", {}).get("Variables", {}))


@pytest.mark.parametrize("name", FUNCTIONS)
def test_function_has_every_setting_that_its_code_reads(name: str) -> None:
    assert settings_read(FOLDERS[name]) <= set(TEMPLATE.environment(FUNCTIONS[name]))


@pytest.mark.parametrize("name", FUNCTIONS)
def test_function_s_own_settings_are_read(name: str) -> None:
    assert own_variables(name) <= settings_read(FOLDERS[name])


def test_settings_of_all_are_read_by_some() -> None:
    common = set(TEMPLATE.document["Globals"]["Function"]["Environment"]["Variables"]) - POWERTOOLS
    assert common <= set[str]().union(*(settings_read(folder) for folder in FOLDERS.values()))


def test_environment_is_read_in_one_place() -> None:
    readers = {
        path.relative_to(ROOT).as_posix()
        for path in (*LAYER.rglob("*.py"), *SCREENS_LAYER.rglob("*.py"), *FUNCTIONS_FOLDER.rglob("*.py"))
        if any(
            isinstance(node, ast.Attribute) and node.attr in {"environ", "getenv"}
            for node in ast.walk(module_tree(path))
        )
    }
    assert readers == {"layers/restoration/python/restoration/settings.py"}


@pytest.mark.parametrize("layer", IMPORTED_FROM)
@pytest.mark.parametrize("name", FUNCTIONS)
def test_function_has_the_layer_exactly_when_its_code_imports_it(name: str, layer: str) -> None:
    has = {"Ref": layer} in TEMPLATE.layers(FUNCTIONS[name])
    assert has == bool(IMPORTED_FROM[layer] & imported(FOLDERS[name]))


@pytest.mark.parametrize("name", FUNCTIONS)
def test_bundle_is_the_handler_and_its_own_files(name: str) -> None:
    folder = FUNCTIONS_FOLDER / FOLDERS[name]
    found = {
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    read_by_people = {"decisions/README.md", "messages/README.md"}
    read_by_the_function = (".dmn", "decisions/manifest.json", ".xsd", ".sms.txt", ".email.txt")
    allowed = {path for path in found if path in {"app.py", *read_by_people} or path.endswith(read_by_the_function)}
    assert "app.py" in found
    assert found == allowed


def test_every_function_folder_is_deployed() -> None:
    folders = {path.name for path in FUNCTIONS_FOLDER.iterdir() if path.is_dir() and path.name != "__pycache__"}
    assert folders == set(FOLDERS.values())


@pytest.mark.parametrize("name", FUNCTIONS)
def test_handler_is_short(name: str) -> None:
    """It parses, calls the use case and returns, in under about 25 lines (CONTRIBUTING.md)."""
    tree = module_tree(FUNCTIONS_FOLDER / FOLDERS[name] / "app.py")
    handler = next(node for node in tree.body if isinstance(node, ast.FunctionDef) and node.name == "handler")
    assert handler.end_lineno is not None
    assert handler.end_lineno - handler.lineno < 25
