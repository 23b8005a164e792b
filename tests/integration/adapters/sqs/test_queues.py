"""Orders put back for later, records put aside with the reason, batches of which only failed records come again."""

import json
import re
from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from restoration.adapters.sqs.batch import LastTry, process_batch
from restoration.adapters.sqs.dead_letters import DeadLetters
from restoration.adapters.sqs.delayed_copies import LONGEST_WAIT, DelayedCopies
from restoration.contracts.queued_order import parse_queued_order
from restoration.domain.order import LONGEST_DELAY, Aim, Intent, OpenOrder, Wanted
from restoration.errors import EnedisUnavailable, InvalidEvent
from restoration.record_trace import trace_of_record
from restoration.tracing import record
from tests.cases import cases
from tests.fakes.samples import POINT, QUEUED_ORDER
from tests.unit.functions.queue_events import sqs_event

TRACE = "Root=1-5759e988-bd862e3fe1be46a994272793"
SQS_REFUSES = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class Sent:
    """An SQS client that keeps the records that it is given."""

    def __init__(self) -> None:
        self.messages: list[dict[str, Any]] = []

    def send_message(self, **message: Any) -> dict[str, Any]:
        self.messages.append(message)
        return {}


def parse(**changes: Any) -> Any:
    return parse_queued_order(json.dumps({**QUEUED_ORDER, **changes}))


@cases(
    "changes, meant",
    {
        "as the state machine sends it": ({"department": "67"}, Wanted(Intent.RESTORE_REMOTELY, Aim.FULL)),
        "a floor after a cut": (
            {"intent": "RAISE_FLOOR", "aim": "FLOOR", "floorKva": 3, "afterCut": True},
            Wanted(Intent.RAISE_FLOOR, Aim.FLOOR, Decimal(3), after_cut=True),
        ),
        "a technician for a floor": (
            {"intent": "TECHNICIAN", "aim": "FLOOR", "floorKva": 3},
            Wanted(Intent.RESTORE_BY_TECHNICIAN, Aim.FLOOR, Decimal(3)),
        ),
        "a cancellation": (
            {"intent": "CANCEL_LIMITATION", "limitationCaseId": "L1"},
            Wanted(Intent.CANCEL_LIMITATION, Aim.FULL, limitation_case_id="L1"),
        ),
    },
)
def test_a_queued_order_is_the_one_that_its_fields_mean(changes: dict[str, Any], meant: Wanted) -> None:
    message = parse(**changes)
    placing = message.placing
    assert placing.order == OpenOrder(message.reference, meant, POINT, "CON-1")
    assert (placing.execution, placing.generation) == (QUEUED_ORDER["execution"], 2)
    assert placing.department == changes.get("department")


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"intent": "TECHNICIAN", "aim": "FLOOR"}, "LIM-1/T/1: aims at FLOOR with no floor"),
        ({"intent": "TECHNICIAN", "floorKva": 3}, "LIM-1/T/1: aims at FULL with a floor of 3 kVA"),
        ({"intent": "RAISE_FLOOR"}, "LIM-1/F/1"),
        ({"intent": "RAISE_FLOOR", "floorKva": 3}, "LIM-1/F/1: aims at FULL with a floor of 3 kVA"),
        ({"intent": "CANCEL_LIMITATION"}, "LIM-1/C/1"),
    ],
)
def test_an_order_that_contradicts_itself_or_lacks_what_it_needs_is_refused_by_name(
    changes: dict[str, Any], said: str
) -> None:
    with pytest.raises(InvalidEvent, match=said):
        _ = parse(**changes).placing


def test_the_error_for_a_broken_queued_order_does_not_show_its_token() -> None:
    with pytest.raises(InvalidEvent) as caught:
        parse(taskToken="SECRET-TOKEN", ordinal=0, intent=["SECRET"])
    assert "SECRET-TOKEN" not in str(caught.value)


@pytest.mark.parametrize(
    ("longest", "delay", "seconds"),
    [
        (LONGEST_DELAY, timedelta(seconds=-5), 1),
        (LONGEST_DELAY, timedelta(milliseconds=1200), 2),
        (LONGEST_DELAY, timedelta(hours=5), 900),  # SQS's longest
        (LONGEST_WAIT, timedelta(hours=11), 600),
    ],
)
def test_a_copy_comes_when_its_time_has_come_or_after_the_longest_delay(
    longest: timedelta, delay: timedelta, seconds: int
) -> None:
    client: Any = Sent()
    DelayedCopies(client, "queue", longest).keep("body", delay)
    assert client.messages == [{"QueueUrl": "queue", "MessageBody": "body", "DelaySeconds": seconds}]


def test_a_copy_stays_in_the_trace_that_its_record_came_in() -> None:
    client: Any = Sent()
    with record(TRACE):
        DelayedCopies(client, "queue").keep("body", timedelta(seconds=30))
    (message,) = client.messages
    assert message["MessageSystemAttributes"]["AWSTraceHeader"]["StringValue"] == TRACE


@settings(max_examples=200)
@given(body=st.text(), reason=st.text())
def test_any_record_is_put_aside_in_a_form_that_sqs_takes(body: str, reason: str) -> None:
    client: Any = Sent()
    DeadLetters(client, "queue").put(body, InvalidEvent(reason), "message-1")
    (message,) = client.messages
    texts = [message["MessageBody"], *(value["StringValue"] for value in message["MessageAttributes"].values())]
    assert all(texts)
    assert not [text for text in texts if SQS_REFUSES.search(text)]


@pytest.mark.parametrize(
    ("body", "reason", "kept"),
    [("a\0b", "", ("a\ufffdb", "InvalidEvent")), ("", "x" * 300_000, (" ", "x" * 2000))],
    ids=["refused character", "empty body, long reason"],
)
def test_what_sqs_refuses_is_replaced_or_cut(body: str, reason: str, kept: tuple[str, str]) -> None:
    client: Any = Sent()
    DeadLetters(client, "queue").put(body, InvalidEvent(reason), "message-1")
    (message,) = client.messages
    assert (message["MessageBody"], message["MessageAttributes"]["ErrorReason"]["StringValue"]) == kept


LAST = LastTry(9)
DOWN = {"a": EnedisUnavailable("connection refused")}


def process(
    errors: Mapping[str, Exception], *bodies: str, last: LastTry = LAST, client: Any = None, **event: Any
) -> tuple[list[str], list[str], Sent]:
    """Handle a batch, some of whose bodies fail: which records come again, which were seen, and what was put aside."""
    seen: list[str] = []
    sent: Any = client or Sent()

    def handle(body: str) -> None:
        seen.append(body)
        if body in errors:
            raise errors[body]

    response = process_batch(sqs_event(*bodies, **event), handle, lambda: DeadLetters(sent, "dead-letters"), last)
    return [failure["itemIdentifier"] for failure in response["batchItemFailures"]], seen, sent


@pytest.mark.parametrize("error", [InvalidEvent("wrong"), EnedisUnavailable("down")])
def test_a_record_that_cannot_be_put_aside_comes_again(error: Exception) -> None:
    class Full:
        def send_message(self, **_: Any) -> None:
            raise RuntimeError("queue unreachable")

    assert process({"a": error}, "a", "b", client=Full(), receives=LAST.receives)[0] == ["message-1"]


def test_a_record_is_handled_in_the_trace_that_it_came_in() -> None:
    traces: list[str | None] = []
    client: Any = Sent()
    for trace in (TRACE, None):
        event = sqs_event("a", trace=trace)
        process_batch(event, lambda _: traces.append(trace_of_record()), lambda: DeadLetters(client, "letters"), LAST)
    assert traces == [TRACE, None]


@pytest.mark.parametrize(("receives", "put_aside"), [(8, False), (9, True), (10, True)])
def test_a_record_that_nothing_else_gives_up_is_put_aside_with_its_error_and_its_trace(
    *, receives: int, put_aside: bool
) -> None:
    failed, _, sent = process(DOWN, "a", trace=TRACE, receives=receives)
    assert bool(failed) is not put_aside
    assert len(sent.messages) == int(put_aside)
    for message in sent.messages:
        reason = {name: value["StringValue"] for name, value in message["MessageAttributes"].items()}
        assert (reason["ErrorType"], reason["ErrorReason"]) == ("EnedisUnavailable", "connection refused")
        assert message["MessageSystemAttributes"]["AWSTraceHeader"]["StringValue"] == TRACE
