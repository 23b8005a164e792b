"""Each file has a cloud of its own, where each test has customers of its own.

`OWN_CLOUD` has the template's parameters that differ. Files that need more than that deploy a cloud themselves.
"""

from collections.abc import Iterator

import pytest

from tests.end_to_end.operations import Operations
from tests.end_to_end.recorded import Record
from tests.end_to_end.world import World, running_world


@pytest.fixture(scope="module")
def world(request: pytest.FixtureRequest) -> Iterator[World]:
    """Core and companion, deployed for the file."""
    with running_world(getattr(request.module, "OWN_CLOUD", None)) as own:
        yield own


@pytest.fixture(scope="module")
def record(world: World) -> Record:
    """What is recorded of the executions on the file's cloud."""
    return Record(world)


@pytest.fixture(scope="module")
def operations(world: World) -> Operations:
    """The operations' tool on the file's cloud."""
    return Operations(world.stage)
