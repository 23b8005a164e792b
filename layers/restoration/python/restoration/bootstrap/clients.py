"""boto3's clients, each made once in a process: they are made here and nowhere else."""

from functools import cache
from typing import Any

import boto3
from botocore.config import Config

from restoration.adapters.dynamodb.transactions import repeat_writes_that_meet_one

_CONFIG = Config(retries={"mode": "standard", "max_attempts": 3}, connect_timeout=2, read_timeout=10)
_TRIES_ONCE = Config(retries={"mode": "standard", "total_max_attempts": 1}, connect_timeout=2, read_timeout=10)


@cache
def client(service: Any) -> Any:
    made: Any = boto3.client(service, config=_CONFIG)
    if service == "dynamodb":
        repeat_writes_that_meet_one(made)
    return made


@cache
def client_that_tries_once(service: Any) -> Any:
    """A client for calls that must not happen twice: boto3 would repeat one that failed with 500 or was lost."""
    return boto3.client(service, config=_TRIES_ONCE)


@cache
def dynamodb() -> Any:
    made: Any = boto3.resource("dynamodb", config=_CONFIG)
    repeat_writes_that_meet_one(made.meta.client)
    return made
