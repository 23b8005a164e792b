from collections.abc import Iterator
from datetime import timedelta

import pytest

from local.partners.billing.simulator import BillingSimulator
from restoration.adapters.billing.client import BillingClient


@pytest.fixture
def billing() -> Iterator[BillingSimulator]:
    with BillingSimulator() as simulator:
        yield simulator


def asking(url: str, key: str, read: float = 5) -> BillingClient:
    return BillingClient(url, key, connect_timeout=timedelta(seconds=2), read_timeout=timedelta(seconds=read))


@pytest.fixture
def client(billing: BillingSimulator) -> BillingClient:
    return asking(billing.url, billing.api_key)
