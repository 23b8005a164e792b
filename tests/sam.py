"""The SAM CLI, in a virtual environment of its own, and what it has built."""

import fcntl
import os
import subprocess
from pathlib import Path

import pytest

from scripts.finish_layers import finish

ROOT = Path(__file__).resolve().parents[1]
SAM = ROOT / ".venv-sam" / "bin" / "sam"


def sam(*arguments: str, folder: Path = ROOT) -> subprocess.CompletedProcess[str]:
    """Run the SAM CLI in an application's folder, without credentials, telemetry or a look for a newer one."""
    if not SAM.is_file():
        pytest.fail("the SAM CLI has a virtual environment of its own: `make sam-validate` sets it up")
    quiet = {"SAM_CLI_TELEMETRY": "0", "SAM_CLI_CHECK_FOR_UPDATES": "0", "AWS_DEFAULT_REGION": "eu-west-3"}
    environment = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")} | quiet
    return subprocess.run(  # noqa: S603 - a pinned tool on files of the project
        [str(SAM), *arguments], cwd=folder, env=environment, capture_output=True, text=True, check=False, timeout=280
    )


def build_in(folder: Path) -> tuple[str, ...]:
    """Options that keep a build out of .aws-sam, which two builds at once would tear from each other."""
    return ("--no-cached", "--build-dir", str(folder / "build"))


def built_in(folder: Path) -> Path:
    """Build all that is deployed, unless another process has: the core, and within it the others."""
    folder.mkdir(exist_ok=True)
    with (folder / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / "done").exists():
            for application in (".", "operations", "channels"):
                options = "--no-cached", "--build-dir", str(folder / "build" / application)
                outcome = sam("build", *options, folder=ROOT / application)
                assert outcome.returncode == 0, outcome.stderr
                finish(folder / "build" / application)
            (folder / "done").touch()
    return folder / "build"
