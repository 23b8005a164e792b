"""``make explain`` and ``make replay``: what was decided, and what a changed table would decide."""

import argparse
from collections.abc import Mapping
from itertools import groupby
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.text import Text

from local.decision_tools.commands.options import Commands, add_file, add_source, decisions_of_case, kept_decisions
from local.decision_tools.replays.evidence import weigh
from local.decision_tools.replays.replaying import Comparison, replay_csv, replay_kept, require
from local.decision_tools.replays.telling_changes import ChangeTeller
from local.decision_tools.scenarios.books import Tables, read_book
from local.decision_tools.sheets.inputs_csv import read_rows, write_rows
from local.decision_tools.tables.edits import Edits
from ops.decisions.explaining import Explainer
from ops.decisions.summing_up import Summary
from ops.decisions.versions import Library
from record.cases.failures import NothingFound


def add_commands(commands: Commands) -> None:
    explain = commands.add_parser("explain", help="print the decisions of a case with their tables")
    explain.add_argument("case", help="the limitation's id, its contract or its point")
    explain.add_argument("--long", action="store_true", help="the inputs, the rule of each table, and versions")
    explain.set_defaults(run=_explain)
    replay = commands.add_parser("replay", help="list the cases that a changed table would decide differently")
    replay.add_argument("decision", help="its id, such as coverage")
    replay.add_argument("changed", type=Path, help="the changed .dmn file")
    replay.add_argument("--days", type=int, help="only decisions of so many days before the newest one")
    replay.add_argument("--csv", type=Path, help="inputs to decide with the project's table and the changed one")
    replay.set_defaults(run=_replay)
    add_file(explain)
    add_source(replay)
    sheet = commands.add_parser("sheet", help="write a spreadsheet of cases to change, for replay --csv")
    sheet.add_argument("decision", help="its id, such as coverage")
    sheet.add_argument("csv", type=Path, help="the file to write")
    sheet.set_defaults(run=_sheet)


def _explain(console: Console, chosen: argparse.Namespace) -> int:
    for case, found in groupby(decisions_of_case(chosen), key=lambda it: it.limitation_id):
        if chosen.long:
            Explainer(console, Library()).explain(case, list(found))
        else:
            Summary(console, Library()).tell(case, list(found), more=f"make explain CASE={case} LONG=1")
    return 0


def _replay(console: Console, chosen: argparse.Namespace) -> int:
    path, current = Library().current(chosen.decision)
    if not chosen.changed.is_file():
        raise NothingFound(f"{chosen.changed} n'existe pas")
    edits = Edits(path.read_bytes(), chosen.changed.read_bytes(), chosen.changed.name)
    changed = edits.after
    require(changed, chosen.decision)
    comparison: Comparison | None = None
    bases: list[Mapping[str, Any]] = []
    if chosen.csv is not None:
        comparison = replay_csv(chosen.csv, chosen.decision, current, changed)
        bases = [row.inputs for row in read_rows(chosen.csv, chosen.decision, changed, current)]
    else:
        try:
            kept = kept_decisions(chosen, chosen.days)
            bases = [it.inputs for it in kept if it.decision == chosen.decision and it.inputs is not None]
            comparison = replay_kept(kept, chosen.decision, changed)
        except NothingFound as error:
            console.print(Text(f"Rien à rejouer : {error}", style="yellow"), soft_wrap=True)
    bases += [it.inputs for it in read_book(path.stem, Tables()).scenarios]
    teller = ChangeTeller(console, current, changed)
    if comparison is not None:
        teller.tell(comparison)
    teller.tell_evidence(weigh(edits, chosen.decision, comparison.cases if comparison else (), bases))
    return 0


def _sheet(console: Console, chosen: argparse.Namespace) -> int:
    path, model = Library().current(chosen.decision)
    cases = {it.name: it.inputs for it in read_book(path.stem, Tables()).scenarios}
    write_rows(chosen.csv, chosen.decision, model, cases)
    console.print(
        f"{chosen.csv} : les {len(cases)} cas écrits, avec toutes leurs données. En garder, en changer, puis : make "
        f"replay DECISION={chosen.decision} WITH=ma-table.dmn CSV={chosen.csv}",
        markup=False,
        soft_wrap=True,
    )
    return 0
