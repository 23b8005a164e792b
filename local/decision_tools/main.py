"""The command line: analyse, play and publish the decision tables, and explain what they decided."""

import argparse
import os
from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from itertools import groupby
from pathlib import Path
from typing import TYPE_CHECKING, Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError
from rich.console import Console
from rich.text import Text

import dmn
from local.decision_tools import checking
from local.decision_tools.approving import Approval, Request, go_back
from local.decision_tools.cell_values import read_day
from local.decision_tools.documents import write_documents
from local.decision_tools.evidence import weigh
from local.decision_tools.finding_words import fault_in_words
from local.decision_tools.inputs_csv import read_rows
from local.decision_tools.law import check_law
from local.decision_tools.publishing import Press, is_withdrawn
from local.decision_tools.replaying import Comparison, replay_csv, replay_kept, require
from local.decision_tools.rows import tell_rows
from local.decision_tools.rule_tables import write_summary
from local.decision_tools.scenarios import WHOLE_LOOK, Tables, read_book, tables_with_scenarios, with_draft
from local.decision_tools.signing import add_signer
from local.decision_tools.telling_changes import ChangeTeller
from local.decision_tools.telling_scenarios import tell_guardians, tell_law, tell_played
from local.stories.reading import UnreadableStory
from ops.decisions.explaining import Explainer
from ops.decisions.summing_up import Summary
from ops.decisions.tables import DECISIONS, ROOT
from ops.decisions.versions import Library
from record.cases.failures import CaseError, NothingFound
from record.cases.kept_decisions import KeptDecision, read_file, read_table
from record.formats import day_of
from restoration.adapters.dmn.publications import in_force
from restoration.clock import paris_date, utc_now
from restoration.errors import InvalidConfiguration

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient

OWN_KEY = Path("~/.ssh/id_ed25519")
KEPT = ROOT / "build" / "demo" / "decisions.jsonl"
REGION = "eu-west-3"
DAYS = 30
_PLAIN_WIDTH = 140
_REFUSED = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command; 0 when all is well, 1 when a table has an error, 2 when the command can't run."""
    chosen = _parser().parse_args(arguments)
    console = _console()
    try:
        return int(chosen.run(console, chosen))
    except dmn.DmnError as error:
        console.print(f"erreur : {fault_in_words(error)}", style="red", markup=False, soft_wrap=True)
    except (CaseError, InvalidConfiguration, UnreadableStory) as error:
        console.print(f"erreur : {error}", style="red", markup=False, soft_wrap=True)
    except (BotoCoreError, ClientError) as error:
        console.print(f"erreur : table {chosen.table} : {error}", style="red", markup=False, soft_wrap=True)
    return _REFUSED


def _console() -> Console:
    """Colours and the terminal's width; without a terminal, plain text wide enough for the tables."""
    console = Console(highlight=False)
    if console.is_terminal:
        return console
    width = int(os.environ.get("COLUMNS", _PLAIN_WIDTH))
    return Console(highlight=False, no_color=True, force_terminal=False, width=width)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="decision_tools", description=__doc__)
    commands = parser.add_subparsers(required=True)
    check = commands.add_parser("check", help="analyse the tables; exit 1 when one has an error")
    check.add_argument("files", nargs="*", type=Path, help="default: the project's")
    check.set_defaults(run=_check)
    explain = commands.add_parser("explain", help="print the decisions of a case with their tables")
    explain.add_argument("case", help="the limitation's id; in the demo's file also its contract or its point")
    explain.add_argument("--long", action="store_true", help="the inputs, the rule of each table, and versions")
    _add_source(explain)
    explain.set_defaults(run=_explain)
    replay = commands.add_parser("replay", help="list the cases that a changed table would decide differently")
    replay.add_argument("decision", help="its id, such as coverage")
    replay.add_argument("changed", type=Path, help="the changed .dmn file")
    replay.add_argument("--days", type=int, help="only decisions of so many days before the newest one")
    replay.add_argument("--csv", type=Path, help="inputs to decide with the project's table and the changed one")
    _add_source(replay)
    replay.set_defaults(run=_replay)
    scenarios = commands.add_parser("scenarios", help="play the business's scenarios; exit 1 when one ends otherwise")
    scenarios.add_argument("table_name", metavar="TABLE", nargs="?", help="such as coverage; default: all of them")
    scenarios.set_defaults(run=_scenarios)
    law = commands.add_parser("law", help="play the examples of the law; exit 1 when one is broken")
    law.set_defaults(run=_law)
    for playing in (scenarios, law):
        playing.add_argument("--draft", type=Path, help="a .dmn file to play instead of what is in force")
        playing.add_argument("--since", default="", help="with a draft, its first business date; default: today")
    rows = commands.add_parser("rows", help="list whom each row met in the last 30 days, and its guardians")
    _add_source(rows)
    rows.set_defaults(run=_rows)
    document = commands.add_parser("document", help="write docs/decisions-tables/ and rule_tables.json from the tables")
    document.set_defaults(run=_document)
    _add_publishing(commands)
    return parser


def _add_publishing(commands: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    rules = commands.add_parser("rules", help="list which version of each table counts, and from when")
    rules.set_defaults(run=_rules)
    approve = commands.add_parser("approve", help="make a draft count from a date on")
    approve.add_argument("file", help="the name of the file without its ending, such as coverage")
    approve.add_argument("draft", type=Path, help="the draft, a .dmn file")
    approve.add_argument("--since", required=True, help="first business date: 2027-01-01, or 01/01/2027")
    approve.add_argument("--accept", default="", help="the name of what is meant, or a file with one name a line")
    _add_source(approve)
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


def _add_source(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--from", dest="kept", type=Path, default=KEPT, help="file of kept decisions (the demo's)")
    parser.add_argument("--table", help="read this DynamoDB table instead")
    parser.add_argument("--endpoint-url", help="of DynamoDB, for an embedded cloud")
    parser.add_argument("--region", default=REGION, help=f"default: {REGION}")


def _dynamodb(chosen: argparse.Namespace) -> "DynamoDBClient":
    """AWS with the caller's credentials, or an embedded cloud as its administrator."""
    if chosen.endpoint_url is None:
        return boto3.client("dynamodb", region_name=chosen.region)
    return boto3.client(
        "dynamodb",
        endpoint_url=chosen.endpoint_url,
        region_name=chosen.region,
        aws_access_key_id="testing",
        aws_secret_access_key="testing",  # noqa: S106 - no secret: nobody checks it
    )


def _check(console: Console, chosen: argparse.Namespace) -> int:
    checked = checking.check_files(chosen.files or sorted(DECISIONS.glob("*.dmn")), whole=not chosen.files)
    checking.tell(console, checked)
    unapproved = [] if chosen.files else _press().unapproved()
    for says in unapproved:
        console.print(f"erreur : {says}", style="bold red", soft_wrap=True, markup=False)
    return 1 if checked.errors or unapproved else 0


def _explain(console: Console, chosen: argparse.Namespace) -> int:
    if chosen.table:
        kept = read_table(_dynamodb(chosen), chosen.table, chosen.case)
        if not kept:
            raise NothingFound(f"la table {chosen.table} ne garde aucune décision de {chosen.case}")
    else:
        everything = read_file(chosen.kept)
        kept = [it for it in everything if chosen.case in {it.limitation_id, it.contract_id, it.point_id}]
        if not kept:
            known = ", ".join(sorted({it.limitation_id for it in everything}))
            raise NothingFound(f"{chosen.kept} ne garde aucune décision de « {chosen.case} » ; on y trouve : {known}")
    for case, decisions in groupby(kept, key=lambda it: it.limitation_id):
        if chosen.long:
            Explainer(console, Library()).explain(case, list(decisions))
        else:
            Summary(console, Library()).tell(case, list(decisions), more=f"make explain CASE={case} LONG=1")
    return 0


def _replay(console: Console, chosen: argparse.Namespace) -> int:
    path, current = Library().current(chosen.decision)
    if not chosen.changed.is_file():
        raise NothingFound(f"{chosen.changed} n'existe pas")
    changed = dmn.load(chosen.changed)
    require(changed, chosen.decision)
    comparison: Comparison | None = None
    bases: list[Mapping[str, Any]] = []
    if chosen.csv is not None:
        comparison = replay_csv(chosen.csv, chosen.decision, current, changed)
        bases = [row.inputs for row in read_rows(chosen.csv, chosen.decision, changed, current)]
    else:
        try:
            kept = _recent(_kept(chosen), chosen.days)
            bases = [it.inputs for it in kept if it.decision == chosen.decision and it.inputs is not None]
            comparison = replay_kept(kept, chosen.decision, changed)
        except NothingFound as error:
            console.print(Text(f"Rien à rejouer : {error}", style="yellow"), soft_wrap=True)
    bases += [it.inputs for it in read_book(path.stem, Tables()).scenarios]
    teller = ChangeTeller(console, current, changed)
    if comparison is not None:
        teller.tell(comparison)
    teller.tell_evidence(weigh(current, changed, chosen.decision, comparison, bases))
    return 0


def _scenarios(console: Console, chosen: argparse.Namespace) -> int:
    tables, draft, since = Tables(), _draft(chosen), _since(chosen)
    names = [chosen.table_name] if chosen.table_name else tables_with_scenarios()
    if draft is not None:
        names = [it for it in names if any(decision in draft.decisions for decision in tables.decisions_of(it))]
    if not names:
        raise NothingFound(f"{chosen.draft} n'a aucune décision que ces cas demandent")
    failed = 0
    for name in names:
        book = read_book(name, tables, *filter(None, [draft]))
        for first, last in tables.spans(name) if draft is None else [(since, date.max)]:
            in_force = tables.on(first)
            models = with_draft({it: in_force[it] for it in book.decisions}, draft)
            played = [book.play(scenario, models) for scenario in book.counting(first, last)]
            failed += sum(not it.passes for it in played)
            tell_played(console, book, first, played)
            if chosen.table_name and name != WHOLE_LOOK:
                tell_guardians(console, played, models)
    return 1 if failed else 0


def _law(console: Console, chosen: argparse.Namespace) -> int:
    tables, draft, since = Tables(), _draft(chosen), _since(chosen)
    broken = 0
    for first, last in tables.spans(WHOLE_LOOK):
        if last >= since:
            day = max(first, since)
            breaches = check_law(with_draft(tables.on(day), draft))
            tell_law(console, day, breaches)
            broken += len(breaches)
    return 1 if broken else 0


def _draft(chosen: argparse.Namespace) -> dmn.Model | None:
    if chosen.draft and not chosen.draft.is_file():
        raise NothingFound(f"{chosen.draft} n'existe pas")
    return dmn.load(chosen.draft) if chosen.draft else None


def _since(chosen: argparse.Namespace) -> date:
    try:
        return read_day(chosen.since) if chosen.since else paris_date(utc_now())
    except ValueError as error:
        raise CaseError(str(error)) from None


def _kept(chosen: argparse.Namespace) -> list[KeptDecision]:
    return read_table(_dynamodb(chosen), chosen.table) if chosen.table else read_file(chosen.kept)


def _recent(kept: Sequence[KeptDecision], days: int | None) -> list[KeptDecision]:
    """The decisions of the last days before the newest one; of a demo, the newest is not of today."""
    if days is None or not kept:
        return list(kept)
    newest = max(it.decided_at for it in kept)
    return [it for it in kept if newest - it.decided_at <= timedelta(days=days)]


def _rows(console: Console, chosen: argparse.Namespace) -> int:
    tell_rows(console, _recent(_kept(chosen), DAYS))
    return 0


def _press() -> Press:
    return Press(today=paris_date(utc_now()))


def _rules(console: Console, _: argparse.Namespace) -> int:
    today = paris_date(utc_now())
    press = _press()
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
        _since(chosen),
        chosen.by,
        chosen.why,
        chosen.key.expanduser(),
        chosen.accept,
    )
    try:
        kept = _recent(_kept(chosen), DAYS)
    except NothingFound:
        kept = []
    return 0 if Approval(console, request, paris_date(utc_now()), kept).run() else 1


def _sign(console: Console, chosen: argparse.Namespace) -> int:
    press = _press()
    console.print(press.statement(chosen.file), markup=False, soft_wrap=True)
    missing = press.countersign(chosen.file, chosen.by, chosen.key.expanduser())
    for says in missing:
        console.print(f"Signée ; mais {says}", markup=False, soft_wrap=True, style="yellow")
    if not missing:
        console.print("Signée. Il reste une fusion dans main, puis le déploiement.")
    return 0


def _signer(console: Console, chosen: argparse.Namespace) -> int:
    add_signer(chosen.name, chosen.role, chosen.key.expanduser())
    console.print(f"{chosen.name} peut signer ({chosen.role}), une fois local/decision_tools/allowed_signers fusionné.")
    return 0


def _back(console: Console, chosen: argparse.Namespace) -> int:
    go_back(console, _press(), chosen.file, chosen.by, chosen.why, chosen.key.expanduser())
    return 0


def _document(console: Console, _: argparse.Namespace) -> int:
    for path in (*write_documents(), *write_summary()):
        console.print(f"{path.relative_to(ROOT)} : {'écrit' if path.exists() else 'supprimé'}")
    return 0
