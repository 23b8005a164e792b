"""Channels on a table of moto, and who visits their pages and asks their APIs."""

from collections.abc import Iterator
from functools import cache

import boto3
import pytest
from moto import mock_aws

from channels.adapters.table import ChannelsTable
from channels.api import advisors, customers
from embedded_cloud.backends import tables
from tests.fakes.channels import KEYS, LIMITATION, NOW, PEOPLE, Channels
from tests.fakes.tables import UNSIGNED, put_tables, use_testing_account
from tests.unit.channels.visitors import AWA, Arrive, SignedIn, Visitor, claims_of


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Iterator[Channels]:
    use_testing_account(monkeypatch)
    with tables.patched(), mock_aws():
        put_tables("channels")
        made = Channels(ChannelsTable(boto3.resource("dynamodb", config=UNSIGNED), "channels"))
        made.table.open_doors(LIMITATION, (KEYS.code(LIMITATION), KEYS.link(LIMITATION)), NOW)
        yield made


@pytest.fixture
def awa(world: Channels) -> Visitor:
    """The customer, who has not come in yet; their token counts."""
    return Visitor(world.entrance.routes(), cache(lambda: customers.routes(world.entrance)), AWA)


@pytest.fixture
def arrive(world: Channels) -> Arrive:
    """Lets somebody come to the desk with a browser of their own, who has not signed in; their token counts."""
    api = cache(lambda: advisors.routes(world.desk))
    return lambda who="alix": Visitor(world.desk.routes(), api, claims_of(PEOPLE[who]))


@pytest.fixture
def signed_in(arrive: Arrive) -> SignedIn:
    return lambda who, path="/conseil": (visitor := arrive(who), visitor.sign_in(who, path))
