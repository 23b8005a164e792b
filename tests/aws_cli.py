"""The AWS CLI, in a virtual environment of its own."""

import os
import shlex
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

ROOT = Path(__file__).resolve().parents[1]
AWS = ROOT / ".venv-aws" / "bin" / "aws"
FORKS = Path(__file__).with_name("aws_forks.py")
START_SECONDS = 60


def need_aws() -> Path:
    """The path of ``aws``; a test fails without it, since ``make test`` sets it up."""
    if not AWS.is_file():
        pytest.fail("the AWS CLI has a virtual environment of its own: `make setup-aws` sets it up")
    return AWS


@contextmanager
def environment_with_aws(folder: Path, endpoint_url: str, config: Path) -> Iterator[dict[str, str]]:
    """An environment in which ``aws`` is found, and knows no account but the one of the file.

    A page of the runbook has dozens of commands, and nearly all time of each goes into its imports. So one process
    has imported the CLI, and each command is forked from it.

    Version 1 of the CLI sends SQS's calls to an address of its own, whatever the file says, unless the command names
    another; version 2 does not.
    """
    python = need_aws().with_name("python")
    # The address of a socket has 108 characters at most, and the tests' own folders are longer at times.
    with TemporaryDirectory() as short:
        address = Path(short) / "aws"
        with subprocess.Popen([python, FORKS, "serve", address], stdin=subprocess.DEVNULL) as server:  # noqa: S603
            try:
                _wait_for(address, server)
                client = shlex.join([sys.executable, "-I", "-S", str(FORKS), "run", str(address)])
                wrapper = folder / "aws"
                wrapper.write_text(
                    f"#!/bin/sh\n"
                    f'[ "$1" = sqs ] && set -- --endpoint-url {shlex.quote(endpoint_url)} "$@"\n'
                    f'exec {client} "$@"\n',
                    encoding="utf-8",
                )
                wrapper.chmod(0o755)
                others = {key: value for key, value in os.environ.items() if not key.startswith(("AWS_", "PYTHON"))}
                yield others | {
                    "PATH": f"{folder}{os.pathsep}{others['PATH']}",
                    "AWS_CONFIG_FILE": str(config),
                    "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
                }
            finally:
                server.kill()


def _wait_for(address: Path, server: subprocess.Popen[bytes]) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not address.exists():
        if server.poll() is not None or time.monotonic() > deadline:
            pytest.fail(f"the AWS CLI was not imported within {START_SECONDS} s")
        time.sleep(0.05)
