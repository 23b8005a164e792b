"""What several commands ask for: which kept decisions, which draft, from which day; and where they print."""

import os
from datetime import date, timedelta
from pathlib import Path
from typing import Annotated

import boto3
import typer
from botocore.exceptions import BotoCoreError, ClientError
from rich.console import Console

import dmn
from local.kept_file import read_file
from ops.decisions.tables import ROOT
from record.cases.failures import CaseError, NothingFound
from record.cases.kept_decisions import KeptDecision, read_table
from restoration.clock import paris_date, utc_now

KEPT = ROOT / "build" / "demo" / "decisions.jsonl"
REGION = "eu-west-3"
DAYS = 30
_PLAIN_WIDTH = 140

Decision = Annotated[str, typer.Argument(help="Its id, such as coverage.")]
Kept = Annotated[Path, typer.Option("--from", help="The file of kept decisions (the demo's).")]
Table = Annotated[
    str, typer.Option(help="Read this DynamoDB table instead, with the profile's credentials and endpoint.")
]
Region = Annotated[str, typer.Option(help="The table's region.")]
Draft = Annotated[Path | None, typer.Option(help="A .dmn file to play instead of what is in force.")]
Since = Annotated[str, typer.Option(help="With a draft, its first business date; else today.")]


def console() -> Console:
    """Colours and the terminal's width; without a terminal, plain text wide enough for the tables."""
    found = Console(highlight=False)
    if found.is_terminal:
        return found
    width = int(os.environ.get("COLUMNS", _PLAIN_WIDTH))
    return Console(highlight=False, no_color=True, force_terminal=False, width=width)


def kept_decisions(kept: Path, table: str, region: str, days: int | None = None) -> list[KeptDecision]:
    """The decisions that are kept; of the last days before the newest one, which in a demo is not of today.

    Raises
    ------
    NothingFound, CaseError
        There is no file, or the table can't be read.
    """
    try:
        found = read_table(boto3.client("dynamodb", region_name=region), table) if table else read_file(kept)
    except (BotoCoreError, ClientError) as error:
        raise CaseError(f"table {table} : {error}") from error
    if days is None or not found:
        return list(found)
    newest = max(it.decided_at for it in found)
    return [it for it in found if newest - it.decided_at <= timedelta(days=days)]


def draft_of(draft: Path | None) -> dmn.Model | None:
    """The draft that is asked for, if any; raises NothingFound where there is no such file."""
    if draft and not draft.is_file():
        raise NothingFound(f"{draft} n'existe pas")
    return dmn.load(draft) if draft else None


def day_or_today(since: str) -> date:
    """The day that is asked for, else today; raises CaseError where it is none."""
    try:
        return date.fromisoformat(since) if since else paris_date(utc_now())
    except ValueError:
        raise CaseError(f"« {since} » n'est pas une date : une date s'écrit 2027-01-01") from None
