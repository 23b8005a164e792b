"""Lists and histories of executions, read in pages, and only as far as needed."""

from datetime import UTC, datetime, timedelta
from typing import Any

import boto3

from record.adapters.stepfunctions.history import ExecutionHistories
from record.domain.course_event import End
from tests.cases import cases

MACHINE = "arn:aws:states:eu-west-3:123456789012:stateMachine:restoration"
ARN = "arn:aws:states:eu-west-3:123456789012:execution:restoration:LIM-1-"
NOW = datetime(2026, 11, 26, 3, tzinfo=UTC)


class Answering:
    """Step Functions with given pages; it notes what it was asked."""

    def __init__(self, **pages: list[dict[str, Any]]) -> None:
        self._pages = pages
        self.asked: list[dict[str, Any]] = []
        self.machine: dict[str, Any] = {}
        self.machines_of: dict[str, dict[str, Any]] = {}
        self.exceptions = boto3.client("stepfunctions", region_name="eu-west-3").exceptions

    def list_executions(self, **request: Any) -> dict[str, Any]:
        self.asked.append(request)
        return self._page("lists", request)

    def get_execution_history(self, **request: Any) -> dict[str, Any]:
        self.asked.append(request)
        if "histories" not in self._pages:
            raise self.exceptions.ExecutionDoesNotExist({"Error": {"Code": "ExecutionDoesNotExist"}}, "operation")
        return self._page("histories", request)

    def describe_state_machine(self, **request: Any) -> dict[str, Any]:
        assert request == {"stateMachineArn": MACHINE}
        return {"creationDate": NOW - timedelta(days=9), **self.machine}

    def describe_state_machine_for_execution(self, **request: Any) -> dict[str, Any]:
        return self.machines_of[request["executionArn"]]

    def _page(self, name: str, request: dict[str, Any]) -> dict[str, Any]:
        place = int(request.get("nextToken", 0))
        more = {"nextToken": str(place + 1)} if place + 1 < len(self._pages[name]) else {}
        return {**self._pages[name][place], **more}


def histories(client: Any) -> ExecutionHistories:
    return ExecutionHistories(client, MACHINE)


def listed(name: str, age: int, **more: Any) -> dict[str, Any]:
    return {"executionArn": f"{ARN}{name}", "startDate": NOW - timedelta(minutes=age), **more}


def test_running_executions_come_with_their_redrives_from_all_pages() -> None:
    client = Answering(lists=[{"executions": [listed("a", 1, redriveCount=2)]}, {"executions": [listed("b", 9)]}])
    assert histories(client).running() == {f"{ARN}a": 2, f"{ARN}b": 0}
    assert {each["statusFilter"] for each in client.asked} == {"RUNNING"}


def test_list_is_read_no_further_than_the_moment() -> None:
    client = Answering(lists=[{"executions": [listed("a", 1), listed("b", 9)]}, {"executions": [listed("c", 20)]}])
    assert list(histories(client).started_since(NOW - timedelta(minutes=5))) == [f"{ARN}a"]
    assert [each.get("statusFilter") for each in client.asked] == [None], "of any status, and one page"


def test_history_of_several_pages_is_one_course() -> None:
    started = {"id": 1, "type": "ExecutionStarted", "timestamp": NOW}
    ended = {
        "id": 2,
        "type": "ExecutionSucceeded",
        "timestamp": NOW + timedelta(seconds=1),
        "executionSucceededEventDetails": {"output": '{"outcome": "RESTORED"}'},
    }
    course = histories(Answering(histories=[{"events": [ended]}, {"events": [started]}])).course(f"{ARN}a")
    assert course is not None
    at = int(NOW.timestamp() * 1000)
    assert course.is_complete
    assert course.ends == {0: End(0, "SUCCEEDED", at, at + 1000, "RESTORED")}


def test_execution_that_step_functions_has_forgotten_has_no_course() -> None:
    assert histories(Answering()).course(f"{ARN}a") is None


@cases(
    "machine, ago",
    {
        "never updated": ({}, timedelta(days=9)),
        "never updated, as it says": ({"revisionId": "INITIAL"}, timedelta(days=9)),
        "updated, as an execution on it says": ({"revisionId": "r2"}, timedelta(hours=2)),
        "updated, and nothing has begun on it": ({"revisionId": "r3"}, None),
    },
)
def test_machine_was_deployed_when_it_was_created_or_updated(machine: dict[str, Any], ago: timedelta | None) -> None:
    client = Answering(lists=[{"executions": [listed("a", 1)]}])
    client.machine = machine
    client.machines_of = {f"{ARN}a": {"revisionId": "r2", "updateDate": NOW - timedelta(hours=2)}}
    assert histories(client).deployed_at() == (ago and NOW - ago)
