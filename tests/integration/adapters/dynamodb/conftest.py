"""Where claims are kept."""

from typing import Any

import pytest

from tests.integration.adapters.dynamodb.kept_claims import InDynamoDB, InMemory, Kept


@pytest.fixture(params=["in DynamoDB", "in memory"])
def kept(request: pytest.FixtureRequest, dynamodb: Any) -> Kept:
    return InDynamoDB(dynamodb) if request.param == "in DynamoDB" else InMemory()
