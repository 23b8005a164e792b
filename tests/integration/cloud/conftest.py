"""One embedded cloud for each test module: starting one takes a second."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

import pytest

from embedded_cloud import EmbeddedCloud
from tests.integration.cloud.machines import SAMPLE, WORKDIR, Machines

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture(scope="module")
def cloud() -> Iterator[EmbeddedCloud]:
    with EmbeddedCloud([SAMPLE], workdir=WORKDIR, pace=0.02) as running:
        yield running


@pytest.fixture(scope="module")
def machines(cloud: EmbeddedCloud) -> Machines:
    return Machines(cloud, itertools.count())
