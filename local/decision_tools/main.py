"""The command line: analyse, play and publish the decision tables, and explain what they decided."""

import argparse
import os
from collections.abc import Sequence

from botocore.exceptions import BotoCoreError, ClientError
from rich.console import Console

import dmn
from local.decision_tools.commands import pages, publishing, replays, scenarios, tables
from local.decision_tools.tables.finding_words import fault_in_words
from local.stories.reading import UnreadableStory
from record.cases.failures import CaseError
from restoration.errors import InvalidConfiguration

_PLAIN_WIDTH = 140
_REFUSED = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; 0 when all is well, 1 when a table has an error, 2 when the command can't run."""
    parser = argparse.ArgumentParser(prog="decision_tools", description=__doc__)
    commands = parser.add_subparsers(required=True)
    for room in (tables, replays, scenarios, pages, publishing):
        room.add_commands(commands)
    chosen = parser.parse_args(arguments)
    console = _console()
    try:
        return int(chosen.run(console, chosen))
    except dmn.DmnError as error:
        console.print(f"erreur : {fault_in_words(error)}", style="red", markup=False, soft_wrap=True)
    except (CaseError, InvalidConfiguration, UnreadableStory) as error:
        console.print(f"erreur : {error}", style="red", markup=False, soft_wrap=True)
    except (BotoCoreError, ClientError) as error:
        console.print(f"erreur : table {chosen.table} : {error}", style="red", markup=False, soft_wrap=True)
    return _REFUSED


def _console() -> Console:
    """Colours and the terminal's width; without a terminal, plain text wide enough for the tables."""
    console = Console(highlight=False)
    if console.is_terminal:
        return console
    width = int(os.environ.get("COLUMNS", _PLAIN_WIDTH))
    return Console(highlight=False, no_color=True, force_terminal=False, width=width)
