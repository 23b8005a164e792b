"""``make rules`` and its like: from a draft to a table that counts."""

from pathlib import Path
from typing import Annotated

import typer
from rich.text import Text

from local.decision_tools.commands import options
from local.decision_tools.pages.documents import is_withdrawn
from local.decision_tools.publishing.approving import Approval, go_back
from local.decision_tools.publishing.press import Press, Request
from local.decision_tools.publishing.signing import SIGNERS, add_signer
from ops.decisions.tables import ROOT
from record.cases.failures import NothingFound
from record.formats import day_of
from restoration.adapters.dmn.publications import in_force
from restoration.clock import paris_date, utc_now

OWN_KEY = Path("~/.ssh/id_ed25519")

File = Annotated[str, typer.Argument(help="The name of the file without its ending, such as coverage.")]
By = Annotated[str, typer.Option(help="Who signs it, as allowed_signers names them.")]
Key = Annotated[Path, typer.Option(help="Their private key.")]
Why = Annotated[str, typer.Option(help="Why.")]

commands = typer.Typer()


@commands.command()
def rules() -> None:
    """List which version of each table counts, and from when."""
    screen, today = options.console(), paris_date(utc_now())
    press = Press(today=today)
    for name, publications in press.publications().items():
        counting, signed = in_force(publications, today), press.signatures(name)
        for place, publication in enumerate(publications, 1):
            mark = "▶" if publication is counting else " "
            since = f"du {day_of(publication.since)}" if publication.since else "depuis le début"
            since += ", retirée" if is_withdrawn(publication, publications[place:]) else ""
            approved = day_of(publication.approved_on) if publication.approved_on else "jamais"
            told = f"{mark} {name}.dmn {publication.version}, {since} ; enregistrée le {approved}, approuvée par "
            screen.print(Text(f"{told}{signed[place - 1]} : {publication.why}"), soft_wrap=True)
    for says in press.unapproved():
        screen.print(Text(f"! {says}", style="yellow"), soft_wrap=True)
    screen.print("▶ : compte aujourd'hui. Publier un brouillon : make rules-approve ; revenir : make rules-back")


@commands.command()
def approve(
    file: File,
    draft: Annotated[Path, typer.Argument(help="The draft, a .dmn file.")],
    since: Annotated[str, typer.Option(help="First business date, such as 2027-01-01.")],
    accept: Annotated[str, typer.Option(help="The name of what is meant, or a file with one name a line.")] = "",
    by: By = "",
    key: Key = OWN_KEY,
    why: Why = "",
    kept: options.Kept = options.KEPT,
    table: options.Table = "",
    region: options.Region = options.REGION,
) -> None:
    """Make a draft count from a date on."""
    request = Request(file, draft, options.day_or_today(since), by, why, key.expanduser(), accept)
    try:
        decided = options.kept_decisions(kept, table, region, options.DAYS)
    except NothingFound:
        decided = []
    if not Approval(options.console(), request, paris_date(utc_now()), decided).run():
        raise typer.Exit(1)


@commands.command()
def sign(file: File, by: By = "", key: Key = OWN_KEY) -> None:
    """Sign a publication as its second person."""
    screen, press = options.console(), Press(today=paris_date(utc_now()))
    screen.print(press.statement(file), markup=False, soft_wrap=True)
    missing = press.countersign(file, by, key.expanduser())
    for says in missing:
        screen.print(f"Signée ; mais {says}", markup=False, soft_wrap=True, style="yellow")
    if not missing:
        screen.print("Signée. Il reste une fusion dans main, puis le déploiement.")


@commands.command()
def signer(
    name: Annotated[str, typer.Argument(help="Without a space, such as anne.martin.")],
    role: Annotated[str, typer.Argument(help="metier or juridique")],
    key: Annotated[Path, typer.Argument(help="The public key, a .pub file.")],
) -> None:
    """Let somebody sign in a role."""
    add_signer(name, role, key.expanduser())
    options.console().print(f"{name} peut signer ({role}), une fois {SIGNERS.relative_to(ROOT)} fusionné.")


@commands.command()
def back(file: File, by: By = "", key: Key = OWN_KEY, why: Why = "") -> None:
    """Return to the version before, from today on."""
    go_back(options.console(), Press(today=paris_date(utc_now())), file, by, why, key.expanduser())
