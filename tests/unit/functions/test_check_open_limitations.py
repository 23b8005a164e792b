"""check_open_limitations: a page of the register, each limitation looked at, an execution where there is something."""

import json
import os
from datetime import datetime
from typing import Any
from unittest.mock import Mock

import boto3
import pytest

from restoration.adapters.stepfunctions.executions import Executions
from restoration.bootstrap import aws, partners, process
from restoration.domain.switch import Mode, Switch
from restoration.errors import BillingUnavailable
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
def app(load: Load, context: Any, billing: Mock, rules: Mock) -> Any:
    """The function, two limitations a page, with three in the register that may all be restored."""
    assert not billing.mock_calls + rules.mock_calls
    events = [body("PowerLimited", limitationId=f"LIM-{each}", contractId=f"CON-{each}") for each in (1, 2, 3)]
    load("register_limitations").handler(sqs_event(*events), context)
    return load("check_open_limitations")


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
        process.campaigns().begin("campaign-2026")
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
