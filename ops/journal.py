"""``ops journal``: who changed what, when and why."""

from datetime import timedelta
from typing import Annotated

import typer

from ops.screen import moment
from ops.tools import AsJson, tools_of

commands = typer.Typer()


@commands.command("journal")
def show_journal(
    context: typer.Context,
    days: Annotated[int, typer.Option(min=1, max=366, help="How many days back, today included.")] = 7,
    as_json: AsJson = False,
) -> None:
    """Show who changed what with this tool, when and why."""
    tools = tools_of(context)
    screen = tools.screen(as_json=as_json)
    today = tools.clock().date()
    entries = list(tools.journal.between(today - timedelta(days=days - 1), today))
    screen.json(entries)
    if not entries:
        screen.say(f"Nobody changed anything with this tool in the last {days} days.")
        return
    rows = [
        (
            moment(each.at),
            each.by.rpartition("/")[2],
            f"{each.command} {' '.join(f'{key}={value}' for key, value in each.parameters.items())}".strip(),
            each.outcome or f"begun, because: {each.reason}",
        )
        for each in entries
    ]
    screen.rows(("When", "Who", "What", "Outcome"), rows)
    screen.next("ops journal --json has the whole, with ids and ARNs. CloudTrail has each call.")
