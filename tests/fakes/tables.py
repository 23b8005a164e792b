"""DynamoDB's tables, as moto keeps them: made once in a process by DynamoDB's API, and copied for each test.

To make six tables takes moto some 30 ms, to copy them less than one.
"""

import os
from collections.abc import Mapping, Sequence
from copy import deepcopy
from functools import cache
from typing import Any

import boto3
import botocore
import pytest
from botocore.config import Config
from moto.backends import get_backend
from moto.core.models import DEFAULT_ACCOUNT_ID

UNSIGNED = Config(signature_version=botocore.UNSIGNED)
"""For clients that call often: to sign a call takes as long as moto takes to carry it out, and moto looks at none."""


TABLES: Mapping[str, Sequence[str]] = {
    "limitations": ["limitationId"],
    "orders": ["reference"],
    "messages": ["messageId"],
    "decisions": ["limitationId", "decidedAt"],
    "situations": ["situationId"],
    "campaigns": ["campaignId", "limitationId"],
    "enedis-access": ["name"],
}
"""The template's tables with their keys, but that of the limited contracts, which tests name in two ways."""


def use_testing_account(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let boto3 use moto's account, whatever the environment says."""
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-3")
    monkeypatch.delenv("AWS_ENDPOINT_URL", raising=False)
    monkeypatch.delenv("AWS_PROFILE", raising=False)


def put_empty_tables(keys: Mapping[str, Sequence[str]]) -> None:
    """Give moto's account these tables, each with its key's attributes, and no other table."""
    region = os.environ["AWS_DEFAULT_REGION"]
    wanted = tuple((table, tuple(names)) for table, names in keys.items())
    get_backend("dynamodb")[DEFAULT_ACCOUNT_ID][region] = deepcopy(_made(region, wanted))


def _schema(*names: str) -> Any:
    return [{"AttributeName": name, "KeyType": kind} for name, kind in zip(names, ("HASH", "RANGE"), strict=False)]


_INDEXES: Mapping[str, tuple[str, Sequence[str], str]] = {
    "limitations": ("by-unseen-since", ("unseenSince",), "KEYS_ONLY"),
    "channels": ("by-list", ("list", "dueBy"), "ALL"),
}
"""By table: the index's name, its key and what it holds beside the keys."""


def _index(table: str) -> Any:
    if table not in _INDEXES:
        return {}
    name, key, held = _INDEXES[table]
    index = {"IndexName": name, "KeySchema": _schema(*key), "Projection": {"ProjectionType": held}}
    return {"GlobalSecondaryIndexes": [index]}


@cache
def _made(region: str, keys: tuple[tuple[str, tuple[str, ...]], ...]) -> Any:
    """DynamoDB of a region with these tables alone."""
    backend = get_backend("dynamodb")[DEFAULT_ACCOUNT_ID][region]
    backend.reset()
    client: Any = boto3.client("dynamodb", region_name=region)
    for table, names in keys:
        attributes = (*names, *_INDEXES.get(table, ("", (), ""))[1])
        client.create_table(
            TableName=table,
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[{"AttributeName": name, "AttributeType": "S"} for name in attributes],
            KeySchema=_schema(*names),
            **_index(table),
        )
    return deepcopy(backend)


def put_bucket(name: str, **more: Any) -> Any:
    """Add an empty bucket to moto's account; gives the client of S3."""
    client: Any = boto3.client("s3")
    client.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-west-3"}, **more)
    return client


def put_record_tables(courses: str = "courses", counters: str = "counters") -> None:
    """Add the tables of the record, with their indexes, as in the template, to the others of moto's account."""
    region = os.environ["AWS_DEFAULT_REGION"]
    get_backend("dynamodb")[DEFAULT_ACCOUNT_ID][region].tables.update(deepcopy(_made_record(region, courses, counters)))


@cache
def _made_record(region: str, courses: str, counters: str) -> dict[str, Any]:
    """The record's tables alone, by name."""
    types: Any = {"execution": "S", "standing": "S", "since": "N", "endedDay": "S", "endedAt": "N"}
    client = boto3.client("dynamodb", region_name=region, config=UNSIGNED)
    client.create_table(
        TableName=courses,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": each, "AttributeType": kind} for each, kind in types.items()],
        KeySchema=_schema("execution"),
        GlobalSecondaryIndexes=[
            {"IndexName": name, "KeySchema": _schema(*key), "Projection": {"ProjectionType": "ALL"}}
            for name, key in {"by-standing": ("standing", "since"), "by-day": ("endedDay", "endedAt")}.items()
        ],
    )
    client.create_table(
        TableName=counters,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[{"AttributeName": each, "AttributeType": "S"} for each in ("day", "slice")],
        KeySchema=_schema("day", "slice"),
    )
    tables = get_backend("dynamodb")[DEFAULT_ACCOUNT_ID][region].tables
    return {name: tables.pop(name) for name in (courses, counters)}
