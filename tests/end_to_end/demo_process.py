"""The demo as a process of its own."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from local.stage import ROOT

LONGEST_SECONDS = 480
DEMO_TIMEOUT = pytest.mark.timeout(LONGEST_SECONDS + 30)


class DemoRun(NamedTuple):
    """What a run of the demo left: its exit code, what it printed, and its report."""

    code: int
    printed: str
    report: dict[str, Any]


def demo(report: Path, *arguments: str) -> DemoRun:
    """Run the demo."""
    ended = subprocess.run(  # noqa: S603 - our own module
        [sys.executable, "-m", "local.demo", "--report", str(report), *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=LONGEST_SECONDS,
        check=False,
    )
    found = json.loads(report.read_text(encoding="utf-8")) if report.exists() else {}
    return DemoRun(ended.returncode, ended.stdout + ended.stderr, found)
