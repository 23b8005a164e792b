"""What each command is given: the account, who asks, the clock. A test gives its own."""

import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Annotated

import typer

from ops.account import Account
from ops.asking import Asking, ask_on_terminal
from ops.screen import Screen
from restoration.adapters.s3.journal import OperationJournal
from restoration.clock import utc_now

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]


@dataclass
class Tools:
    """What a command works with.

    Parameters
    ----------
    ask
        Shows a question and returns what was typed. None where nobody can be asked.
    """

    account: Account
    clock: Callable[[], datetime] = utc_now
    ask: Callable[[str], str] | None = field(default_factory=lambda: ask_on_terminal if sys.stdin.isatty() else None)

    def screen(self, *, as_json: bool = False) -> Screen:
        return Screen(as_json=as_json)

    @property
    def journal(self) -> OperationJournal:
        return OperationJournal(self.account.client("s3"), self.account.operations_bucket)

    @property
    def asking(self) -> Asking:
        return Asking(self.journal, lambda: self.account.who, self.clock, self.ask)


def tools_of(context: typer.Context) -> Tools:
    """The tools that the application has put into a command's context."""
    tools = context.obj
    if not isinstance(tools, Tools):
        raise TypeError("a command is run by ops.app, which gives it its tools")
    return tools
