"""What a test does without a tool that only an administrator can install: skip on a developer's machine, fail in CI."""

import os
from typing import NoReturn

import pytest


def do_without(reason: str) -> NoReturn:
    """Skip the test that asks, and say how to get what is missing; in CI fail, since there nothing is ever to miss."""
    if os.environ.get("CI"):
        pytest.fail(reason)
    why = f"npm, Node, Chromium and ssh-keygen come by apt alone, which needs root: {reason}"
    pytest.skip(reason=why)  # only root can install it, and the other tests need none of it; in CI the line above fails
