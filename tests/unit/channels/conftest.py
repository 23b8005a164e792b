"""Channels on a table of moto, and who visits their pages and asks their APIs."""

from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import pytest
from moto import mock_aws

from channels.api import advisors, customers
from channels.operations import Operations
from embedded_cloud.backends import tables
from tests.fakes.channels import Channels, channels
from tests.fakes.tables import use_testing_account
from tests.unit.channels.visitors import AWA, PEOPLE, Provider, Reply, SignedIn, Visitor, claims_of


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Iterator[Channels]:
    use_testing_account(monkeypatch)
    with tables.patched(), mock_aws():
        yield channels()


@pytest.fixture
def awa(world: Channels) -> Visitor:
    """The customer, who has not come in yet; their token counts."""
    site = world.customer_site()
    return Visitor(site.routes(), cache(lambda: customers.routes(site)), AWA)


@pytest.fixture
def incidents() -> Any:
    """The incidents of operations, which are asked about on their pages alone."""


@pytest.fixture
def arrive(world: Channels, incidents: Any) -> Callable[..., Visitor]:
    """Lets somebody come to the desk with a browser of their own, who has not signed in; their token counts."""
    site = world.advisor_site(Provider(), lambda: Operations(incidents, "https://runbook.example/runbook"))
    api = cache(lambda: advisors.routes(site))
    return lambda who="alix": Visitor(site.routes(), api, claims_of(PEOPLE[who]))


@pytest.fixture
def signed_in(arrive: Callable[..., Visitor]) -> SignedIn:
    def sign(who: str, path: str = "/conseil") -> tuple[Visitor, Reply]:
        visitor = arrive(who)
        return visitor, visitor.sign_in(who, path)

    return sign
