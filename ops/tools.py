"""What each command is given: the account, who asks, the clock. A test gives its own."""

import sys
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Annotated

import typer

from ops.account import Account
from ops.asking import Asking, ask_on_terminal
from ops.entries import OperationJournal
from ops.environments import Environment, read_environment
from ops.failures import WrongRequest
from ops.screen import Screen
from restoration.clock import utc_now

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of text.")]
EnvironmentName = Annotated[
    str, typer.Argument(metavar="ENVIRONMENT", help="dev, staging or prod of samconfig.toml.", show_default=False)
]


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


def at_environment(context: typer.Context, name: str) -> tuple[Tools, Environment]:
    """The tools for the stack of an environment. samconfig.toml names its stack and its region.

    Raises
    ------
    EnvironmentsError
        When there is no such environment.
    WrongRequest
        When the command line names another stack.
    """
    tools, environment, root = tools_of(context), read_environment(name), context.find_root()
    is_typed = str(root.get_parameter_source("stack")) == "ParameterSource.COMMANDLINE"
    if is_typed and root.params["stack"] != environment.stack_name:
        raise WrongRequest(
            f"Nothing was done: the stack of {name} is {environment.stack_name}, and --stack names"
            f" {root.params['stack']}. Leave --stack out."
        )
    return replace(tools, account=tools.account.elsewhere(environment.stack_name, environment.region)), environment
