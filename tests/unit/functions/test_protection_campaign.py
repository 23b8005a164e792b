"""protection_campaign: a page of the register with its pause, and the report with its metric."""

from collections import Counter
from datetime import UTC, datetime
from typing import Any
from unittest.mock import Mock

import boto3
import pytest

from restoration.bootstrap import process
from restoration.domain.campaign import CampaignReport, Concerned, Result
from restoration.use_cases.check_open_limitations import Looked
from restoration.use_cases.protection_campaign import Seen
from tests.fakes.samples import body
from tests.unit.functions.conftest import Load, Metrics
from tests.unit.functions.queue_events import sqs_event

LOOK = {"step": "LOOK", "at": "2026-10-25T02:00:00.000Z"}
REPORT = {"step": "REPORT", "at": "2026-10-25T02:00:00.000Z"}


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Mock:
    """Finds two to start and one that it can't read, on whatever page it looks at."""
    looked = Looked(Counter({Seen.STARTED: 2, Seen.UNREADABLE: 1}), (), (), "LIM-1")
    desk = Mock(**{"look_at.return_value": looked})
    monkeypatch.setattr(process, "campaign_desk", lambda: desk)
    return desk


@pytest.fixture
def app(load: Load, context: Any, desk: Mock) -> Any:
    desk.assert_not_called()
    events = [body("PowerLimited", limitationId=f"LIM-{each}", contractId=f"CON-{each}") for each in (1, 2, 3)]
    load("register_limitations").handler(sqs_event(*events), context)
    return load("protection_campaign")


def test_page_is_looked_at_as_long_as_there_is_time(app: Any, context: Any, desk: Mock) -> None:
    context.get_remaining_time_in_millis = lambda: 30_000
    found = app.handler(LOOK, context)
    assert {name: found[name] for name in ("found", "started", "unreadable", "after", "switchedOff")} == {
        "found": 3,
        "started": 2,
        "unreadable": 1,
        "after": "LIM-1",
        "switchedOff": False,
    }
    assert found["pauseSeconds"] == app.pause_for(2, 1) > 1
    ((limitations, run, is_time_left), told) = desk.look_at.call_args
    assert (len(limitations), is_time_left(), told) == (2, False, {"is_last": False})
    assert run == app.CampaignRun(datetime(2026, 10, 25, 2, tzinfo=UTC), is_dry=False)


def test_with_the_switch_off_nothing_is_looked_at(app: Any, context: Any, desk: Mock) -> None:
    boto3.client("ssm").put_parameter(Name="/restoration/mode", Value="off", Type="String")
    nothing = {"found": 0, "started": 0, "unreadable": 0, "failed": [], "left": [], "after": None}
    assert app.handler(LOOK, context) == nothing | {"switchedOff": True, "pauseSeconds": 1}
    desk.look_at.assert_not_called()


@pytest.mark.parametrize(("now", "times"), [("2026-10-30T12:00:00+00:00", 0), ("2026-10-31T02:00:00+00:00", 1)])
def test_campaign_that_still_looks_on_its_last_day_is_late_though_no_report_says_so(
    app: Any, context: Any, metrics: Metrics, now: str, times: int
) -> None:
    app.utc_now = lambda: datetime.fromisoformat(now)
    app.handler(LOOK, context)
    assert metrics()["CampaignOverdue"].count(1) == times


@pytest.mark.parametrize(
    ("now", "results", "more", "expected"),
    [
        ("2026-10-25T02:30:00+00:00", [Result.RUNNING], {}, (False, False)),
        ("2026-10-25T22:00:00+00:00", [Result.RUNNING], {}, (True, False)),
        ("2026-10-25T02:30:00+00:00", [Result.OPEN], {}, (True, False)),
        ("2026-10-31T02:00:00+00:00", [Result.OPEN], {}, (True, True)),
        ("2026-10-31T02:00:00+00:00", [Result.OPEN], {"dryRun": True}, (True, False)),
        # A technician's order kept the last report, and with it the page, until an hour before the date.
        ("2026-10-31T04:00:00+00:00", [Result.RUNNING], {"at": "2026-10-31T02:00:00.000Z"}, (False, False)),
        ("2026-10-31T04:00:00+00:00", [Result.RUNNING, Result.OPEN], {"at": "2026-10-31T02:00:00.000Z"}, (False, True)),
    ],
)
def test_last_report_counts_who_is_late(  # noqa: PLR0913, PLR0917 - four fixtures
    app: Any,
    context: Any,
    desk: Mock,
    metrics: Metrics,
    now: str,
    results: list[Result],
    more: dict[str, Any],
    expected: tuple[bool, bool],
) -> None:
    desk.report.return_value = report = CampaignReport("campaign-2026")
    for result in results:
        report.add(Concerned("LIM-1", "CON-1", "FLOOR", "ENERGY_VOUCHER", is_started=True), result, None)
    app.utc_now = lambda: datetime.fromisoformat(now)
    found = app.handler({**REPORT, **more}, context)
    assert (found["concerned"], found["reasons"]) == (len(results), {"ENERGY_VOUCHER": len(results)})
    assert (found["over"], 1 in metrics()["CampaignOverdue"]) == expected
