"""Options that several commands have: which kept decisions, which draft, from which day."""

import argparse
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import boto3

import dmn
from local.decision_tools.sheets.cell_values import read_day
from ops.decisions.tables import ROOT
from record.cases.failures import CaseError, NothingFound
from record.cases.kept_decisions import KeptDecision, read_file, read_table
from restoration.clock import paris_date, utc_now

if TYPE_CHECKING:
    from mypy_boto3_dynamodb.client import DynamoDBClient

type Commands = argparse._SubParsersAction[argparse.ArgumentParser]  # noqa: SLF001 - it has no public name
"""Where a command is added to the command line."""

KEPT = ROOT / "build" / "demo" / "decisions.jsonl"
REGION = "eu-west-3"
DAYS = 30


def add_source(parser: argparse.ArgumentParser) -> None:
    """Let a command say where the kept decisions are."""
    parser.add_argument("--from", dest="kept", type=Path, default=KEPT, help="file of kept decisions (the demo's)")
    parser.add_argument("--table", help="read this DynamoDB table instead")
    parser.add_argument("--endpoint-url", help="of DynamoDB, for an embedded cloud")
    parser.add_argument("--region", default=REGION, help=f"default: {REGION}")


def kept_decisions(chosen: argparse.Namespace, days: int | None = None) -> list[KeptDecision]:
    """The decisions that are kept; of the last days before the newest one, which in a demo is not of today."""
    kept = read_table(_dynamodb(chosen), chosen.table) if chosen.table else read_file(chosen.kept)
    if days is None or not kept:
        return list(kept)
    newest = max(it.decided_at for it in kept)
    return [it for it in kept if newest - it.decided_at <= timedelta(days=days)]


def decisions_of_case(chosen: argparse.Namespace) -> list[KeptDecision]:
    """The kept decisions of the case that is asked for.

    Raises
    ------
    NothingFound
        There is none; says which cases there are.
    """
    if chosen.table:
        if kept := read_table(_dynamodb(chosen), chosen.table, chosen.case):
            return kept
        raise NothingFound(f"la table {chosen.table} ne garde aucune décision de {chosen.case}")
    everything = read_file(chosen.kept)
    if kept := [it for it in everything if chosen.case in {it.limitation_id, it.contract_id, it.point_id}]:
        return kept
    known = ", ".join(sorted({it.limitation_id for it in everything}))
    raise NothingFound(f"{chosen.kept} ne garde aucune décision de « {chosen.case} » ; on y trouve : {known}")


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
