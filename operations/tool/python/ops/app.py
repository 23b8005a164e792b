"""The application: its options, and its commands, each registered from the module that has it.

A module of commands has a ``commands = typer.Typer()``. Listed in :data:`COMMANDS` with no name, its commands are the
application's own (``ops switch``); with a name they are a group (``ops letters list``).
"""

from typing import Annotated

import typer

from ops import check, delete_stack, explain, journal, outage, put_back, replay, smoke, stop, switch
from ops.account import DEFAULT_STACK, Account
from ops.cases import listing, showing
from ops.event_log import command as event_log
from ops.letters import commands as letters
from ops.preflight import command as preflight
from ops.redrive import commands as redrive
from ops.tools import Tools
from ops.trace import command as trace

COMMANDS: tuple[tuple[typer.Typer, str | None], ...] = (
    (listing.commands, None),
    (showing.commands, None),
    (explain.commands, None),
    (trace.commands, None),
    (event_log.commands, None),
    (check.commands, None),
    (switch.commands, None),
    (stop.commands, None),
    (outage.commands, None),
    (redrive.commands, "redrive"),
    (journal.commands, None),
    (letters.commands, "letters"),
    (replay.commands, None),
    (put_back.commands, None),
    (preflight.commands, None),
    (smoke.commands, None),
    (delete_stack.commands, None),
)

app = typer.Typer(
    name="ops",
    help="Operations of a restoration stack: see its cases, and change what is to be changed.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    add_completion=False,
)


@app.callback()
def start(
    context: typer.Context,
    profile: Annotated[str | None, typer.Option(envvar="AWS_PROFILE", help="The profile of ~/.aws/config.")] = None,
    region: Annotated[str | None, typer.Option(envvar="AWS_REGION", help="The region; else the profile's.")] = None,
    stack: Annotated[str, typer.Option(envvar="RESTORATION_STACK", help="The stack's name.")] = DEFAULT_STACK,
) -> None:
    """Give each command its tools; a test has given its own."""
    if context.obj is None:
        context.obj = Tools(Account.of_profile(profile, region, stack))


for group, name in COMMANDS:
    app.add_typer(group, name=name)
