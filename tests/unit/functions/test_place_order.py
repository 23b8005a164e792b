"""place_order: orders from the queue to Enedis, outcomes to the token that waits."""

import json
from collections.abc import Callable
from types import ModuleType
from typing import Any

import boto3
import pytest

from restoration.bootstrap import partners
from restoration.domain.order import AcceptedCase, LimitationCancellation, RestorationOrder
from restoration.domain.point import PointSituation
from restoration.errors import ConfigurationUnavailable, EnedisOutcomeUnknown, EnedisRejected, EnedisUnavailable
from tests.fakes.samples import POINT, body
from tests.unit.functions.conftest import Load
from tests.unit.functions.queue_events import change, failed, item, put_aside, sqs_event

pytestmark = pytest.mark.filterwarnings("ignore:No application metrics")  # muted in observability.py too

OPEN_ORDER = {"reference": "LIM-1/R/1", "intent": "REMOTE", "ordinal": 1, "aim": "FULL", "afterCut": False}
MESSAGE: dict[str, Any] = {
    "taskToken": "token-1",
    "enteredAt": "2026-05-04T12:00:00.123Z",
    "execution": "arn:me",
    "generation": 2,
    "seen": 0,
    "limitationId": "LIM-1",
    "pointId": POINT,
    "contractId": "CON-1",
    "intent": "REMOTE",
    "ordinal": 1,
    "aim": "FULL",
    "floorKva": None,
    "afterCut": False,
    "limitationCaseId": None,
}


class Enedis:
    """Accepts, or fails as a test wants it."""

    def __init__(self) -> None:
        self.error: Exception | None = None
        self.orders: list[str] = []

    def place_order(self, order: RestorationOrder) -> AcceptedCase:
        self.orders.append(str(order.reference))
        if self.error:
            raise self.error
        return AcceptedCase("A1", str(order.reference), "F200B")

    def read_point(self, point_id: str) -> PointSituation:
        raise EnedisRejected("SGT401", f"Point inexistant: {point_id}")

    def cancel_limitation(self, cancellation: LimitationCancellation) -> AcceptedCase:
        self.orders.append(str(cancellation.reference))
        return AcceptedCase("C1", str(cancellation.reference), "F200B")


class Waiting:
    """The executions that wait, by token."""

    def __init__(self) -> None:
        self.outcomes: list[tuple[str, dict[str, Any]]] = []
        self.failures: list[tuple[str, str]] = []
        self.gone = False
        self.fails = False

    def complete(self, token: str, output: dict[str, Any]) -> bool:
        if self.fails:
            raise RuntimeError("Step Functions is throttling")
        self.outcomes.append((token, output))
        return not self.gone

    def fail(self, token: str, error: Exception) -> bool:
        self.failures.append((token, type(error).__name__))
        return not self.gone


@pytest.fixture
def enedis(monkeypatch: pytest.MonkeyPatch) -> Enedis:
    fake = Enedis()
    monkeypatch.setattr(partners, "enedis", lambda: fake)
    return fake


@pytest.fixture
def waiting() -> Waiting:
    return Waiting()


@pytest.fixture
def app(load: Load, context: Any, enedis: Enedis, waiting: Waiting) -> ModuleType:
    """The function, with LIM-1 held by arn:me in its second generation, an order open."""
    assert enedis
    load("register_limitations").handler(sqs_event(body("PowerLimited")), context)
    change("limitations", {"limitationId": "LIM-1"}, holder="arn:me", generation=2, openOrder=OPEN_ORDER)
    module = load("place_order")
    vars(module)["executions"] = waiting
    return module


def order(**changes: Any) -> str:
    return json.dumps({**MESSAGE, **changes})


def queued() -> int:
    """The number of records on the orders queue, delayed ones included."""
    sqs = boto3.client("sqs")
    url = sqs.get_queue_url(QueueName="enedis-orders")["QueueUrl"]
    counted = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["All"])["Attributes"]
    return int(counted["ApproximateNumberOfMessages"]) + int(counted["ApproximateNumberOfMessagesDelayed"])


def test_an_accepted_order_completes_the_token(app: ModuleType, context: Any, waiting: Waiting) -> None:
    assert failed(app.handler(sqs_event(order()), context)) == []
    ((token, outcome),) = waiting.outcomes
    assert token == "token-1"  # noqa: S105 - a task token of this test
    assert (outcome["status"], outcome["reference"], outcome["caseId"]) == ("ACCEPTED", "LIM-1/R/1", "A1")
    assert item("orders", reference="LIM-1/R/1")["status"] == "ACCEPTED"


def test_a_record_delivered_twice_orders_once_and_completes_twice(
    app: ModuleType, context: Any, waiting: Waiting, enedis: Enedis
) -> None:
    for _ in range(2):
        assert failed(app.handler(sqs_event(order()), context)) == []
    assert enedis.orders == ["LIM-1/R/1"]
    assert [outcome["caseId"] for _, outcome in waiting.outcomes] == ["A1", "A1"]


def test_a_refusal_completes_the_token_with_the_code(
    app: ModuleType, context: Any, waiting: Waiting, enedis: Enedis
) -> None:
    enedis.error = EnedisRejected("SGT4B8", "Demande non recevable", "<erreur>…</erreur>")
    app.handler(sqs_event(order()), context)
    ((_, outcome),) = waiting.outcomes
    assert (outcome["status"], outcome["code"]) == ("REFUSED", "SGT4B8")
    kept = item("orders", reference=outcome["reference"])
    assert (kept["status"], kept["response"]) == ("REFUSED", "<erreur>…</erreur>"), "to be found by the reference"


def test_an_order_whose_outcome_enedis_refuses_to_show_fails_where_it_waits_and_is_not_sent_again(
    app: ModuleType, context: Any, waiting: Waiting, enedis: Enedis
) -> None:
    enedis.error = EnedisOutcomeUnknown("read-timeout")
    app.handler(sqs_event(order()), context)
    change("orders", {"reference": "LIM-1/R/1"}, lookAt="2026-05-04T12:00:00.000Z")
    assert failed(app.handler(sqs_event(order()), context)) == []
    assert waiting.failures == [("token-1", "EnedisRejected")]
    assert enedis.orders == ["LIM-1/R/1"]
    assert queued() == 1, "the copy of the first attempt; this one is done with"


def test_an_execution_that_lost_the_claim_learns_so_and_orders_nothing(
    app: ModuleType, context: Any, waiting: Waiting, enedis: Enedis
) -> None:
    app.handler(sqs_event(order(generation=1)), context)
    assert [outcome["status"] for _, outcome in waiting.outcomes] == ["SUPERSEDED"]
    assert enedis.orders == []


@pytest.mark.parametrize("error", [EnedisUnavailable("connection: refused"), EnedisOutcomeUnknown("read-timeout")])
def test_an_order_without_an_outcome_yet_is_put_back_and_done(
    app: ModuleType, context: Any, waiting: Waiting, enedis: Enedis, error: Exception
) -> None:
    enedis.error = error
    assert failed(app.handler(sqs_event(order()), context)) == []
    assert waiting.outcomes == []
    assert queued() == 1


def test_an_order_for_which_the_secret_cannot_be_fetched_just_now_is_put_back_unsent(
    app: ModuleType, context: Any, waiting: Waiting, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unavailable() -> Enedis:
        raise ConfigurationUnavailable("secret enedis cannot be read: ThrottlingException")

    monkeypatch.setattr(partners, "enedis", unavailable)
    assert failed(app.handler(sqs_event(order()), context)) == []
    assert (waiting.outcomes, queued()) == ([], 1)


def test_an_outcome_that_no_state_waits_for_is_done_and_kept(app: ModuleType, context: Any, waiting: Waiting) -> None:
    waiting.gone = True
    assert failed(app.handler(sqs_event(order()), context)) == []
    assert item("orders", reference="LIM-1/R/1")["caseId"] == "A1"


def test_an_outcome_that_could_not_be_sent_comes_again_without_a_second_order(
    app: ModuleType, context: Any, waiting: Waiting, enedis: Enedis
) -> None:
    waiting.fails = True
    assert failed(app.handler(sqs_event(order()), context)) == ["message-1"]
    waiting.fails = False
    assert failed(app.handler(sqs_event(order()), context)) == []
    assert enedis.orders == ["LIM-1/R/1"]
    assert len(waiting.outcomes) == 1


def test_the_newest_token_is_completed_whichever_record_comes(app: ModuleType, context: Any, waiting: Waiting) -> None:
    newer = order(taskToken="token-2", enteredAt="2026-05-04T13:00:00.000Z")
    app.handler(sqs_event(newer, order()), context)
    assert [token for token, _ in waiting.outcomes] == ["token-2", "token-2", "token-1"]


def test_an_execution_redriven_after_another_took_over_gets_the_outcome_by_its_own_token(
    app: ModuleType, context: Any, waiting: Waiting
) -> None:
    """Both have the same order placed; the redriven one's state was entered last."""
    taken_over = order(execution="arn:other", generation=1, taskToken="token-2", enteredAt="2026-05-04T13:00:00Z")
    app.handler(sqs_event(order(), taken_over), context)
    assert {token: outcome["status"] for token, outcome in waiting.outcomes} == {
        "token-1": "ACCEPTED",
        "token-2": "ACCEPTED",
    }


def test_an_execution_that_lost_the_claim_does_not_take_the_outcome_from_the_holder(
    app: ModuleType, context: Any, waiting: Waiting
) -> None:
    taken_over = order(execution="arn:other", generation=1, taskToken="token-2", enteredAt="2026-05-04T13:00:00Z")
    app.handler(sqs_event(taken_over, order()), context)
    assert [(token, outcome["status"]) for token, outcome in waiting.outcomes] == [
        ("token-2", "SUPERSEDED"),
        ("token-1", "ACCEPTED"),
    ]


@pytest.mark.parametrize(
    ("broken", "reason"),
    [("{", "not a queued order"), (order(intent="EXPLODE"), "intent"), (order(ordinal=0), "ordinal")],
)
def test_a_record_that_is_no_order_is_put_aside_with_the_reason_and_the_rest_goes_on(
    app: ModuleType, context: Any, waiting: Waiting, broken: str, reason: str
) -> None:
    assert failed(app.handler(sqs_event(broken, order()), context)) == []
    ((aside, error, why),) = put_aside()
    assert (aside, error) == (broken, "InvalidEvent")
    assert waiting.failures == [("token-1", "InvalidEvent") for _ in range(broken.startswith('{"'))]
    assert reason in why
    assert len(waiting.outcomes) == 1


def test_an_order_that_lacks_what_it_needs_fails_the_state_that_waits_and_is_put_aside(
    app: ModuleType, context: Any, waiting: Waiting, enedis: Enedis
) -> None:
    app.handler(sqs_event(order(intent="CANCEL_LIMITATION", limitationCaseId=None)), context)
    assert waiting.failures == [("token-1", "InvalidEvent")]
    assert [error for _, error, _ in put_aside()] == ["InvalidEvent"]
    assert item("orders", reference="LIM-1/C/1").get("status") is None
    assert (waiting.outcomes, enedis.orders) == ([], [])


FORGED = {
    "a foreign point": {"pointId": "99999999999999"},
    "a foreign contract": {"contractId": "CON-2"},
    "another content": {"afterCut": True},
    "an unknown limitation": {"limitationId": "LIM-9"},
}


@pytest.mark.parametrize("forged", FORGED.values(), ids=FORGED.keys())
def test_forged_order_is_refused_and_put_aside(
    app: ModuleType, context: Any, waiting: Waiting, enedis: Enedis, forged: dict[str, str]
) -> None:
    assert failed(app.handler(sqs_event(order(taskToken="forged", **forged)), context)) == []
    assert [error for _, error, _ in put_aside()] == ["InvalidEvent"]
    assert (enedis.orders, waiting.outcomes) == ([], [])
    assert item("orders", reference="LIM-1/R/1") == {}


def test_forged_order_for_a_foreign_point_does_not_take_the_outcome_from_the_waiting_execution(
    app: ModuleType, context: Any, waiting: Waiting
) -> None:
    later = {"taskToken": "forged", "enteredAt": "2027-01-01T00:00:00.000Z"}
    app.handler(sqs_event(order(**later, pointId="99999999999999"), order()), context)
    assert [token for token, _ in waiting.outcomes] == ["token-1"]
    assert waiting.failures == [("forged", "InvalidEvent")]


def test_an_order_that_is_put_back_leaves_its_token_to_the_record_that_gets_the_outcome(
    app: ModuleType, context: Any, waiting: Waiting, enedis: Enedis
) -> None:
    """A redriven state queues again while the first record's worker is still sending."""
    enedis.error = EnedisUnavailable("connection: refused")
    app.handler(sqs_event(order(taskToken="token-2", enteredAt="2026-05-04T13:00:00.000Z")), context)
    enedis.error = None
    app.handler(sqs_event(order()), context)
    assert [token for token, _ in waiting.outcomes] == ["token-2", "token-1"]


def test_a_log_line_never_bears_another_record_s_customer(
    app: ModuleType, context: Any, logs: Callable[[], list[dict[str, Any]]]
) -> None:
    app.handler(sqs_event(order(), "{"), context)
    (aside,) = [line for line in logs() if line["message"] == "invalid event put aside"]
    assert aside.get("correlation_id") != "LIM-1"


def test_no_log_line_shows_a_token(app: ModuleType, context: Any, logs: Callable[[], list[dict[str, Any]]]) -> None:
    app.handler(sqs_event(order(taskToken="SECRET-TOKEN"), order(taskToken="SECRET-TOKEN", ordinal=0)), context)
    assert logs()
    assert "SECRET-TOKEN" not in json.dumps(logs())
