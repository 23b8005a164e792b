"""DynamoDB's tables of the templates, as moto keeps them: made once in a process by its API, copied for each test.

To make six tables takes moto some 30 ms, to copy them less than one.
"""

import os
from collections.abc import Mapping
from copy import deepcopy
from functools import cache
from pathlib import Path
from typing import Any

import boto3
import botocore
import pytest
from botocore.config import Config
from moto.backends import get_backend
from moto.core.models import DEFAULT_ACCOUNT_ID

from embedded_cloud.stack.documents import read_yaml
from embedded_cloud.stack.language_extensions import written_out

ROOT = Path(__file__).resolve().parents[2]
TABLE, PARTS = "AWS::DynamoDB::Table", ("AttributeDefinitions", "KeySchema", "GlobalSecondaryIndexes")
UNSIGNED = Config(signature_version=botocore.UNSIGNED)
"""For clients that call often: to sign a call takes as long as moto takes to carry it out, and moto looks at none."""
TABLES = ("limitations", "orders", "messages", "decisions", "situations", "campaigns", "enedis-access")
"""The core's tables, but those of the limited contracts and of the flows, which tests name in several ways."""


def use_testing_account(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let boto3 use moto's account, whatever the environment says."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-3")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    monkeypatch.delenv("AWS_PROFILE", raising=False)


@cache
def _definitions() -> Mapping[str, Mapping[str, Any]]:
    """How the templates define their tables, by the names without the stack's; that of the channels has its alone."""
    found: dict[str, Mapping[str, Any]] = {}
    for folder in (".", "operations", "channels"):
        template = written_out(read_yaml((ROOT / folder / "template.yaml").read_text(encoding="utf-8")))
        for given in (one["Properties"] for one in template["Resources"].values() if one["Type"] == TABLE):
            name = given["TableName"]["Fn::Sub"].partition("}-")[2] or "channels"
            found[name] = {part: given[part] for part in PARTS if part in given}
    return found


def put_tables(*names: str, stack: str = "", **others: str) -> None:
    """Give moto's account empty tables of the templates, and no other table.

    Their names begin with ``stack``, hyphen included. ``others`` are the names in the template of those that the test
    calls differently.
    """
    region, wanted = os.environ["AWS_DEFAULT_REGION"], {**dict(zip(names, names, strict=True)), **others}
    made = _made(region, tuple((f"{stack}{name}", of) for name, of in wanted.items()))
    get_backend("dynamodb")[DEFAULT_ACCOUNT_ID][region] = deepcopy(made)


@cache
def _made(region: str, wanted: tuple[tuple[str, str], ...]) -> Any:
    """DynamoDB of a region with these tables alone."""
    backend = get_backend("dynamodb")[DEFAULT_ACCOUNT_ID][region]
    backend.reset()
    client: Any = boto3.client("dynamodb", region_name=region)
    for name, of in wanted:
        client.create_table(TableName=name, BillingMode="PAY_PER_REQUEST", **_definitions()[of])
    return deepcopy(backend)


def put_bucket(name: str, **more: Any) -> Any:
    """Add an empty bucket to moto's account; gives the client of S3."""
    client: Any = boto3.client("s3")
    client.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-west-3"}, **more)
    return client
