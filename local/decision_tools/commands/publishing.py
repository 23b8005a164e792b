"""``make rules`` and its like: from a draft to a table that counts."""

import argparse
from pathlib import Path

from rich.console import Console
from rich.text import Text

from local.decision_tools.commands.options import DAYS, Commands, add_source, kept_decisions, since_of
from local.decision_tools.pages.documents import is_withdrawn
from local.decision_tools.publishing.approving import Approval, Request, go_back
from local.decision_tools.publishing.press import Press
from local.decision_tools.publishing.signing import SIGNERS, add_signer
from ops.decisions.tables import ROOT
from record.cases.failures import NothingFound
from record.formats import day_of
from restoration.adapters.dmn.publications import in_force
from restoration.clock import paris_date, utc_now

OWN_KEY = Path("~/.ssh/id_ed25519")


def add_commands(commands: Commands) -> None:
    rules = commands.add_parser("rules", help="list which version of each table counts, and from when")
    rules.set_defaults(run=_rules)
    approve = commands.add_parser("approve", help="make a draft count from a date on")
    approve.add_argument("file", help="the name of the file without its ending, such as coverage")
    approve.add_argument("draft", type=Path, help="the draft, a .dmn file")
    approve.add_argument("--since", required=True, help="first business date: 2027-01-01, or 01/01/2027")
    approve.add_argument("--accept", default="", help="the name of what is meant, or a file with one name a line")
    add_source(approve)
    approve.set_defaults(run=_approve)
    countersign = commands.add_parser("sign", help="sign a publication as its second person")
    countersign.add_argument("file", help="the name of the file without its ending, such as coverage")
    countersign.set_defaults(run=_sign)
    signer = commands.add_parser("signer", help="let somebody sign in a role")
    signer.add_argument("name", help="without a space, such as anne.martin")
    signer.add_argument("role", help="metier or juridique")
    signer.add_argument("key", type=Path, help="the public key, a .pub file")
    signer.set_defaults(run=_signer)
    back = commands.add_parser("back", help="return to the version before, from today on")
    back.add_argument("file", help="the name of the file without its ending, such as coverage")
    back.set_defaults(run=_back)
    for publishing in (approve, back, countersign):
        publishing.add_argument("--by", default="", help="who signs it, as allowed_signers names them")
        publishing.add_argument("--key", type=Path, default=OWN_KEY, help=f"their private key (default: {OWN_KEY})")
    for publishing in (approve, back):
        publishing.add_argument("--why", default="", help="why")


def _rules(console: Console, _: argparse.Namespace) -> int:
    today = paris_date(utc_now())
    press = Press(today=paris_date(utc_now()))
    for name, publications in press.publications().items():
        counting, signed = in_force(publications, today), press.signatures(name)
        for place, publication in enumerate(publications, 1):
            mark = "▶" if publication is counting else " "
            since = f"du {day_of(publication.since)}" if publication.since else "depuis le début"
            since += ", retirée" if is_withdrawn(publication, publications[place:]) else ""
            approved = day_of(publication.approved_on) if publication.approved_on else "jamais"
            told = f"{mark} {name}.dmn {publication.version}, {since} ; approuvée le {approved} par "
            console.print(Text(f"{told}{signed[place - 1]} : {publication.why}"), soft_wrap=True)
    for says in press.unapproved():
        console.print(Text(f"! {says}", style="yellow"), soft_wrap=True)
    console.print("▶ : compte aujourd'hui. Publier un brouillon : make rules-approve ; revenir : make rules-back")
    return 0


def _approve(console: Console, chosen: argparse.Namespace) -> int:
    request = Request(
        chosen.file,
        chosen.draft,
        since_of(chosen),
        chosen.by,
        chosen.why,
        chosen.key.expanduser(),
        chosen.accept,
    )
    try:
        kept = kept_decisions(chosen, DAYS)
    except NothingFound:
        kept = []
    return 0 if Approval(console, request, paris_date(utc_now()), kept).run() else 1


def _sign(console: Console, chosen: argparse.Namespace) -> int:
    press = Press(today=paris_date(utc_now()))
    console.print(press.statement(chosen.file), markup=False, soft_wrap=True)
    missing = press.countersign(chosen.file, chosen.by, chosen.key.expanduser())
    for says in missing:
        console.print(f"Signée ; mais {says}", markup=False, soft_wrap=True, style="yellow")
    if not missing:
        console.print("Signée. Il reste une fusion dans main, puis le déploiement.")
    return 0


def _signer(console: Console, chosen: argparse.Namespace) -> int:
    add_signer(chosen.name, chosen.role, chosen.key.expanduser())
    console.print(f"{chosen.name} peut signer ({chosen.role}), une fois {SIGNERS.relative_to(ROOT)} fusionné.")
    return 0


def _back(console: Console, chosen: argparse.Namespace) -> int:
    go_back(console, Press(today=paris_date(utc_now())), chosen.file, chosen.by, chosen.why, chosen.key.expanduser())
    return 0
