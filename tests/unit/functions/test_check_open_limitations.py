"""check_open_limitations: a page of the register, a check for each limitation on it."""

from typing import Any

import pytest

from tests.unit.functions.conftest import Load
from tests.unit.functions.queue_events import executions, sqs_event
from tests.unit.restoration.samples import body

pytestmark = pytest.mark.filterwarnings("ignore:No application metrics")  # muted in observability.py too

PAGE = {"checkId": "check-1", "at": "2026-05-05T02:15:00.000Z", "after": None}


@pytest.fixture
def app(load: Load, context: Any, monkeypatch: pytest.MonkeyPatch) -> Any:
    """The function, two limitations a page, with three in the register."""
    monkeypatch.setenv("PAGE_SIZE", "2")
    events = [body("PowerLimited", limitationId=f"LIM-{each}", contractId=f"CON-{each}") for each in (1, 2, 3)]
    load("register_limitations").handler(sqs_event(*events), context)
    return load("check_open_limitations")


def test_every_open_limitation_is_checked_page_by_page(app: Any, context: Any) -> None:
    before = set(executions())
    first = app.handler(PAGE, context)
    last = app.handler({**PAGE, "after": first["after"]}, context)
    assert (first["found"], last["found"], last["after"]) == (2, 1, None)
    started = sorted(name[:6] for name in set(executions()) - before)
    assert started == ["LIM-1-", "LIM-2-", "LIM-3-"]


def test_page_that_is_repeated_starts_nothing_twice_and_another_check_starts_anew(app: Any, context: Any) -> None:
    app.handler(PAGE, context)
    once = set(executions())
    app.handler(PAGE, context)
    assert set(executions()) == once
    app.handler({**PAGE, "checkId": "check-2"}, context)
    assert len(set(executions()) - once) == 2
