"""What each function is given: the settings its code reads, the layers it imports, and nothing that lies about."""

import ast
from collections.abc import Mapping
from functools import cache
from itertools import product

import pytest
from aws_lambda_powertools.shared.constants import TRACER_CAPTURE_ERROR_ENV, TRACER_CAPTURE_RESPONSE_ENV

from scripts.impact.code import bound_by
from tests.infrastructure.templates import FUNCTIONS, TEMPLATE, application
from tests.reached_code import FUNCTIONS as FUNCTIONS_FOLDER
from tests.reached_code import code, parts_of, reached_code

FOLDERS = {name: str(function.properties["CodeUri"]).rpartition("/")[2] for name, function in FUNCTIONS.items()}
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
    "RecordLayer": frozenset({"record"}),
    "SupervisionLayer": frozenset({"supervision"}),
    "PagesLayer": frozenset({"htpy", "markupsafe"}),
}
"""What only some functions have: layer, top-level packages."""


@cache
def settings_read(folder: str) -> frozenset[str]:
    """The names with which the code that a handler reaches calls ``settings.text("…")`` and its like."""
    return frozenset(
        node.args[0].value
        for part in reached_code(folder)
        for node in part.all_nodes
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
    bound = [code().imports[part.module] | bound_by(part.all_nodes) for part in reached_code(folder)]
    return frozenset(source.partition(".")[0] for each in bound for source, _ in each.values())


@pytest.mark.parametrize("name", ["core", "companion"])
def test_functions_have_exactly_the_settings_that_their_code_reads(name: str) -> None:
    """And what an application gives to all of its functions is read by some of them."""
    here, read_by_some = application(name), set[str]()
    for function in here.functions:
        own = set(function.properties.get("Environment", {}).get("Variables", {}))
        read = settings_read(FOLDERS[function.logical_id])
        assert own <= read <= set(here.environment(function)), function.logical_id
        read_by_some |= read
    assert set(here.document["Globals"]["Function"]["Environment"]["Variables"]) - POWERTOOLS <= read_by_some


def test_environment_is_read_in_one_place() -> None:
    readers = {part.path for part in code().parts.values() if part.attributes & {"environ", "getenv"}}
    deployed = {path for path in readers if not path.startswith("operations/tool/")}
    assert deployed == {"layers/restoration/python/restoration/settings.py"}


def test_functions_have_a_layer_exactly_when_their_code_imports_it() -> None:
    for (name, function), (layer, packages) in product(FUNCTIONS.items(), IMPORTED_FROM.items()):
        has = {"Ref": layer} in TEMPLATE.layers(function)
        assert has == bool(packages & imported(FOLDERS[name])), f"{name} and {layer}"


def test_bundles_are_the_handler_and_its_own_files_and_each_is_deployed() -> None:
    read_by_people = {"decisions/README.md", "messages/README.md"}
    read_by_functions = (".dmn", "decisions/manifest.json", ".xsd", ".sms.txt", ".email.txt")
    found = [
        (folder, path.relative_to(where).as_posix())
        for folder, where in FUNCTIONS_FOLDER.items()
        for path in where.rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    ]
    assert {folder for folder, file in found if file == "app.py"} == {folder for folder, _ in found}
    assert {folder for folder, _ in found} == set(FOLDERS.values())
    others = [
        file for _, file in found if file not in {"app.py", *read_by_people} and not file.endswith(read_by_functions)
    ]
    assert others == []


def test_handlers_are_short() -> None:
    """Each parses, calls the use case and returns, in under about 25 lines (CONTRIBUTING.md). A queue's is made."""
    for folder in FOLDERS.values():
        for part in parts_of(folder):
            for node in part.nodes if part.name == "handler" else ():
                if isinstance(node, ast.FunctionDef):
                    assert (node.end_lineno or 0) - node.lineno < 25, folder
