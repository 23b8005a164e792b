"""The AWS CLI, in a virtual environment of its own."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.forked import ROOT, forked

AWS = ROOT / ".venv-aws" / "bin" / "aws"
MODULES = ("any_endpoint", "awscli.handlers", "awscli.formatter", "awscli.paramfile")


@contextmanager
def environment_with_aws(folder: Path, config: Path) -> Iterator[dict[str, str]]:
    """An environment in which ``aws`` is found, and knows no account but the one of the file."""
    if not AWS.is_file():
        pytest.fail("the AWS CLI has a virtual environment of its own: `make setup-aws` sets it up")
    with forked(AWS.with_name("python"), "aws", MODULES) as command:
        wrapper = folder / "aws"
        wrapper.write_text(f'#!/bin/sh\nexec {command} "$@"\n', encoding="utf-8")
        wrapper.chmod(0o755)
        others = {key: value for key, value in os.environ.items() if not key.startswith(("AWS_", "PYTHON"))}
        yield others | {
            "PATH": f"{folder}{os.pathsep}{others['PATH']}",
            "AWS_CONFIG_FILE": str(config),
            "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        }
