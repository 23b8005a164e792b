"""The stack of APIs, once for each test module, and the issuer whose tokens it takes."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from embedded_cloud import Application, EmbeddedCloud
from tests.integration.cloud.http.asking import Issuer
from tests.integration.cloud.machines import WORKDIR

if TYPE_CHECKING:
    from collections.abc import Iterator

TEMPLATE = Path(__file__).with_name("template.yaml")


@pytest.fixture(scope="module")
def issuer() -> Iterator[Issuer]:
    issuer = Issuer()
    yield issuer
    issuer.server.stop()


@pytest.fixture(scope="module")
def cloud(issuer: Issuer) -> Iterator[EmbeddedCloud]:
    with EmbeddedCloud([Application(TEMPLATE, "http", {"Issuer": issuer.url})], workdir=WORKDIR) as running:
        yield running
