"""ops check: of some cases, or of all, and never of all by a slip."""

from typing import Any

import pytest
from typer.testing import CliRunner

from ops.app import app
from ops.failures import WrongRequest
from ops.tools import Tools


@pytest.mark.parametrize("arguments", [(), ("LIM-000001", "--all")])
def test_check_is_of_some_cases_or_of_all(arguments: tuple[str, ...]) -> None:
    nobody: Any = None
    ran = CliRunner().invoke(app, ["check", *arguments, "--reason", "x", "--yes"], obj=Tools(account=nobody, ask=None))
    assert isinstance(ran.exception, WrongRequest)
