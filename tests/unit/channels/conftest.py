"""Channels on a table of moto, for each test."""

from collections.abc import Iterator

import pytest
from moto import mock_aws

from embedded_cloud.backends import tables
from tests.fakes.channels import Channels, channels


@pytest.fixture
def world(monkeypatch: pytest.MonkeyPatch) -> Iterator[Channels]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-3")
    with tables.patched(), mock_aws():
        yield channels()
