"""Channels on a table of moto, both sites, and who asks the API, for each test."""

from collections.abc import Callable, Iterator

import pytest
from moto import mock_aws

from embedded_cloud.backends import tables
from restoration.observability import metrics
from tests.fakes.channels import QUESTION, Channels, advisor_site, channels, customer_site, item
from tests.fakes.tables import use_testing_account
from tests.unit.channels.applications import ALIX, AWA, CLOSED, FOREIGN, Client
from tests.unit.channels.sites import PEOPLE, Browser, Provider, Reply, SignedIn, sign_in


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Iterator[Channels]:
    use_testing_account(monkeypatch)
    with tables.patched(), mock_aws():
        yield channels()


@pytest.fixture
def counted() -> Callable[[str], int]:
    """How often something was counted that an alarm looks at."""
    metrics.clear_metrics()
    return lambda name: int(sum(metrics.provider.metric_set.get(name, {}).get("Value", [])))


@pytest.fixture
def nobody(world: Channels) -> Client:
    world.items[FOREIGN] = item(limitationId=FOREIGN, customerId="CUS-000002")
    world.items[CLOSED] = item(limitationId=CLOSED, status="CLOSED", outcome="RESTORED")
    world.open_doors()
    return Client(world)


@pytest.fixture
def awa(nobody: Client) -> Client:
    return nobody.of(AWA)


@pytest.fixture
def alix(nobody: Client) -> Client:
    nobody.world.receive("AdvisorDecisionRequested", question=1, reason="DISPUTE")
    nobody.world.change(question=QUESTION)
    return nobody.of(ALIX)


@pytest.fixture
def browser(world: Channels) -> Browser:
    world.open_doors()
    return Browser(customer_site(world).routes())


@pytest.fixture
def arrive(world: Channels) -> Callable[[], Browser]:
    site = advisor_site(world, Provider(PEOPLE))
    world.open_doors()
    return lambda: Browser(site.routes())


@pytest.fixture
def signed_in(arrive: Callable[[], Browser]) -> SignedIn:
    def sign(who: str, path: str = "/conseil") -> tuple[Browser, Reply]:
        browser = arrive()
        return browser, sign_in(browser, who, path)

    return sign
