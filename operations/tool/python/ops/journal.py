"""``ops journal``: who changed what, when and why."""

from datetime import timedelta
from typing import Annotated

import typer

from ops.screen import counted, moment
from ops.tools import Showing
from record.domain.journal import Operation, Stage


def show_journal(
    tools: Showing, days: Annotated[int, typer.Option(min=1, max=366, help="How many days back, today included.")] = 7
) -> None:
    """Show who changed what with this tool, when and why."""
    screen = tools.screen
    today = tools.clock().date()
    entries = list(tools.journal.between(today - timedelta(days=days - 1), today))
    screen.json(entries)
    if not entries:
        screen.say(f"Nobody changed anything with this tool in the last {counted(days, 'day')}.")
        return
    operations: dict[str, list[Operation]] = {}
    for entry in entries:  # the first of an operation may have been written before the days that were asked for
        operations.setdefault(entry.id, []).append(entry)
    for first, *others in operations.values():
        last = others[-1] if others else first
        asked = ", ".join(f"{key} {value}" for key, value in first.parameters.items())
        screen.say(f"{moment(first.at)}  {first.by.rpartition('/')[2]}: {first.command}", style="bold")
        if asked:
            screen.say(f"  {asked}")
        screen.say(f"  because: {first.reason}")
        screen.say(f"  → {last.outcome if last.stage is Stage.ENDED else 'begun, and no end is noted'}")
    screen.next("ops journal --json has the whole, with ids and ARNs. CloudTrail has each call.")
