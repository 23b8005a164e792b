"""The application: its options, and its commands, each from the module that has it."""

from collections.abc import Callable, Mapping
from typing import Annotated

import typer

from ops import check, delete_stack, explain, journal, outage, put_back, replay, smoke, stop, switch
from ops.account import DEFAULT_STACK, Account
from ops.cases import listing, showing
from ops.event_log import command as event_log
from ops.letters import commands as letters
from ops.preflight import command as preflight
from ops.redrive import commands as redrive
from ops.tools import Tools, with_tools
from ops.trace import command as trace

COMMANDS: Mapping[str, Callable[..., None]] = {
    "cases": listing.list_cases,
    "case": showing.show_case,
    "explain": explain.explain,
    "trace": trace.trace,
    "event-log": event_log.event_log,
    "check": check.check,
    "switch": switch.switch,
    "stop": stop.stop,
    "outage": outage.outage,
    "journal": journal.show_journal,
    "replay": replay.replay,
    "put-back": put_back.put_back,
    "preflight": preflight.preflight,
    "smoke": smoke.smoke,
    "delete-stack": delete_stack.delete_stack,
}

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


for name, run in COMMANDS.items():
    app.command(name, epilog=smoke.EPILOG if run is smoke.smoke else None)(with_tools(run))
app.add_typer(redrive.commands, name="redrive")
app.add_typer(letters.commands, name="letters")
