"""Where claims are kept."""

from typing import Any

import pytest

from tests.integration.adapters.dynamodb.kept_claims import Kept


@pytest.fixture
def kept(dynamodb: Any) -> Kept:
    return Kept(dynamodb)
