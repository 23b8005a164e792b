"""check_open_limitations and protection_campaign: pages of the register, what is started and counted, a report."""

import json
import os
from collections import Counter
from datetime import UTC, datetime
from typing import Any
from unittest.mock import Mock

import boto3
import pytest

from restoration.adapters.stepfunctions.executions import Executions
from restoration.bootstrap import aws, partners
from restoration.domain.campaign import CampaignReport, Concerned, Result
from restoration.domain.switch import Mode, Switch
from restoration.errors import BillingUnavailable
from restoration.use_cases.check_open_limitations import Looked
from restoration.use_cases.protection_campaign import Seen
from tests.fakes.samples import body
from tests.fakes.situations import EVERYBODY_S
from tests.unit.functions.conftest import Load, Metrics
from tests.unit.functions.queue_events import change, executions, sqs_event, start_execution

PAGE = {"checkId": "check-1", "at": "2026-05-05T02:15:00.000Z", "after": None}


@pytest.fixture
def billing(monkeypatch: pytest.MonkeyPatch) -> Mock:
    found = Mock(**{"situation.return_value": EVERYBODY_S})
    monkeypatch.setattr(partners, "billing", lambda: found)
    return found


@pytest.fixture
def rules(monkeypatch: pytest.MonkeyPatch) -> Mock:
    """Return the same coverage for every customer."""
    found = Mock(**{"value.return_value": {"outcome": "RESTORE", "reason": "COVERED"}})
    monkeypatch.setattr(aws, "decision_function", lambda: found)
    return found


@pytest.fixture
def limited(load: Load, context: Any) -> Load:
    """Three limitations are in the register; a page has two."""
    events = [body("PowerLimited", limitationId=f"LIM-{each}", contractId=f"CON-{each}") for each in (1, 2, 3)]
    load("register_limitations").handler(sqs_event(*events), context)
    return load


@pytest.fixture
def app(limited: Load, billing: Mock, rules: Mock) -> Any:
    """The nightly check, by which all three may be restored."""
    assert not billing.mock_calls + rules.mock_calls
    return limited("check_open_limitations")


def test_every_open_limitation_is_looked_at_page_by_page(app: Any, context: Any) -> None:
    before = set(executions())
    first = app.handler(PAGE, context)
    last = app.handler({**PAGE, "after": first["after"]}, context)
    whole = {"switchedOff": False, "failed": [], "left": []}
    # It waits until Enedis has room for what was started.
    assert first == whole | {"found": 2, "started": 2, "pauseSeconds": 8, "after": first["after"]}
    assert last == whole | {"found": 1, "started": 1, "pauseSeconds": 4, "after": None}
    started = sorted(name[:6] for name in set(executions()) - before)
    assert started == ["LIM-1-", "LIM-2-", "LIM-3-"]
    states = boto3.client("stepfunctions")
    arn = states.list_executions(stateMachineArn=os.environ["STATE_MACHINE_ARN"])["executions"][0]["executionArn"]
    because = json.loads(states.describe_execution(executionArn=arn)["input"])["trigger"]
    assert because == {"type": "NightlyCheck", "id": "check-1", "at": "2026-05-05T02:15:00+00:00", "eventId": "check-1"}


@pytest.mark.parametrize(("milliseconds", "found"), [(30_000, 1), (30_001, 2)])
def test_page_ends_before_its_function_does(app: Any, context: Any, milliseconds: int, found: int) -> None:
    context.get_remaining_time_in_millis = lambda: milliseconds
    assert app.handler(PAGE, context)["found"] == found


def test_who_billing_has_an_error_for_is_looked_at_again_until_nobody_looks(
    app: Any, context: Any, billing: Mock, metrics: Metrics
) -> None:
    billing.situation.side_effect = BillingUnavailable("no response")
    chosen = {**PAGE, "limitationIds": ["LIM-2"]}
    first, last = app.handler(chosen, context), app.handler({**chosen, "lastLook": True}, context)
    assert (first["failed"], first["started"], last["failed"], last["started"]) == (["LIM-2"], 0, [], 1)
    counted = metrics()
    assert (counted["NightlyLooksFailed"], counted["NightlyLooksUnreadable"]) == ([1, 0], [1])


def test_facts_that_nobody_has_looked_at_are_swept(app: Any, context: Any, metrics: Metrics) -> None:
    metrics()
    chosen = {"unseen": True, "limitationIds": ["LIM-2"]}
    assert app.handler(chosen, context) == {"looked": 1, "started": 1, "failed": 0}
    metrics()
    assert app.handler({"unseen": True}, context) == {"looked": 3, "started": 2, "failed": 0}
    swept = {"SweepLooks": [3], "SweepStarts": [2], "SweepLooksFailed": [0]}
    assert metrics() == {"OldestUnseenFact": [0], "CampaignOverdue": [0], **swept}
    assert sorted(name[:6] for name in executions()) == ["LIM-1-", "LIM-2-", "LIM-3-"]


def test_sweep_asks_for_all_running_executions_at_once(app: Any, context: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A thousand that are held would use up the quota of one call for each, before the fact that nobody acts on."""
    for number in (1, 2):
        holder = start_execution(f"holds-{number}")
        change("limitations", {"limitationId": f"LIM-{number}"}, holder=holder, generation=1)
    monkeypatch.setattr(Executions, "status_of", None)
    assert app.handler({"unseen": True}, context) == {"looked": 1, "started": 1, "failed": 0}


@pytest.mark.parametrize(
    ("now", "begun", "mode", "overdue"),
    [
        ("2026-10-31T10:59:00+00:00", False, Mode.ON, 0),
        ("2026-10-31T11:00:00+00:00", False, Mode.ON, 1),
        ("2026-10-31T11:00:00+00:00", False, Mode.OFF, 0),
        ("2026-10-31T11:00:00+00:00", True, Mode.ON, 0),
        ("2026-11-01T11:00:00+00:00", False, Mode.ON, 0),
    ],
)
def test_sweep_says_each_minute_whether_nothing_has_started_the_campaign(  # noqa: PLR0913, PLR0917 - three fixtures
    app: Any,
    context: Any,
    monkeypatch: pytest.MonkeyPatch,
    metrics: Metrics,
    now: str,
    begun: bool,  # noqa: FBT001
    mode: Mode,
    overdue: int,
) -> None:
    monkeypatch.setattr(app, "utc_now", lambda: datetime.fromisoformat(now))
    monkeypatch.setattr(app, "switch", lambda: Switch(mode, 100))
    if begun:
        aws.campaigns().begin("campaign-2026")
    metrics()
    app.handler({"unseen": True}, context)
    assert metrics()["CampaignOverdue"] == [overdue]


def test_switched_off_nothing_is_swept_and_nothing_is_lost(
    app: Any, context: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as off:
        off.setattr(app, "switch", lambda: Switch(Mode.OFF, 100))
        assert app.handler({"unseen": True}, context)["looked"] == 0
    assert app.handler({"unseen": True}, context)["started"] == 3


def test_with_the_switch_off_nothing_is_looked_at(app: Any, context: Any) -> None:
    boto3.client("ssm").put_parameter(Name="/restoration/mode", Value="off", Type="String")
    before = set(executions())
    assert app.handler(PAGE, context) == {
        "switchedOff": True,
        "started": 0,
        "found": 0,
        "failed": [],
        "left": [],
        "after": None,
        "pauseSeconds": 1,
    }
    assert set(executions()) == before


def test_findings_are_counted(app: Any, context: Any, metrics: Metrics, rules: Mock) -> None:
    app.handler(PAGE, context)
    assert metrics() == {"NightlyLooksSomething": [2], "NightlyLooksFailed": [0]}
    rules.value.return_value = {"outcome": "BALANCE_DUE", "reason": "OPEN_BALANCE"}
    app.handler(PAGE, context)
    assert metrics() == {"NightlyLooksNothingNew": [2], "NightlyLooksFailed": [0]}


@pytest.mark.parametrize("page", [{}, {"checkId": "check-1"}, {"at": PAGE["at"]}])
def test_a_page_without_its_check_or_moment_is_refused(app: Any, context: Any, page: dict[str, Any]) -> None:
    with pytest.raises(Exception, match="checkId and at are missing"):
        app.handler(page, context)


# ── The protection campaign ──


LOOK = {"step": "LOOK", "at": "2026-10-25T02:00:00.000Z"}
REPORT = LOOK | {"step": "REPORT"}


@pytest.fixture
def desk() -> Mock:
    """Finds two to start and one that it can't read, on whatever page it looks at."""
    looked = Looked(Counter({Seen.STARTED: 2, Seen.UNREADABLE: 1}), (), (), "LIM-1")
    return Mock(**{"look_at.return_value": looked})


@pytest.fixture
def campaign(limited: Load, desk: Mock) -> Any:
    app = limited("protection_campaign")
    vars(app)["campaign_desk"] = lambda: desk
    return app


def test_page_is_looked_at_as_long_as_there_is_time(campaign: Any, context: Any, desk: Mock) -> None:
    context.get_remaining_time_in_millis = lambda: 30_000
    found = campaign.handler(LOOK, context)
    assert {name: found[name] for name in ("found", "started", "unreadable", "after", "switchedOff")} == {
        "found": 3,
        "started": 2,
        "unreadable": 1,
        "after": "LIM-1",
        "switchedOff": False,
    }
    assert found["pauseSeconds"] == campaign.pause_for(2, 1) > 1
    ((limitations, run, is_time_left), told) = desk.look_at.call_args
    assert (len(limitations), is_time_left(), told) == (2, False, {"is_last": False})
    assert run == campaign.CampaignRun(datetime(2026, 10, 25, 2, tzinfo=UTC), is_dry=False)


def test_with_the_switch_off_no_campaign_looks(campaign: Any, context: Any, desk: Mock) -> None:
    boto3.client("ssm").put_parameter(Name="/restoration/mode", Value="off", Type="String")
    nothing = {"found": 0, "started": 0, "unreadable": 0, "failed": [], "left": [], "after": None}
    assert campaign.handler(LOOK, context) == nothing | {"switchedOff": True, "pauseSeconds": 1}
    desk.look_at.assert_not_called()


@pytest.mark.parametrize(("now", "times"), [("2026-10-30T12:00:00+00:00", 0), ("2026-10-31T02:00:00+00:00", 1)])
def test_campaign_that_still_looks_on_its_last_day_is_late_though_no_report_says_so(
    campaign: Any, context: Any, metrics: Metrics, now: str, times: int
) -> None:
    campaign.utc_now = lambda: datetime.fromisoformat(now)
    campaign.handler(LOOK, context)
    assert metrics()["CampaignOverdue"].count(1) == times


@pytest.mark.parametrize(
    ("now", "results", "more", "expected"),
    [
        ("2026-10-25T02:30:00+00:00", [Result.RUNNING], {}, (False, False)),
        ("2026-10-25T22:00:00+00:00", [Result.RUNNING], {}, (True, False)),
        ("2026-10-25T02:30:00+00:00", [Result.OPEN], {}, (True, False)),
        ("2026-10-31T02:00:00+00:00", [Result.OPEN], {}, (True, True)),
        ("2026-10-31T02:00:00+00:00", [Result.RUNNING], {"dryRun": True}, (True, False)),
        # A technician's order kept the last report, and with it the page, until an hour before the date.
        ("2026-10-31T04:00:00+00:00", [Result.RUNNING], {"at": "2026-10-31T02:00:00.000Z"}, (False, False)),
        ("2026-10-31T04:00:00+00:00", [Result.RUNNING, Result.OPEN], {"at": "2026-10-31T02:00:00.000Z"}, (False, True)),
    ],
)
def test_last_report_counts_who_is_late(  # noqa: PLR0913, PLR0917 - four fixtures
    campaign: Any,
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
    campaign.utc_now = lambda: datetime.fromisoformat(now)
    found = campaign.handler({**REPORT, **more}, context)
    assert (found["concerned"], found["reasons"]) == (len(results), {"ENERGY_VOUCHER": len(results)})
    assert (found["over"], 1 in metrics()["CampaignOverdue"]) == expected
