"""``make decisions``: the analysis of the tables."""

from pathlib import Path
from typing import Annotated

import typer

from local.decision_tools.commands.options import console
from local.decision_tools.publishing.press import Press
from local.decision_tools.tables import checking
from ops.decisions.tables import DECISIONS
from restoration.clock import paris_date, utc_now

commands = typer.Typer()


@commands.command()
def check(files: Annotated[list[Path] | None, typer.Argument(help="Default: the project's.")] = None) -> None:
    """Analyse the tables; exit 1 when one has an error."""
    screen = console()
    checked = checking.check_files(files or sorted(DECISIONS.glob("*.dmn")), whole=not files)
    checking.tell(screen, checked)
    unapproved = [] if files else Press(today=paris_date(utc_now())).unapproved()
    for says in unapproved:
        screen.print(f"erreur : {says}", style="bold red", soft_wrap=True, markup=False)
    if checked.errors or unapproved:
        raise typer.Exit(1)
