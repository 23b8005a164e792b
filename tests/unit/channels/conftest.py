"""Channels on a table of moto, both sites, and who asks the API, for each test."""

from collections.abc import Callable, Iterator

import pytest
from moto import mock_aws

from channels.pages.customer import CustomerPages
from channels.pages.desk import DeskPages
from channels.use_cases.sign_in import SignIn
from embedded_cloud.backends import tables
from restoration.errors import BillingUnavailable
from restoration.observability import metrics
from tests.fakes.channels import QUESTION, Cases, Channels, advisor_site, channels, customer_site, item
from tests.fakes.tables import use_testing_account
from tests.unit.channels.applications import ALIX, AWA, CLOSED, FOREIGN, Client
from tests.unit.channels.sites import PEOPLE, Browser, Provider


class NoBilling:
    """Billing is down: a page without it is better than none."""

    def situation(self, contract_id: str, limitation_id: str) -> None:
        raise BillingUnavailable(f"{contract_id} {limitation_id}")


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
    return Client(world, Cases(world))


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
    pages = CustomerPages("Fournisseur <d'ici>", "09 70 00 00 00", "dpo@fournisseur.example")
    return Browser(customer_site(world, pages, world.entrance, NoBilling()).routes())


@pytest.fixture
def arrive(world: Channels) -> Callable[[], Browser]:
    site = advisor_site(world, DeskPages("Fournisseur"), SignIn(Provider(PEOPLE), world.table, world.now), Cases(world))
    world.open_doors()
    return lambda: Browser(site.routes())
