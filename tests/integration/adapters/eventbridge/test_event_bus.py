"""Events on the bus: a refused entry is an error, although the call itself succeeds."""

import json
from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any

import boto3
import pytest

from restoration.adapters.eventbridge.event_bus import EventBus, EventNotPublished
from restoration.contracts.business_event import event_id
from restoration.contracts.published import DunningHoldReleased, PowerRestored
from restoration.domain.ground import Basis
from tests.fakes.samples import POINT
from tests.integration.adapters.recording import Front


def released(number: int = 1) -> DunningHoldReleased:
    limitation_id = f"LIM-{number}"
    return DunningHoldReleased(
        id=event_id(limitation_id, 1, "DunningHoldReleased"),
        limitation_id=limitation_id,
        contract_id="CON-1",
        generation=1,
        outcome="BALANCE_DUE",
        reason="NOT_COVERED",
    )


@pytest.fixture
def events() -> Any:
    client = boto3.client("events")
    client.create_event_bus(Name="restoration")
    return client


def put(front: Any) -> list[list[dict[str, Any]]]:
    """The entries of each call."""
    return [arguments["Entries"] for name, arguments in front.calls if name == "put_events"]


def test_event_leaves_as_its_contract_says(events: Any) -> None:
    front: Any = Front(events)
    restored = PowerRestored(
        id="LIM-1:2:PowerRestored:",
        limitation_id="LIM-1",
        contract_id="CON-1",
        generation=2,
        point_id=POINT,
        outcome="RESTORED",
        reference="LIM-1/R/1",
        basis=Basis.GOODWILL,
        residual=Decimal("120.00"),
        review_on=date(2026, 5, 20),
        communicating_meter=None,
        unclaimable=Decimal("0.00"),
    )
    EventBus(front, "restoration").publish([restored])
    ((entry,),) = put(front)
    assert (entry["EventBusName"], entry["Source"], entry["DetailType"]) == (
        "restoration",
        "restoration",
        "PowerRestored",
    )
    assert json.loads(entry["Detail"]) == {
        "id": "LIM-1:2:PowerRestored:",
        "limitationId": "LIM-1",
        "contractId": "CON-1",
        "generation": 2,
        "pointId": POINT,
        "outcome": "RESTORED",
        "reference": "LIM-1/R/1",
        "basis": "GOODWILL",
        "residual": "120.00",
        "reviewOn": "2026-05-20",
        "communicatingMeter": None,
        "unclaimable": "0.00",
        "demand": None,
    }


def test_more_events_than_one_call_takes_leave_in_several_in_order(events: Any) -> None:
    front: Any = Front(events)
    EventBus(front, "restoration").publish([released(number) for number in range(25)])
    calls = put(front)
    assert [len(entries) for entries in calls] == [10, 10, 5]
    names = [json.loads(entry["Detail"])["limitationId"] for entries in calls for entry in entries]
    assert names == [f"LIM-{number}" for number in range(25)]


def test_without_events_the_bus_is_not_called(events: Any) -> None:
    front: Any = Front(events)
    EventBus(front, "restoration").publish([])
    assert front.calls == []


@pytest.mark.parametrize("refused", [0, 1, 2])
def test_entry_that_the_bus_refuses_fails_the_call_with_the_event_s_id(events: Any, refused: int) -> None:
    def put_events(Entries: Sequence[object]) -> Any:  # noqa: N803 - boto3's name
        results: list[dict[str, str]] = [{"EventId": str(number)} for number in range(len(Entries))]
        results[refused] = {"ErrorCode": "ThrottlingException", "ErrorMessage": "slow down"}
        return {"FailedEntryCount": 1, "Entries": results}

    front: Any = Front(events, put_events=put_events)
    with pytest.raises(EventNotPublished, match=f"LIM-{refused}:1:DunningHoldReleased:.*ThrottlingException"):
        EventBus(front, "restoration").publish([released(number) for number in range(3)])


def test_bus_that_is_not_there_publishes_nothing_silently(events: Any) -> None:
    with pytest.raises((EventNotPublished, events.exceptions.ClientError)):
        EventBus(events, "no-such-bus").publish([released()])
