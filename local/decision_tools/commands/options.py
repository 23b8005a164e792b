"""Options that several commands have: which kept decisions, which draft, from which day."""

import argparse
from datetime import date, timedelta
from pathlib import Path

import boto3

import dmn
from local.decision_tools.sheets.cell_values import read_day
from ops.decisions.tables import ROOT
from record.cases.failures import CaseError, NothingFound
from record.cases.kept_decisions import KeptDecision, read_file, read_table
from restoration.clock import paris_date, utc_now

type Commands = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001 - it has no public name
"""Where a command is added to the command line."""

KEPT = ROOT / "build" / "demo" / "decisions.jsonl"
REGION = "eu-west-3"
DAYS = 30


def add_file(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--from", dest="kept", type=Path, default=KEPT, help="file of kept decisions (the demo's)")


def add_source(parser: argparse.ArgumentParser) -> None:
    """Let a command say where the kept decisions are."""
    add_file(parser)
    parser.add_argument("--table", help="read this DynamoDB table instead, with the profile's credentials and endpoint")
    parser.add_argument("--region", default=REGION, help=f"default: {REGION}")


def kept_decisions(chosen: argparse.Namespace, days: int | None = None) -> list[KeptDecision]:
    """The decisions that are kept; of the last days before the newest one, which in a demo is not of today."""
    if chosen.table:
        kept = read_table(boto3.client("dynamodb", region_name=chosen.region), chosen.table)
    else:
        kept = read_file(chosen.kept)
    if days is None or not kept:
        return list(kept)
    newest = max(it.decided_at for it in kept)
    return [it for it in kept if newest - it.decided_at <= timedelta(days=days)]


def decisions_of_case(chosen: argparse.Namespace) -> list[KeptDecision]:
    """The decisions in a file of the case that is asked for; those in an account are told by ``ops explain``.

    Raises
    ------
    NothingFound
        There is none; says which cases there are.
    """
    everything = read_file(chosen.kept)
    if kept := [it for it in everything if chosen.case in {it.limitation_id, it.contract_id, it.point_id}]:
        return kept
    known = ", ".join(sorted({it.limitation_id for it in everything}))
    raise NothingFound(f"{chosen.kept} ne garde aucune décision de « {chosen.case} » ; on y trouve : {known}")


def add_draft(parser: argparse.ArgumentParser) -> None:
    """Let a command play a draft."""
    parser.add_argument("--draft", type=Path, help="a .dmn file to play instead of what is in force")
    parser.add_argument("--since", default="", help="with a draft, its first business date; default: today")


def draft_of(chosen: argparse.Namespace) -> dmn.Model | None:
    """The draft that is asked for, if any; raises NothingFound where there is no such file."""
    if chosen.draft and not chosen.draft.is_file():
        raise NothingFound(f"{chosen.draft} n'existe pas")
    return dmn.load(chosen.draft) if chosen.draft else None


def since_of(chosen: argparse.Namespace) -> date:
    """The day that is asked for, else today; raises CaseError where it is none."""
    try:
        return read_day(chosen.since) if chosen.since else paris_date(utc_now())
    except ValueError as error:
        raise CaseError(str(error)) from None
