"""The table in which all workers share their quota and their breaker, as moto keeps it."""

from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

from tests.fakes.tables import UNSIGNED, put_tables, use_testing_account


@pytest.fixture
def dynamodb(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    use_testing_account(monkeypatch)
    with mock_aws():
        put_tables(gate="enedis-access")
        yield boto3.client("dynamodb", config=UNSIGNED)
