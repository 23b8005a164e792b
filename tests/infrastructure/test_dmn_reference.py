"""The engine's reference is written from its docstrings. The wheel has none, so its own tests lack this one."""

import subprocess
import sys

from tests.infrastructure.templates import ROOT


def test_reference_is_what_the_package_says_of_itself() -> None:
    command = [sys.executable, str(ROOT / "packages" / "dmn" / "docs" / "build.py"), "--check"]
    assert subprocess.run(command, check=False).returncode == 0, "run python packages/dmn/docs/build.py"  # noqa: S603
