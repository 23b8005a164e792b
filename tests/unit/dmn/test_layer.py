"""The layer as it is built: byte code that Lambda's read-only folder uses as it is."""

from __future__ import annotations

import importlib.util
import marshal
import pathlib
import shutil
import subprocess
import sys

import pytest

LAYER = pathlib.Path(__file__).resolve().parents[3] / "packages" / "dmn"
UNCHECKED_HASH = 0b01
HEADER = 16  # magic number, flags, hash of the source (PEP 552)

pytestmark = pytest.mark.skipif(
    shutil.which("make") is None or not LAYER.is_dir(), reason="the layer is built in the repository, by make"
)


def build(folder: pathlib.Path, *settings: str) -> subprocess.CompletedProcess[str]:
    command = ["make", "--silent", "-C", str(LAYER), "build-DmnLayer", f"ARTIFACTS_DIR={folder}", *settings]
    return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)  # noqa: S603 - our own file


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> pathlib.Path:
    folder = tmp_path_factory.mktemp("layer")
    outcome = build(folder)
    assert outcome.returncode == 0, outcome.stderr
    return folder / "python"


def test_each_module_has_byte_code_that_is_used_unchecked(built: pathlib.Path) -> None:
    for source in sorted(path.relative_to(built) for path in built.rglob("*.py")):
        code = pathlib.Path(importlib.util.cache_from_source(str(built / source))).read_bytes()
        assert code[:4] == importlib.util.MAGIC_NUMBER
        assert int.from_bytes(code[4:8], "little") == UNCHECKED_HASH
        assert marshal.loads(code[HEADER:]).co_filename == f"/opt/python/{source}"  # noqa: S302 - just built


def test_layer_has_no_tool_and_none_is_missed(built: pathlib.Path) -> None:
    modules = [".".join(path.relative_to(built).with_suffix("").parts) for path in built.rglob("*.py")]
    code = f"import {', '.join(modules)}; assert dmn.__file__.startswith({str(built)!r})"
    assert not [each for each in modules if "tools" in each or "printing" in each]
    subprocess.run([sys.executable, "-c", code], cwd=built, check=True, timeout=60)  # noqa: S603 - our own modules


def test_nothing_else_is_in_the_layer(built: pathlib.Path) -> None:
    kinds = {path.suffix or path.name for path in built.rglob("*") if path.is_file()}
    assert kinds == {".py", ".pyc", ".typed"}


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
