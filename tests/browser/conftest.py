"""Fixtures for tests in a browser: Chromium, a console on made cases, and the stack with its channels."""

from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser

from local.console.console import Console
from local.stage.deployment import deployed_stage
from tests.browser.chromium import Open, Visit, chromium, visit, wait_for_screen
from tests.browser.journeys import World
from tests.integration.console.made import made_console
from tests.npm import need


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Headless Chromium. Where it is missing, the error says how to get it."""
    need("axe-core")
    with chromium() as running:
        yield running


@pytest.fixture(scope="session")
def console() -> Iterator[Console]:
    """A console on made cases, which asks again only after a long time: a test says when something changes."""
    need("dompurify")
    with made_console(refresh_seconds=600) as (served, _):
        yield served


@pytest.fixture(scope="session")
def pages(browser: Browser) -> Iterator[Callable[[int], Visit]]:
    """One page for each width, kept for all tests: a new one is a new process, which compiles all scripts again."""
    kept: dict[int, Visit] = {}
    with ExitStack() as stack:

        def of_width(width: int) -> Visit:
            if width not in kept:
                kept[width] = stack.enter_context(visit(browser, "about:blank", width=width))
            return kept[width]

        yield of_width


@pytest.fixture
def opened(pages: Callable[[int], Visit], console: Console) -> Open:
    """Loads the console with a question, and waits until its screen is there."""

    def open_at(width: int = 1280, **asked: str) -> Visit:
        visited = pages(width)
        visited.load(address(console, asked))
        wait_for_screen(visited)
        return visited

    return open_at


@pytest.fixture
def turned(pages: Callable[[int], Visit], console: Console, opened: Open) -> Open:
    """Leads the open console to a question, and waits until its screen is there: in a quarter of the time."""

    def turn_to(width: int = 1280, **asked: str) -> Visit:
        visited = pages(width)
        if not visited.page.url.startswith(console.url):
            return opened(width, **asked)
        visited.turn(address(console, asked))
        wait_for_screen(visited)
        return visited

    return turn_to


@pytest.fixture(scope="module")
def world(browser: Browser) -> Iterator[World]:
    """The stack with its channels, on which the journeys of a module are played."""
    with deployed_stage(channels=True, parameters={"CasePage": "suivi.fournisseur.example"}) as stage:
        yield World(stage, browser)


def address(console: Console, asked: Mapping[str, str]) -> str:
    """The address at which the console shows what is asked."""
    return f"{console.url}/?{urlencode(asked)}"
