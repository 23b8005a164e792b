"""cfn-lint, with the rules for serverless beside its own, finds nothing but what the template excuses with a reason."""

import subprocess
import sys
from pathlib import Path

from tests.infrastructure.templates import ROOT


def test_linter_finds_nothing() -> None:
    command = [
        str(Path(sys.executable).with_name("cfn-lint")),
        "--non-zero-exit-code",
        "informational",
        "template.yaml",
        "-a",
        "cfn_lint_serverless.rules",
    ]
    outcome = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False, timeout=120)  # noqa: S603 - a pinned tool
    assert outcome.returncode == 0, outcome.stdout + outcome.stderr


def test_every_exception_has_its_reason() -> None:
    """Each list of ignored checks begins with a comment that says why."""
    lines = (ROOT / "template.yaml").read_text(encoding="utf-8").splitlines()
    for number, line in enumerate(lines):
        if line.strip() == "ignore_checks:":
            assert lines[number + 1].strip().startswith("# "), f"line {number + 1}"
