from collections.abc import Iterator

import pytest

from tests.end_to_end.world import World, running_world


@pytest.fixture(scope="module")
def world() -> Iterator[World]:
    """One cloud for a module: each test has customers of its own."""
    with running_world() as running:
        yield running
