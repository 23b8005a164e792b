"""``make decision-docs`` and ``rows``: what is written of the tables, and whom each row met."""

import typer

from local.decision_tools.commands.options import DAYS, KEPT, REGION, Kept, Region, Table, console, kept_decisions
from local.decision_tools.pages.rows import tell_rows
from local.decision_tools.pages.writing import write
from ops.decisions.tables import ROOT

commands = typer.Typer()


@commands.command()
def rows(kept: Kept = KEPT, table: Table = "", region: Region = REGION) -> None:
    """List whom each row met in the last 30 days, and its guardians."""
    tell_rows(console(), kept_decisions(kept, table, region, DAYS))


@commands.command()
def document() -> None:
    """Write docs/decisions-tables/ and rule_tables.json from the tables."""
    for path in write():
        console().print(f"{path.relative_to(ROOT)} : {'écrit' if path.exists() else 'supprimé'}")
