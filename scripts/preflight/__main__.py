"""`make preflight ENV=dev`: is everything there that a deployment needs? Read-only, before it and after.

The exit status is 0 when nothing is to do, 1 when something is, 2 when the environment is unknown.
"""

import argparse
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

import boto3
from botocore.exceptions import BotoCoreError, ClientError
from rich.console import Console
from samtranslator.yaml_helper import yaml_parse

from local.cloud.stack.language_extensions import written_out
from scripts.environments import EnvironmentsError, read_environment
from scripts.preflight import account, partners, stack
from scripts.preflight.look import Look
from scripts.preflight.rows import Row, State, show, to_do

ROOT = Path(__file__).resolve().parents[2]
CHECKS: tuple[tuple[str, Callable[[Look], Iterable[Row]]], ...] = (
    ("Account and region", account.place),
    ("Lambda concurrency", account.lambda_concurrency),
    ("Step Functions", account.step_functions),
    ("EventBridge", account.event_bridge),
    ("Parameter Store", account.parameter_store),
    ("E-mail (SES)", account.mail),
    ("SMS", account.text_messages),
    ("Stack", stack.status),
    ("Billing's secret", stack.billing_secret),
    ("Enedis' secret", stack.enedis_secret),
    ("Billing's API", partners.billing),
    ("Enedis' TLS", partners.enedis),
    ("Billing on the bus", stack.bus),
    ("Alarms", stack.alarms),
)
"""In the order in which one puts things right."""
FORBIDDEN = "Take credentials that may read it: ReadOnlyAccess, and secretsmanager:GetSecretValue of the two secrets"
FAILED = "Run it again. An emulator may not know this call at all"


def rows(look: Look) -> Iterator[Row]:
    """Run all checks. One that AWS does not let us make is a row, too."""
    for what, check in CHECKS:
        try:
            yield from check(look)
        except ClientError as error:
            code = error.response["Error"]["Code"]
            advice = FORBIDDEN if "Denied" in code or "Unauthorized" in code else FAILED
            yield to_do(what, f"{error.operation_name}: {code}", advice)
        except BotoCoreError as error:
            yield to_do(what, str(error), "aws sts get-caller-identity --region " + look.region)


def main(given: Sequence[str] | None = None) -> int:
    """Run the command line; gives the exit status."""
    parser = argparse.ArgumentParser(prog="make preflight", description=__doc__)
    parser.add_argument("environment", help="dev, staging or prod of samconfig.toml")
    parser.add_argument(
        "--cases", type=int, default=10_000, help="limited customers who pay a day (default: %(default)s)"
    )
    chosen = parser.parse_args(given)
    try:
        environment = read_environment(chosen.environment)
    except EnvironmentsError as error:
        sys.stderr.write(f"{error}\n")
        return 2
    template = written_out(yaml_parse((ROOT / "template.yaml").read_text(encoding="utf-8")))
    session: Any = boto3.Session(region_name=environment.region)
    found = list(rows(Look(environment, template, session.client, chosen.cases)))
    show(found, Console(width=None if sys.stdout.isatty() else 80))
    return int(any(row.state is State.TO_DO for row in found))


if __name__ == "__main__":
    sys.exit(main())
