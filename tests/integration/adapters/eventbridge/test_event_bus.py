"""Events on the bus: a refused entry is an error, although the call itself succeeds."""

import json
from collections.abc import Sequence
from typing import Any

import boto3
import pytest

from restoration.adapters.eventbridge.event_bus import EventBus, EventNotPublished
from restoration.contracts.published import DunningHoldReleased
from tests.integration.adapters.recording import Front


def released(number: int = 1) -> DunningHoldReleased:
    return DunningHoldReleased.of(f"LIM-{number}", 1, "CON-1", outcome="BALANCE_DUE", reason="NOT_COVERED")


@pytest.fixture
def events() -> Any:
    client = boto3.client("events")
    client.create_event_bus(Name="restoration")
    return client


def put(front: Any) -> list[list[dict[str, Any]]]:
    """The entries of each call."""
    return [arguments["Entries"] for name, arguments in front.calls if name == "put_events"]


def test_event_leaves_with_its_type_and_its_contract_s_json(events: Any) -> None:
    """What that is for each event, the samples in ``events/published`` say."""
    front: Any = Front(events)
    EventBus(front, "restoration").publish([released()])
    entry = {"EventBusName": "restoration", "Source": "restoration", "DetailType": "DunningHoldReleased"}
    assert put(front) == [[{**entry, "Detail": released().model_dump_json(by_alias=True)}]]


def test_more_events_than_one_call_takes_leave_in_several_in_order(events: Any) -> None:
    front: Any = Front(events)
    EventBus(front, "restoration").publish([released(number) for number in range(25)])
    calls = put(front)
    assert [len(entries) for entries in calls] == [10, 10, 5]
    names = [json.loads(entry["Detail"])["limitationId"] for entries in calls for entry in entries]
    assert names == [f"LIM-{number}" for number in range(25)]


@pytest.mark.parametrize("refused", [0, 1, 2])
def test_entry_that_the_bus_refuses_fails_the_call_with_the_event_s_id(events: Any, refused: int) -> None:
    def put_events(Entries: Sequence[object]) -> Any:  # noqa: N803 - boto3's name
        results: list[dict[str, str]] = [{"EventId": str(number)} for number in range(len(Entries))]
        results[refused] = {"ErrorCode": "ThrottlingException", "ErrorMessage": "slow down"}
        return {"FailedEntryCount": 1, "Entries": results}

    front: Any = Front(events, put_events=put_events)
    with pytest.raises(EventNotPublished, match=f"LIM-{refused}:1:DunningHoldReleased:.*ThrottlingException"):
        EventBus(front, "restoration").publish([released(number) for number in range(3)])
