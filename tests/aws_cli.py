"""The AWS CLI, in a virtual environment of its own."""

import os
import shlex
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
AWS = ROOT / ".venv-aws" / "bin" / "aws"


def need_aws() -> Path:
    """The path of ``aws``; a test fails without it, since ``make test`` sets it up."""
    if not AWS.is_file():
        pytest.fail("the AWS CLI has a virtual environment of its own: `make setup-aws` sets it up")
    return AWS


def environment_with_aws(folder: Path, endpoint_url: str, config: Path) -> dict[str, str]:
    """An environment in which ``aws`` is found, and knows no account but the one of the file.

    Version 1 of the CLI sends SQS's calls to an address of its own, whatever the file says, unless the command names
    another; version 2 does not.
    """
    real = shlex.quote(str(need_aws()))
    wrapper = folder / "aws"
    wrapper.write_text(
        f'#!/bin/sh\n[ "$1" = sqs ] && set -- --endpoint-url {shlex.quote(endpoint_url)} "$@"\nexec {real} "$@"\n',
        encoding="utf-8",
    )
    wrapper.chmod(0o755)
    others = {key: value for key, value in os.environ.items() if not key.startswith(("AWS_", "PYTHON"))}
    return others | {
        "PATH": f"{folder}{os.pathsep}{others['PATH']}",
        "AWS_CONFIG_FILE": str(config),
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
    }
