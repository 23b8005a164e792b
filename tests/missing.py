"""What a test does without a tool that only an administrator can install: skip on a developer's machine, fail in CI."""

import os
from typing import NoReturn

import pytest


def do_without(reason: str) -> NoReturn:
    """Skip the test that asks, and say how to get what is missing; in CI fail, since there nothing is ever to miss."""
    if os.environ.get("CI"):
        pytest.fail(reason)
    pytest.skip(reason)  # only root can install by apt what is missing; CI can, and fails above
