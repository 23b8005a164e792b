"""ops journal: both entries of an operation are one."""

import json
from datetime import UTC, datetime

from typer.testing import CliRunner

from ops.account import Account
from ops.app import app
from ops.tools import Tools
from record.domain.journal import Operation, Stage

NOW = datetime(2026, 11, 26, 12, tzinfo=UTC)


def test_operation_is_shown_once_with_its_end(with_bucket: Account) -> None:
    tools = Tools(with_bucket, clock=lambda: NOW, ask=None)
    assert "Nobody changed anything" in CliRunner().invoke(app, ["journal"], obj=tools).output
    for entry in (
        Operation("one", "switch", "arn:x/somebody", NOW, "go-live", {"to": "on"}),
        Operation("one", "switch", "arn:x/somebody", NOW, "go-live", {"to": "on"}, Stage.ENDED, "the switch is on"),
        Operation("two", "stop", "arn:x/another", NOW, "wrong orders", {"to": "off"}),
    ):
        tools.journal.keep(entry)
    assert len(json.loads(CliRunner().invoke(app, ["journal", "--json"], obj=tools).output)) == 3
    shown = CliRunner().invoke(app, ["journal"], obj=tools).output
    assert shown.count("somebody: switch") == shown.count("another: stop") == 1
    assert "  because: go-live\n  → the switch is on\n" in shown
    assert "  because: wrong orders\n  → begun, and no end is noted\n" in shown
