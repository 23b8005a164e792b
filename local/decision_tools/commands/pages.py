"""``make decision-docs`` and ``rows``: what is written of the tables, and whom each row met."""

import argparse

from rich.console import Console

from local.decision_tools.commands.options import DAYS, Commands, add_source, kept_decisions
from local.decision_tools.pages.documents import write_documents
from local.decision_tools.pages.figures import write_figures
from local.decision_tools.pages.rows import tell_rows
from local.decision_tools.pages.rule_tables import write_summary
from ops.decisions.tables import ROOT


def add_commands(commands: Commands) -> None:
    rows = commands.add_parser("rows", help="list whom each row met in the last 30 days, and its guardians")
    add_source(rows)
    rows.set_defaults(run=_rows)
    document = commands.add_parser("document", help="write docs/decisions-tables/ and rule_tables.json from the tables")
    document.set_defaults(run=_document)


def _rows(console: Console, chosen: argparse.Namespace) -> int:
    tell_rows(console, kept_decisions(chosen, DAYS))
    return 0


def _document(console: Console, _: argparse.Namespace) -> int:
    for path in (*write_documents(), *write_summary(), *write_figures()):
        console.print(f"{path.relative_to(ROOT)} : {'écrit' if path.exists() else 'supprimé'}")
    return 0
