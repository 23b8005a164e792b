"""``make explain`` and ``make replay``: what was decided, and what a changed table would decide."""

from collections.abc import Mapping
from itertools import groupby
from pathlib import Path
from shlex import quote
from typing import Annotated, Any

import typer
from rich.text import Text

from local.decision_tools.commands import options
from local.decision_tools.replays.evidence import weigh
from local.decision_tools.replays.replaying import Comparison, replay_kept, replay_rows, require
from local.decision_tools.replays.telling_changes import ChangeTeller
from local.decision_tools.scenarios.books import Tables, read_book
from local.decision_tools.sheets.inputs_csv import read_rows, write_rows
from local.decision_tools.tables.edits import Edits
from local.kept_file import read_file
from ops.decisions.explaining import explained
from ops.decisions.summing_up import sum_up
from ops.decisions.versions import Library
from record.cases.failures import NothingFound

commands = typer.Typer()


@commands.command()
def explain(
    case: Annotated[str, typer.Argument(help="The limitation's id, its contract or its point.")],
    long: Annotated[bool, typer.Option("--long", help="The inputs, the rule of each table, and versions.")] = False,
    kept: options.Kept = options.KEPT,
) -> None:
    """Print the decisions of a case with their tables; those in an account are told by ``ops explain``."""
    screen, everything = options.console(), read_file(kept)
    mine = [it for it in everything if case in {it.limitation_id, it.contract_id, it.point_id}]
    if not mine:
        known = ", ".join(sorted({it.limitation_id for it in everything}))
        raise NothingFound(f"{kept} ne garde aucune décision de « {case} » ; on y trouve : {known}")
    for name, found in groupby(mine, key=lambda it: it.limitation_id):
        if long:
            screen.print(explained(name, list(found), Library()))
        else:
            sum_up(screen, name, list(found), Library(), more=f"make explain CASE={name} LONG=1")


@commands.command()
def replay(
    decision: options.Decision,
    changed: Annotated[Path, typer.Argument(help="The changed .dmn file.")],
    days: Annotated[int | None, typer.Option(help="Only decisions of so many days before the newest one.")] = None,
    csv: Annotated[Path | None, typer.Option(help="Inputs to decide with both tables.")] = None,
    kept: options.Kept = options.KEPT,
    table: options.Table = "",
    region: options.Region = options.REGION,
) -> None:
    """List the cases that a changed table would decide differently."""
    screen, (path, current) = options.console(), Library().current(decision)
    if not changed.is_file():
        raise NothingFound(f"{changed} n'existe pas")
    edits = Edits(path.read_bytes(), changed.read_bytes(), changed.name)
    require(edits.after, decision)
    comparison: Comparison | None = None
    bases: list[Mapping[str, Any]] = []
    if csv is not None:
        rows = read_rows(csv, decision, edits.after, current)
        comparison = replay_rows(rows, decision, current, edits.after)
        bases = [inputs for _, inputs in rows]
    else:
        try:
            decided = options.kept_decisions(kept, table, region, days)
            bases = [it.inputs for it in decided if it.decision == decision and it.inputs is not None]
            comparison = replay_kept(decided, decision, edits.after)
        except NothingFound as error:
            screen.print(Text(f"Rien à rejouer : {error}", style="yellow"), soft_wrap=True)
    bases += [it.inputs for it in read_book(path.stem, Tables()).scenarios]
    teller = ChangeTeller(screen, current, edits.after)
    if comparison is not None:
        teller.tell(comparison)
    teller.tell_evidence(weigh(edits, decision, comparison.cases if comparison else (), bases))


@commands.command()
def sheet(decision: options.Decision, csv: Annotated[Path, typer.Argument(help="The file to write.")]) -> None:
    """Write a spreadsheet of cases to change, for replay --csv."""
    path, model = Library().current(decision)
    cases = {it.name: it.inputs for it in read_book(path.stem, Tables()).scenarios}
    write_rows(csv, decision, model, cases)
    options.console().print(
        f"{csv} : les {len(cases)} cas écrits, avec toutes leurs données. En garder, en changer, puis : make "
        f"replay DECISION={decision} WITH=ma-table.dmn CSV={quote(str(csv))}",
        markup=False,
        soft_wrap=True,
    )
