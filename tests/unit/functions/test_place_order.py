"""place_order: orders from the queue to Enedis, outcomes to the token that waits."""

import json
from dataclasses import dataclass
from datetime import timedelta
from types import ModuleType
from typing import Any
from unittest.mock import Mock

import boto3
import pytest

from restoration.bootstrap import partners
from restoration.domain.order import Priority
from restoration.errors import ConfigurationUnavailable, EnedisOutcomeUnknown, EnedisRejected, EnedisUnavailable
from tests.fakes.samples import POINT, QUEUED_ORDER, body
from tests.unit.functions.conftest import Annotations, Load, Logs, Metrics
from tests.unit.functions.queue_events import change, failed, item, put_aside, sqs_event

OPEN_ORDER = {
    "reference": "LIM-1/R/1",
    "intent": "REMOTE",
    "ordinal": 1,
    "aim": "FULL",
    "afterCut": False,
    "pointId": POINT,
    "contractId": "CON-1",
}


class Waiting:
    """The executions that wait, by token."""

    def __init__(self) -> None:
        self.outcomes: list[tuple[str, dict[str, Any]]] = []
        self.failures: list[tuple[str, str]] = []
        self.fails = False

    def complete(self, token: str, output: dict[str, Any]) -> bool:
        if self.fails:
            raise RuntimeError("Step Functions is throttling")
        self.outcomes.append((token, output))
        return True

    def fail(self, token: str, error: Exception) -> bool:
        self.failures.append((token, type(error).__name__))
        return True


@dataclass
class Worker:
    """The function with its partners, and the records that SQS shows again."""

    app: ModuleType
    context: Any
    send: Mock
    """Enedis' part, which accepts each order."""
    waiting: Waiting

    def take(self, *records: str) -> list[str]:
        return failed(self.app.handler(sqs_event(*records), self.context))

    @property
    def queued(self) -> int:
        """The number of records on the orders queue, delayed ones included."""
        return self.queued_on("enedis-orders")

    def queued_on(self, queue: str) -> int:
        sqs = boto3.client("sqs")
        url = sqs.get_queue_url(QueueName=queue)["QueueUrl"]
        counted = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
        return int(counted["ApproximateNumberOfMessages"]) + int(counted["ApproximateNumberOfMessagesDelayed"])


@pytest.fixture
def worker(load: Load, context: Any, monkeypatch: pytest.MonkeyPatch) -> Worker:
    """The function, with LIM-1 held by arn:me in its second generation, an order open."""
    enedis, waiting = Mock(), Waiting()
    enedis.place_order.return_value = "A1"
    enedis.read_point.side_effect = EnedisRejected("SGT401", "Point inexistant")
    monkeypatch.setattr(partners, "enedis", lambda *_: enedis)
    load("register_limitations").handler(sqs_event(body("PowerLimited")), context)
    change("limitations", {"limitationId": "LIM-1"}, holder="arn:me", generation=2, openOrder=OPEN_ORDER)
    module = load("place_order")
    vars(module)["executions"] = waiting
    return Worker(module, context, enedis.place_order, waiting)


def order(**changes: Any) -> str:
    return json.dumps({**QUEUED_ORDER, **changes})


def test_an_accepted_order_completes_the_token(worker: Worker, annotated: Annotations) -> None:
    assert worker.take(order()) == []
    assert annotated == [("limitationId", "LIM-1"), ("outcome", "ACCEPTED")]
    ((token, outcome),) = worker.waiting.outcomes
    assert token == "token-1"  # noqa: S105 - a task token of this test
    assert (outcome["status"], outcome["reference"], outcome["caseId"]) == ("ACCEPTED", "LIM-1/R/1", "A1")
    assert item("orders", reference="LIM-1/R/1")["status"] == "ACCEPTED"


def test_a_refusal_completes_the_token_with_the_code(worker: Worker) -> None:
    worker.send.side_effect = EnedisRejected("SGT4B8", "Demande non recevable", "<erreur>…</erreur>")
    worker.take(order())
    ((_, outcome),) = worker.waiting.outcomes
    assert (outcome["status"], outcome["code"]) == ("REFUSED", "SGT4B8")
    kept = item("orders", reference=outcome["reference"])
    assert (kept["status"], kept["response"]) == ("REFUSED", "<erreur>…</erreur>"), "to be found by the reference"


def test_an_order_whose_outcome_enedis_refuses_to_show_fails_where_it_waits_and_is_not_sent_again(
    worker: Worker,
) -> None:
    worker.send.side_effect = EnedisOutcomeUnknown("read-timeout")
    worker.take(order())
    change("orders", {"reference": "LIM-1/R/1"}, lookAt="2026-05-04T12:00:00.000Z")
    assert worker.take(order()) == []
    assert worker.waiting.failures == [("token-1", "EnedisRejected")]
    worker.send.assert_called_once()
    assert worker.queued == 1, "the copy of the first attempt; this one is done with"


@pytest.mark.parametrize(
    ("error", "least", "most"),
    [(EnedisUnavailable("connection: refused"), 30, 60), (EnedisOutcomeUnknown("read-timeout"), 60, 60)],
)
def test_an_order_without_an_outcome_yet_is_put_back_and_done(
    worker: Worker, error: Exception, least: int, most: int, annotated: Annotations, metrics: Metrics
) -> None:
    worker.send.side_effect = error
    noted = Mock(wraps=worker.app.order_queues[Priority.ORDINARY])
    vars(worker.app)["order_queues"] = {Priority.ORDINARY: noted}
    assert worker.take(order()) == []
    assert timedelta(seconds=least) <= noted.keep.call_args.args[1] <= timedelta(seconds=most)
    assert (annotated[-1], metrics()["OrdersPutBack"]) == (("outcome", "PUT_BACK"), [1])
    assert worker.waiting.outcomes == []
    assert worker.queued == 1


def test_an_urgent_order_is_put_back_among_the_urgent_ones(worker: Worker) -> None:
    worker.send.side_effect = EnedisUnavailable("connection: refused")
    assert worker.take(order(priority="URGENT")) == []
    assert (worker.queued_on("enedis-orders-urgent"), worker.queued) == (1, 0)


def test_an_order_for_which_the_secret_cannot_be_fetched_just_now_is_put_back_unsent(
    worker: Worker, monkeypatch: pytest.MonkeyPatch
) -> None:
    out_of_reach = ConfigurationUnavailable("secret enedis cannot be read: ThrottlingException")
    monkeypatch.setattr(partners, "enedis", Mock(side_effect=out_of_reach))
    assert worker.take(order()) == []
    assert (worker.waiting.outcomes, worker.queued) == ([], 1)


def test_an_outcome_that_could_not_be_sent_comes_again_without_a_second_order(worker: Worker) -> None:
    worker.waiting.fails = True
    assert worker.take(order()) == ["message-1"]
    worker.waiting.fails = False
    assert worker.take(order()) == []
    worker.send.assert_called_once()
    assert len(worker.waiting.outcomes) == 1


def test_the_newest_token_is_completed_whichever_record_comes(worker: Worker) -> None:
    newer = order(taskToken="token-2", enteredAt="2026-05-04T13:00:00.000Z")
    worker.take(newer, order())
    assert [token for token, _ in worker.waiting.outcomes] == ["token-2", "token-2", "token-1"]


def test_an_execution_that_lost_the_claim_does_not_take_the_outcome_from_the_holder(worker: Worker) -> None:
    taken_over = order(execution="arn:other", generation=1, taskToken="token-2", enteredAt="2026-05-04T13:00:00Z")
    worker.take(taken_over, order())
    assert [(token, outcome["status"]) for token, outcome in worker.waiting.outcomes] == [
        ("token-2", "SUPERSEDED"),
        ("token-1", "ACCEPTED"),
    ]


@pytest.mark.parametrize(
    ("broken", "reason"),
    [("{", "not a queued order"), (order(intent="EXPLODE"), "intent"), (order(ordinal=0), "ordinal")],
)
def test_a_record_that_is_no_order_is_put_aside_with_the_reason_and_the_rest_goes_on(
    worker: Worker, broken: str, reason: str
) -> None:
    assert worker.take(broken, order()) == []
    ((aside, error, why),) = put_aside()
    assert (aside, error) == (broken, "InvalidEvent")
    assert worker.waiting.failures == [("token-1", "InvalidEvent") for _ in range(broken.startswith('{"'))]
    assert reason in why
    assert len(worker.waiting.outcomes) == 1


def test_forged_order_for_a_foreign_point_does_not_take_the_outcome_from_the_waiting_execution(worker: Worker) -> None:
    later = {"taskToken": "forged", "enteredAt": "2027-01-01T00:00:00.000Z"}
    worker.take(order(**later, pointId="99999999999999"), order())
    assert [token for token, _ in worker.waiting.outcomes] == ["token-1"]
    assert worker.waiting.failures == [("forged", "InvalidEvent")]


def test_an_order_that_is_put_back_leaves_its_token_to_the_record_that_gets_the_outcome(worker: Worker) -> None:
    """A redriven state queues again while the first record's worker is still sending."""
    worker.send.side_effect = EnedisUnavailable("connection: refused")
    worker.take(order(taskToken="token-2", enteredAt="2026-05-04T13:00:00.000Z"))
    worker.send.side_effect = None
    worker.take(order())
    assert [token for token, _ in worker.waiting.outcomes] == ["token-2", "token-1"]


def test_a_log_line_never_bears_another_record_s_customer(worker: Worker, logs: Logs) -> None:
    worker.take(order(), "{")
    (aside,) = [line for line in logs() if line["message"] == "invalid event put aside"]
    assert aside.get("correlation_id") != "LIM-1"


def test_no_log_line_shows_a_token(worker: Worker, logs: Logs) -> None:
    worker.take(order(taskToken="SECRET-TOKEN"), order(taskToken="SECRET-TOKEN", ordinal=0))
    assert logs()
    assert "SECRET-TOKEN" not in json.dumps(logs())
