"""The embedded cloud could serve any SAM application: no line of it names the one that it was built for."""

import ast
import re
import sys
import tomllib
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest

import embedded_cloud

FOLDER = Path(embedded_cloud.__file__).parent
LIBRARY = Path(__file__).parents[3] / "packages" / "cloud"
MODULES = sorted(FOLDER.rglob("*.py"))
OF_THE_PRODUCT = re.compile(
    r"restore|restoration|limitation|enedis|billing(?!Mode)|payment|dunning|\bcustomers?\b|\bprm\b|supplier|local\.(?:stage|partners|demo)",
    re.IGNORECASE,
)


def named(path: Path) -> str:
    return path.relative_to(FOLDER).as_posix()


@pytest.mark.parametrize("module", MODULES, ids=named)
def test_module_of_the_cloud_does_not_name_the_product(module: Path) -> None:
    text = module.read_text(encoding="utf-8").replace('"BillingMode"', "")
    assert OF_THE_PRODUCT.findall(text) == []


def test_what_it_imports_are_its_dependencies() -> None:
    project = tomllib.loads((LIBRARY / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    nodes = [node for module in MODULES for node in ast.walk(ast.parse(module.read_text(encoding="utf-8")))]
    names = [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names]
    names += [str(node.module) for node in nodes if isinstance(node, ast.ImportFrom)]
    known, given = sys.stdlib_module_names | {"embedded_cloud"}, packages_distributions()
    imported = {given[name][0].lower() for name in {each.partition(".")[0] for each in names} - known if name in given}
    listed = {re.split(r"[\[=]", each)[0].lower() for each in project["dependencies"]}
    assert listed == imported | {"awslambdaric"}


def test_readme_names_every_room() -> None:
    rooms = {path.name for path in FOLDER.iterdir() if path.is_dir() and (path / "__init__.py").exists()}
    readme = (LIBRARY / "README.md").read_text(encoding="utf-8")
    assert {room for room in rooms if f"`{room}/`" not in readme} == set()
