"""``ops preflight``: is everything there that a deployment needs? Read-only, before it and after."""

from typing import Annotated

import typer

from ops.preflight.look import Look, State, show
from ops.tools import EnvironmentName, Tools, at_environment


def preflight(
    tools: Tools,
    context: typer.Context,
    environment: EnvironmentName,
    cases: Annotated[int, typer.Option(min=1, help="Limited customers who pay a day.")] = 10_000,
) -> None:
    """Say what an account and a stack still lack, with the command for each; exit 1 if something is to do."""
    from ops.preflight.checks import rows  # noqa: PLC0415 - what talks to the partners takes half a second

    tools, chosen = at_environment(tools, context, environment)
    found = list(rows(Look(chosen, tools.account, cases)))
    show(found, tools.screen)
    if any(row.state is State.TO_DO for row in found):
        raise typer.Exit(1)
