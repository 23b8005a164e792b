"""The rows of the preflight, and the table that shows them."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from rich.text import Text

from ops.screen import Screen


class State(StrEnum):
    """How a row stands."""

    OK = "ok"
    TO_DO = "to do"
    LATER = "later"
    """It can't be looked at before something else is there."""


@dataclass(frozen=True, slots=True)
class Row:
    """One thing that has to be right: what was found, and the commands or words that put it right."""

    what: str
    state: State
    found: str
    to_do: tuple[str, ...] = ()


def to_do(what: str, found: str, *steps: str) -> Row:
    return Row(what, State.TO_DO, found, steps)


def judged(what: str, found: str, *steps: str, is_right: object) -> Row:
    """A row that is ok, or has these steps."""
    return Row(what, State.OK, found) if is_right else to_do(what, found, *steps)


def show(rows: Sequence[Row], screen: Screen) -> None:
    """Print the table, then what to do. Commands are printed whole, so that they can be copied."""
    screen.rows(("What", "State", "Found"), [(row.what, row.state, row.found) for row in rows])
    screen.say()
    open_rows = [row for row in rows if row.state is State.TO_DO]
    if not open_rows:
        waits = any(row.state is State.LATER for row in rows)
        screen.say("Good: nothing is to do." + (" Run it again after the deployment." if waits else ""))
        return
    screen.say("To do, in this order:")
    for number, row in enumerate(open_rows, 1):
        for line in (f"{number}. {row.what}", *(f"   {step}" for step in row.to_do)):
            screen.console.print(Text(line), soft_wrap=True)
