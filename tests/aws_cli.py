"""The AWS CLI, in a virtual environment of its own."""

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
AWS = ROOT / ".venv-aws" / "bin" / "aws"


def need_aws() -> Path:
    """The path of ``aws``; a test fails without it, since ``make test`` sets it up."""
    if not AWS.is_file():
        pytest.fail("the AWS CLI has a virtual environment of its own: `make setup-aws` sets it up")
    return AWS
