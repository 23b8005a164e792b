"""Tools that only npm has: where they are, and what a test does without them."""

import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
MODULES = ROOT / "node_modules"


def need(package: str) -> str:
    """The path of ``node``; where it or the package is missing, the test fails and says how to get them."""
    node = shutil.which("node")
    there = node and (MODULES / package / "package.json").is_file()
    assert there, f"{package} needs Node 20 and npm: `apt-get install nodejs npm`, then `make setup-node`"
    return str(node)


def read(package: str, script: str, *files: Path) -> Any:
    """What a script of ours finds in files with a package of npm."""
    command = [need(package), str(ROOT / "scripts" / script), *map(str, files)]
    outcome = subprocess.run(command, capture_output=True, text=True, check=False, timeout=60)  # noqa: S603 - a script of ours
    assert outcome.returncode == 0, outcome.stderr
    return json.loads(outcome.stdout)
