"""One cloud for the files whose tests have customers of their own; others deploy one that is as they need it."""

from contextlib import ExitStack
from pathlib import Path

import pytest

from local.cloud import EmbeddedCloud
from local.stage import deployed_stage
from tests.end_to_end.world import World, running_world

HERE = Path(__file__).parent
pytest.register_assert_rewrite("tests.end_to_end.recounted_screens")  # a failed comparison says what differs
PUT_ASIDE = ("PaymentsDeadLetters", "LimitationsDeadLetters", "FlowsDeadLetters", "UnrecognisedEventsQueue")
DEPLOYERS = (EmbeddedCloud, deployed_stage, running_world)


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


def deploys(item: pytest.Item) -> bool:
    """Whether a test's file deploys a cloud itself, of which a process can have one."""
    return any(value in DEPLOYERS for value in vars(item.getparent(pytest.Module).obj).values() if callable(value))  # type: ignore[union-attr]


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
def world() -> World:
    """The shared cloud: each test has customers of its own, and leaves all else as it was but for dead letters."""
    shared = SHARED.get()
    for queue in PUT_ASIDE:
        shared.dead_letters(queue)
    return shared
