"""``ops journal``: who changed what, when and why."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Annotated

import typer

from ops.screen import moment
from ops.tools import AsJson, tools_of
from record.domain.journal import Operation, Stage

commands = typer.Typer()


@commands.command("journal")
def show_journal(
    context: typer.Context,
    days: Annotated[int, typer.Option(min=1, max=366, help="How many days back, today included.")] = 7,
    as_json: AsJson = False,
) -> None:
    """Show who changed what with this tool, when and why."""
    tools = tools_of(context, as_json=as_json)
    screen = tools.screen
    today = tools.clock().date()
    entries = list(tools.journal.between(today - timedelta(days=days - 1), today))
    screen.json(entries)
    if not entries:
        screen.say(f"Nobody changed anything with this tool in the last {days} days.")
        return
    for each in _whole(entries):
        asked = ", ".join(f"{key} {value}" for key, value in each.begun.parameters.items())
        screen.say(f"{moment(each.begun.at)}  {each.begun.by.rpartition('/')[2]}: {each.begun.command}", style="bold")
        if asked:
            screen.say(f"  {asked}")
        screen.say(f"  because: {each.begun.reason}")
        screen.say(f"  → {each.ended.outcome if each.ended else 'begun, and no end is noted'}")
    screen.next("ops journal --json has the whole, with ids and ARNs. CloudTrail has each call.")


@dataclass(slots=True)
class _Whole:
    """Both entries of an operation."""

    begun: Operation
    ended: Operation | None = None


def _whole(entries: Iterable[Operation]) -> Sequence[_Whole]:
    """Put both entries of each operation together; one may have begun before the days that were asked for."""
    found: dict[str, _Whole] = {}
    for entry in entries:
        if entry.id in found:
            found[entry.id].ended = entry
        else:
            found[entry.id] = _Whole(entry, entry if entry.stage is Stage.ENDED else None)
    return list(found.values())
