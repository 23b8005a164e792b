"""``ops explain``: why a case went as it did, table by table. For business, so in French."""

from typing import Annotated

import typer

from ops.decisions.explaining import explained
from ops.decisions.summing_up import sum_up
from ops.decisions.versions import Library
from ops.tools import Tools
from record.cases.dossier import DossierReader
from record.cases.failures import NothingFound
from record.cases.register import find


def explain(
    tools: Tools,
    case: Annotated[str, typer.Argument(help="A limitation, contract, point, customer or execution.")],
    long: Annotated[bool, typer.Option("--long", help="Show inputs, each table's rule, and versions.")] = False,
) -> None:
    """Show why a case went as it did: each decision, its result, and the rule that decided (in French)."""
    screen = tools.screen
    ids = find(tools.account, case).limitation_ids
    known = {each: kept for each in ids if (kept := DossierReader(tools.account).decisions(each))}
    if not known:
        raise NothingFound(f"No decision about {', '.join(ids)} is kept: none was made, or five years ago.")
    for limitation_id, kept in known.items():
        if long:
            screen.console.print(explained(limitation_id, kept, Library()))
        else:
            sum_up(screen.console, limitation_id, kept, Library(), more=f"ops explain {limitation_id} --long")
