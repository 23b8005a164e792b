from collections.abc import Iterator
from datetime import timedelta

import pytest

from local.partners.billing import BillingSimulator
from restoration.adapters.billing.client import BillingClient


@pytest.fixture
def billing() -> Iterator[BillingSimulator]:
    with BillingSimulator() as simulator:
        yield simulator


@pytest.fixture
def client(billing: BillingSimulator) -> Iterator[BillingClient]:
    with BillingClient(
        billing.url, billing.api_key, connect_timeout=timedelta(seconds=2), read_timeout=timedelta(seconds=5)
    ) as adapter:
        yield adapter
