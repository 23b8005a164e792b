"""One cloud for the files whose tests have customers of their own; a file says with `OWN_CLOUD` that it needs another.

`OWN_CLOUD` has the template's parameters that differ. Files that need more than that deploy a cloud themselves.
"""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from pathlib import Path

import pytest

from embedded_cloud import EmbeddedCloud
from local.demo.day import play_sample
from local.stage import deployed_stage
from tests.end_to_end.operations import Operations
from tests.end_to_end.recorded import Record
from tests.end_to_end.world import World, running_world

HERE = Path(__file__).parent
PUT_ASIDE = ("PaymentsDeadLetters", "LimitationsDeadLetters", "FlowsDeadLetters", "UnrecognisedEventsQueue")
DEPLOYERS = (EmbeddedCloud, deployed_stage, play_sample, running_world)


class SharedWorld:
    """A world that is deployed for the first test that asks for it, and ends before a test that may need another."""

    def __init__(self) -> None:
        self._exits = ExitStack()
        self._world: World | None = None

    def get(self) -> World:
        if self._world is None:
            self._world = self._exits.enter_context(running_world())
        return self._world

    def end(self) -> None:
        self._world = None
        self._exits.close()


SHARED = SharedWorld()


def own_cloud(module: object) -> Mapping[str, str] | None:
    """The parameters of the cloud that a file has for itself; None when it has none."""
    return getattr(module, "OWN_CLOUD", None)


def deploys(item: pytest.Item) -> bool:
    """Whether a test's file has a cloud for itself, of which a process can have one."""
    module = item.getparent(pytest.Module).obj  # type: ignore[union-attr]
    by_itself = any(value in DEPLOYERS for value in vars(module).values() if callable(value))
    return by_itself or own_cloud(module) is not None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let the files that share a cloud follow one another, where the first of them stands."""
    here = [item for item in items if item.path.parent == HERE]
    if here:
        first = items.index(here[0])
        items[:] = [item for item in items if item.path.parent != HERE]
        items[first:first] = sorted(here, key=deploys)


@pytest.hookimpl(trylast=True)
def pytest_runtest_teardown(nextitem: pytest.Item | None) -> None:
    """End the shared world, unless the next test may go on with it."""
    if nextitem is None or nextitem.path.parent != HERE or deploys(nextitem):
        SHARED.end()


@pytest.fixture(scope="module")
def world(request: pytest.FixtureRequest) -> Iterator[World]:
    """The file's own cloud, or the shared one: there each test has customers of its own, and leaves all else as it was.

    Dead letters of earlier files are gone.
    """
    parameters = own_cloud(request.module)
    if parameters is None:
        shared = SHARED.get()
        for queue in PUT_ASIDE:
            shared.dead_letters(queue)
        yield shared
    else:
        with running_world(parameters) as own:
            yield own


@pytest.fixture(scope="module")
def record(world: World) -> Record:
    """What is recorded of the executions on the file's cloud."""
    return Record(world)


@pytest.fixture(scope="module")
def operations(world: World) -> Operations:
    """The operations' tool on the file's cloud."""
    return Operations(world.stage)
