"""boto3's clients, each made once in a process, when something is first asked of it: here and nowhere else."""

from collections.abc import Callable
from functools import cache
from threading import RLock
from typing import Any

import boto3
from botocore.config import Config

from restoration.adapters.dynamodb.transactions import repeat_writes_that_meet_one
from restoration.tracing import start_in_given_trace

_CONFIG = Config(retries={"mode": "standard", "max_attempts": 3}, connect_timeout=2, read_timeout=10)
_TRIES_ONCE = Config(retries={"mode": "standard", "total_max_attempts": 1}, connect_timeout=2, read_timeout=10)
_ONE_AT_A_TIME = RLock()
"""boto3's session makes no two clients at the same time."""


class Later:
    """A client, or a table, that is made when something is first asked of it: most calls need few of them."""

    def __init__(self, make: Callable[[], Any]) -> None:
        self._made = cache(make)

    def __getattr__(self, name: str) -> Any:
        with _ONE_AT_A_TIME:
            return getattr(self._made(), name)


class _LaterTables(Later):
    """DynamoDB's resource, whose tables need it only when something is asked of them."""

    def Table(self, name: str) -> Any:  # noqa: N802 - boto3's name
        return Later(lambda: self._made().Table(name))


@cache
def client(service: Any) -> Any:
    return Later(lambda: _prepared(boto3.client(service, config=_CONFIG)))


@cache
def client_that_tries_once(service: Any) -> Any:
    """A client for calls that must not happen twice: boto3 would repeat one that failed with 500 or was lost."""
    return Later(lambda: boto3.client(service, config=_TRIES_ONCE))


@cache
def dynamodb() -> Any:
    return _LaterTables(lambda: _prepared(boto3.resource("dynamodb", config=_CONFIG)))


def _prepared(made: Any) -> Any:
    """A client or a resource, with what calls of two services need: other clients never hear of it."""
    client = getattr(made.meta, "client", made)
    repeat_writes_that_meet_one(client)
    start_in_given_trace(client)
    return made
