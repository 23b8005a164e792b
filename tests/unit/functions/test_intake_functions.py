"""receive_payments, register_limitations, resume_restoration: events from a queue, each batch in part."""

from collections.abc import Callable
from typing import Any

import pytest

from tests.fakes.samples import POINT, body, payment
from tests.infrastructure.templates import template
from tests.unit.functions.conftest import Annotations, Load, Logs, Metrics
from tests.unit.functions.queue_events import change, executions, failed, item, put_aside, sqs_event

type Take = Callable[..., list[str]]
"""Gives records to a function; returns those that SQS shows again."""


@pytest.fixture
def take(load: Load, context: Any) -> Take:
    apps: dict[str, Any] = {}

    def taken(function: str, *bodies: str, trace: str | None = None) -> list[str]:
        app = apps.setdefault(function, load(function))
        return failed(app.handler(sqs_event(*bodies, trace=trace), context))

    return taken


@pytest.fixture
def limited(take: Take) -> None:
    """LIM-1 of CON-1 and LIM-2 of CON-2 are limited."""
    second = body("PowerLimited", limitationId="LIM-2", contractId="CON-2")
    assert take("register_limitations", body("PowerLimited"), second) == []


def test_a_record_is_given_up_by_ourselves_before_the_queue_does_it_without_a_word(
    load: Load, context: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The last try is for a worker that died in the one before."""
    for name in ("FLOWS_BUCKET", "FLOW_SNAPSHOTS_TABLE"):
        monkeypatch.setenv(name, "flows")
    found = template()
    readers = {queue: each for each in found.functions for queue in found.queues_read_by(each)}
    limits = {queue: found.resources[queue].properties["RedrivePolicy"]["maxReceiveCount"] for queue in readers}
    names = {queue: each.properties["CodeUri"].strip("/").rpartition("/")[2] for queue, each in readers.items()}
    apps = {queue: load(name) for queue, name in names.items()}
    assert {queue: app.GIVE_UP_AT + 1 for queue, app in apps.items()} == limits
    assert [failed(app.handler(sqs_event("{"), context)) for app in apps.values()] == [[]] * len(apps)


def test_a_limitation_is_registered_for_the_sweep(take: Take, annotated: Annotations, logs: Logs) -> None:
    assert take("register_limitations", body("PowerLimited")) == []
    assert annotated == [("limitationId", "LIM-1"), ("outcome", "NOTED")]
    assert (logs()[0]["correlation_id"], logs()[0]["outcome"]) == ("LIM-1", "NOTED")
    assert item("limitations", limitationId="LIM-1")["status"] == "LIMITED"
    assert item("limited-contracts", contractId="CON-1")["limitations"] == {"LIM-1": POINT}
    assert (item("limitations", limitationId="LIM-1")["triggerCount"], executions()) == (1, [])


@pytest.mark.usefixtures("limited")
def test_a_payment_of_a_limited_customer_starts_an_execution_with_its_trace(take: Take, annotated: Annotations) -> None:
    before = set(executions())
    trace = "Root=1-5759e988-bd862e3fe1be46a994272793"
    assert take("receive_payments", payment("PAY-1", "CON-1"), payment("PAY-2", "CON-9"), trace=trace) == []
    (started,) = set(executions()) - before
    assert started.startswith("LIM-1-")
    assert annotated[-2:] == [("limitationId", "LIM-1"), ("outcome", "STARTED")]


BROKEN = [
    ("receive_payments", body("PaymentReceived", amount="-1.00"), "detail.amount"),
    ("receive_payments", body("PowerLimited"), "PowerLimited"),
    ("register_limitations", body("PowerLimited", pointId="123"), "detail.pointId"),
    ("resume_restoration", body("AdvisorDecided", limitationId="LIM-9"), "LIM-9"),
]
GOOD = {
    "receive_payments": payment("PAY-7"),
    "register_limitations": body("PowerLimited", limitationId="LIM-7"),
    "resume_restoration": body("PaymentCleared", paymentId="PAY-7"),
}


@pytest.mark.usefixtures("limited")
@pytest.mark.parametrize(("function", "broken", "reason"), BROKEN)
def test_an_invalid_event_is_put_aside_with_the_reason_and_the_rest_goes_on(
    take: Take, annotated: Annotations, function: str, broken: str, reason: str
) -> None:
    before = set(executions())
    assert take(function, broken, GOOD[function], broken) == []
    aside = put_aside()
    assert [(text, error) for text, error, _ in aside] == [(broken, "InvalidEvent")] * 2
    assert all(reason in why for _, _, why in aside)
    assert annotated[-1] == ("outcome", "INVALID")
    if function == "register_limitations":
        assert item("limitations", limitationId="LIM-7")["status"] == "LIMITED"
    else:
        assert len(set(executions()) - before) == 1


@pytest.mark.usefixtures("limited")
def test_a_result_is_recorded_and_wakes_the_holder(
    load: Load, context: Any, monkeypatch: pytest.MonkeyPatch, annotated: Annotations, metrics: Metrics
) -> None:
    app = load("resume_restoration")
    question = {"number": 1, "reason": "DISPUTE", "askedAt": 1}
    holds = {"holder": "arn:me", "generation": 1, "waitingToken": "token-1"}
    change("limitations", {"limitationId": "LIM-1"}, question=question, **holds)
    woken: list[str] = []

    def wake(_self: object, token: str, _type: str, _id: str) -> bool:
        woken.append(token)
        return True

    monkeypatch.setattr(type(app.desk.start.executions), "wake", wake)
    before = executions()
    assert failed(app.handler(sqs_event(body("AdvisorDecided", question=1)), context)) == []
    stored = item("limitations", limitationId="LIM-1")
    assert stored["advisorWord"]["decision"] == "RESTORE"
    assert (stored["decidedQuestion"], "question" in stored) == (question, False)
    assert "AdvisorDecided|LIM-1:2026-05-04T12:00:00+02:00" in stored["facts"]
    assert woken == ["token-1"]
    assert executions() == before
    assert annotated[-2:] == [("limitationId", "LIM-1"), ("outcome", "RESUMED")]
    assert metrics()["ResumptionsResumed"] == [1]


@pytest.mark.usefixtures("limited")
def test_events_are_counted(take: Take, metrics: Metrics) -> None:
    take("receive_payments", payment(), payment("PAY-2", "CON-9"), "{")
    assert metrics() == {"PaymentReceivedEvents": [1, 1], "TriggersStarted": [1], "InvalidEvents": [1]}


@pytest.mark.usefixtures("limited")
@pytest.mark.parametrize(
    ("closed_at", "counted"), [("2026-05-01T08:00:00.000Z", [1]), ("2026-03-27T08:00:00.000Z", [])]
)
def test_a_limitation_soon_after_another_was_closed_is_counted(
    take: Take, metrics: Metrics, closed_at: str, counted: list[int]
) -> None:
    change("limited-contracts", {"contractId": "CON-1"}, lastClosedAt=closed_at)
    assert take("register_limitations", body("PowerLimited", limitationId="LIM-3")) == []
    assert metrics().get("LimitationsSoonAfterClosing", []) == counted
