"""The command line: analyse, play and publish the decision tables, and explain what they decided."""

import sys
from collections.abc import Sequence

import typer

import dmn
from local.decision_tools.commands import options, publishing, replays, tables
from local.decision_tools.tables.finding_words import fault_in_words
from local.stories.reading import UnreadableStory
from record.cases.failures import CaseError
from restoration.errors import InvalidConfiguration

_REFUSED = 2

app = typer.Typer(
    help=__doc__,
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
    add_completion=False,
)
for room in (tables, replays, publishing):
    app.add_typer(room.commands)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; 0 when all is well, 1 when a table has an error, 2 when the command can't run."""
    try:
        app(arguments)
    except dmn.DmnError as error:
        told = fault_in_words(error)
    except SystemExit as ended:
        return int(ended.code or 0)
    except (CaseError, InvalidConfiguration, UnreadableStory) as error:
        told = str(error)
    options.console().print(f"erreur : {told}", style="red", markup=False, soft_wrap=True)
    return _REFUSED


if __name__ == "__main__":
    sys.exit(main())
