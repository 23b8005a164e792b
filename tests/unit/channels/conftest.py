"""Channels on a table of moto, and who asks the API, for each test."""

from collections.abc import Iterator

import pytest
from moto import mock_aws

from embedded_cloud.backends import tables
from tests.fakes.channels import QUESTION, Cases, Channels, channels, item
from tests.unit.channels.applications import ALIX, AWA, CLOSED, FOREIGN, Client


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Iterator[Channels]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-3")
    with tables.patched(), mock_aws():
        yield channels()


@pytest.fixture
def nobody(world: Channels) -> Client:
    world.items[FOREIGN] = item(limitationId=FOREIGN, customerId="CUS-000002")
    world.items[CLOSED] = item(limitationId=CLOSED, status="CLOSED", outcome="RESTORED")
    world.open_doors()
    return Client(world, Cases(world))


@pytest.fixture
def awa(nobody: Client) -> Client:
    return nobody.of(AWA)


@pytest.fixture
def alix(nobody: Client) -> Client:
    nobody.world.receive("AdvisorDecisionRequested", question=1, reason="DISPUTE")
    nobody.world.change(question=QUESTION)
    return nobody.of(ALIX)
