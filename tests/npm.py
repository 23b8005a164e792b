"""Tools that only npm has: where they are, and what a test does without them."""

import os
import shutil
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
MODULES = ROOT / "node_modules"


def need(package: str) -> str:
    """The path of ``node``, once it and the package are there.

    Without them a test is skipped with the way to get them; in CI it fails, since there they are never to miss.
    """
    node = shutil.which("node")
    if node and (MODULES / package / "package.json").is_file():
        return node
    missing = f"{package} needs Node 20 and npm: `apt-get install nodejs npm`, then `make node_modules`"
    if os.environ.get("CI"):
        pytest.fail(missing)
    # A reason to skip: make installs Node only as root, and a developer may not be root. CI never comes here.
    pytest.skip(reason=missing)
