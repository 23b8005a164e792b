"""``make decisions``: the analysis of the tables."""

import argparse
from pathlib import Path

from rich.console import Console

from local.decision_tools.commands.options import Commands
from local.decision_tools.publishing.press import Press
from local.decision_tools.tables import checking
from ops.decisions.tables import DECISIONS
from restoration.clock import paris_date, utc_now


def add_commands(commands: Commands) -> None:
    check = commands.add_parser("check", help="analyse the tables; exit 1 when one has an error")
    check.add_argument("files", nargs="*", type=Path, help="default: the project's")
    check.set_defaults(run=_check)


def _check(console: Console, chosen: argparse.Namespace) -> int:
    checked = checking.check_files(chosen.files or sorted(DECISIONS.glob("*.dmn")), whole=not chosen.files)
    checking.tell(console, checked)
    unapproved = [] if chosen.files else Press(today=paris_date(utc_now())).unapproved()
    for says in unapproved:
        console.print(f"erreur : {says}", style="bold red", soft_wrap=True, markup=False)
    return 1 if checked.errors or unapproved else 0
