"""The layer as it is built, by a Python of the right version; tests of what SAM builds look at its byte code."""

from __future__ import annotations

import pathlib
import shutil
import subprocess
import sys

import pytest

LAYER = pathlib.Path(__file__).resolve().parents[3] / "packages" / "dmn"

pytestmark = pytest.mark.skipif(
    shutil.which("make") is None or not LAYER.is_dir(), reason="the layer is built in the repository, by make"
)


def build(folder: pathlib.Path, *settings: str) -> subprocess.CompletedProcess[str]:
    command = ["make", "--silent", "-C", str(LAYER), "build-DmnLayer", f"ARTIFACTS_DIR={folder}", *settings]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)  # noqa: S603 - our own file


def test_layer_has_no_tool_and_none_is_missed(tmp_path: pathlib.Path) -> None:
    assert build(tmp_path).returncode == 0
    built = tmp_path / "python"
    modules = [".".join(path.relative_to(built).with_suffix("").parts) for path in built.rglob("*.py")]
    code = f"import {', '.join(modules)}; assert dmn.__file__.startswith({str(built)!r})"
    assert not [each for each in modules if "tools" in each]
    subprocess.run([sys.executable, "-c", code], cwd=built, check=True, timeout=60)  # noqa: S603 - our own modules


def test_another_python_is_refused_by_name(tmp_path: pathlib.Path) -> None:
    other = tmp_path / "python3.12"
    other.write_text("#!/bin/sh\necho cpython-312\n")
    other.chmod(0o755)
    target = tmp_path / "artifacts"
    target.mkdir()
    outcome = build(target, f"PYTHON={other}")
    assert outcome.returncode != 0
    assert "cpython-313 is needed" in outcome.stderr
    assert "'cpython-312'" in outcome.stderr
    assert not list(target.iterdir())
