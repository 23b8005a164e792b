"""The embedded cloud could serve any SAM application: no line of it names the one that it was built for."""

import re
from pathlib import Path

import pytest

import embedded_cloud

FOLDER = Path(embedded_cloud.__file__).parent
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


def test_readme_names_every_room() -> None:
    rooms = {path.name for path in FOLDER.iterdir() if path.is_dir() and (path / "__init__.py").exists()}
    readme = (FOLDER.parents[1] / "README.md").read_text(encoding="utf-8")
    assert {room for room in rooms if f"`{room}/`" not in readme} == set()
