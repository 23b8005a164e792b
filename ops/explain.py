"""``ops explain``: why a case went as it did, table by table. For business, so in French."""

from typing import Annotated

import typer

import dmn
from ops.cases.finding import find
from ops.decisions.explaining import Explainer
from ops.decisions.failures import DecisionToolError
from ops.decisions.keeping import read_table
from ops.decisions.versions import Library
from ops.failures import NothingFound, OpsError
from ops.tools import tools_of

commands = typer.Typer()


@commands.command("explain")
def explain(
    context: typer.Context,
    case: Annotated[str, typer.Argument(help="A limitation, contract, point, customer or execution.")],
    every_rule: Annotated[bool, typer.Option("--every-rule", help="Also show the rules that did not match.")] = False,
) -> None:
    """Show why a case went as it did: each decision, the rules that matched, on what grounds (in French)."""
    tools = tools_of(context)
    screen = tools.screen()
    for limitation_id in find(tools.account, case).limitation_ids:
        try:
            kept = read_table(tools.account.client("dynamodb"), tools.account.name("decisions"), limitation_id)
            if not kept:
                raise NothingFound(f"No decision about {limitation_id} is kept: none was made, or five years ago.")
            Explainer(screen.console, Library(), short=not every_rule).explain(limitation_id, kept)
        except (DecisionToolError, dmn.DmnError) as error:
            raise OpsError(str(error)) from error
