"""Enedis' simulator over real HTTPS with client certificates, and our client; what both ask about one point."""

from collections.abc import Iterator, Mapping
from datetime import timedelta

import pytest

from local.partners.enedis import PointSetup
from local.partners.enedis.simulator import EnedisSimulator
from restoration.adapters.enedis.soap import EnedisClient, EnedisCredentials
from tests.unit.adapters.enedis.soap.canned import POINT, build

IMPATIENT = timedelta(milliseconds=300)
"""For what never comes; what does come may take its time on a busy machine."""
PATIENT = timedelta(seconds=60)


class World:
    def __init__(self, enedis: EnedisSimulator) -> None:
        self.enedis = enedis
        self.client = self.another_client()

    def another_client(
        self,
        secret: Mapping[str, str | None] | None = None,
        to_connect: timedelta = PATIENT,
        to_respond: timedelta = PATIENT,
        endpoint: str = "",
    ) -> EnedisClient:
        credentials = EnedisCredentials.from_secret(secret or self.enedis.secret())
        return build(credentials, endpoint=endpoint or self.enedis.url, to_connect=to_connect, to_respond=to_respond)


@pytest.fixture(scope="module")
def simulator() -> Iterator[EnedisSimulator]:
    with EnedisSimulator(step_seconds=0) as enedis:
        yield enedis


@pytest.fixture
def world(simulator: EnedisSimulator) -> Iterator[World]:
    simulator.network.clear_faults()
    simulator.network.add_point(PointSetup(POINT, "C-1"))
    made = World(simulator)
    yield made
    made.client.close()
