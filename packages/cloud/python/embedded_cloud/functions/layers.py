"""Layers as folders that a worker's import path can name: used in place, or installed once into a cache."""

from __future__ import annotations

import fcntl
import hashlib
import importlib.metadata
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from embedded_cloud.errors import LayerBuildError, TemplateError

if TYPE_CHECKING:
    from collections.abc import Callable

REQUIREMENTS = "requirements.txt"
RUNTIME_DISTRIBUTION = "awslambdaric"


@dataclass(frozen=True)
class Layer:
    """A layer of the template.

    Attributes
    ----------
    folder : Path
        What the template names: with a `python` folder in it, or with a `requirements.txt` that SAM would build.
    """

    folder: Path
    has_requirements: bool

    @classmethod
    def of(cls, folder: Path, build_method: str | None) -> Layer:
        """Look at what the folder has.

        Raises
        ------
        TemplateError
            When it has neither importable files nor requirements.
        """
        if (folder / "python").is_dir():
            return cls(folder, has_requirements=False)
        if build_method and (folder / REQUIREMENTS).is_file():
            return cls(folder, has_requirements=True)
        raise TemplateError(f"{folder} has no python folder, and no {REQUIREMENTS} that a BuildMethod would install")


class LayerCache:
    """Installed layers below a work folder, each under the hash of what it was installed from."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def python_path(self, layer: Layer) -> Path:
        """Give the folder to import from, installing the layer's requirements when they are new.

        Raises
        ------
        LayerBuildError
            When pip fails.
        """
        if not layer.has_requirements:
            return layer.folder / "python"
        requirements = layer.folder / REQUIREMENTS
        key = _hash(sys.version.encode() + b"\0" + requirements.read_bytes())
        target = self._folder / f"{layer.folder.name}-{key}"
        _make(target, lambda building: _install(requirements, building / "python"))
        return target / "python"

    def runtime_path(self) -> Path:
        """Give a folder with Lambda's Python runtime client in it and nothing else of this virtual environment."""
        files = sorted(_runtime_entries())
        key = _hash("\0".join(map(str, files)).encode())
        target = self._folder / f"runtime-{key}"

        def link(building: Path) -> None:
            for file in files:
                (building / file.name).symlink_to(file)

        _make(target, link)
        return target


def _make(target: Path, fill: Callable[[Path], None]) -> None:
    """Make a folder that is not there yet; several test processes may want the same layer at once."""
    if target.is_dir():
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    with target.with_name(f"{target.name}.lock").open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)  # until the file is closed
        if target.is_dir():
            return
        building = Path(tempfile.mkdtemp(dir=target.parent, prefix=f"{target.name}."))
        try:
            fill(building)
            building.rename(target)
        finally:
            shutil.rmtree(building, ignore_errors=True)


def _install(requirements: Path, folder: Path) -> None:
    outcome = subprocess.run(  # noqa: S603 - our own interpreter, on a file of the project
        [
            *(sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check"),
            *("--no-input", "--require-hashes", "--target", str(folder), "-r", str(requirements)),
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    if outcome.returncode:
        raise LayerBuildError(f"pip could not install {requirements}:\n{outcome.stderr.strip()}")


def _runtime_entries() -> set[Path]:
    """Top-level files and folders of the runtime client and of what it requires, where they are installed."""
    entries: set[Path] = set()
    seen: set[str] = set()
    wanted = [RUNTIME_DISTRIBUTION]
    while wanted:
        name = wanted.pop()
        if name in seen:
            continue
        seen.add(name)
        distribution = importlib.metadata.distribution(name)
        for file in distribution.files or ():
            top = file.parts[0]
            if not top.startswith("..") and not top.endswith(".dist-info") and top != "__pycache__":
                entries.add(Path(str(distribution.locate_file(top))))
        required = [item for item in distribution.requires or () if ";" not in item]
        wanted += [re.split(r"[^A-Za-z0-9._-]", item)[0] for item in required]
    return entries


def _hash(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()[:16]
