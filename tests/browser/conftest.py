"""Fixtures for tests in a browser: Chromium, and a console on made cases."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Browser

from local.supervise.console import Console
from tests.browser.chromium import MISSING, Visit, chromium, installed, visit
from tests.integration.supervise.made import made_console
from tests.missing import do_without
from tests.npm import need

Open = Callable[..., Visit]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Headless Chromium. Without it a test is skipped; in CI it fails, since there it is never to miss."""
    need("axe-core")
    if installed() is None:
        do_without(MISSING)
    with chromium() as running:
        yield running


@pytest.fixture(scope="session")
def console() -> Iterator[Console]:
    """A console on made cases, which asks again only after a long time: a test says when something changes."""
    need("dompurify")
    with made_console(refresh_seconds=600) as (served, _):
        yield served


@pytest.fixture
def opened(browser: Browser, console: Console) -> Iterator[Open]:
    """Opens the console at a question, and waits until its screen is there."""
    with ExitStack() as stack:

        def open_at(width: int = 1280, **asked: str) -> Visit:
            visited = stack.enter_context(visit(browser, f"{console.url}/?{urlencode(asked)}", width=width))
            wait_for_screen(visited)
            return visited

        yield open_at


def wait_for_screen(visited: Visit) -> None:
    """Wait until what was asked is shown."""
    visited.page.wait_for_selector("#screen[aria-busy=false] .ra")
