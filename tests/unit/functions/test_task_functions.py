"""check_payment, read_point, which the state machine calls; measure_enedis, measure_executions."""

import json
from contextlib import nullcontext
from dataclasses import replace
from datetime import date, timedelta
from typing import Any
from unittest.mock import Mock

import boto3
import pytest

from local.partners.enedis.certificates import Authority
from restoration.adapters.secrets_manager import secrets
from restoration.bootstrap import aws, partners
from restoration.clock import to_text, utc_now
from restoration.contracts.visits import VisitReply, VisitStatus
from restoration.domain.point import Case, Visit
from restoration.errors import EnedisQuotaExhausted, EnedisRejected, EnedisUnavailable, PaymentNotShown
from restoration.use_cases.agree_visit import VisitDesk
from tests.fakes.limitations import LIMITED_POINT
from tests.fakes.samples import POINT
from tests.fakes.situations import EVERYBODY_S, SITUATION, situation
from tests.unit.functions.conftest import Annotations, Call, Logs, Metrics
from tests.unit.functions.queue_events import start_execution

CHECK: dict[str, Any] = {
    "limitationId": "LIM-1",
    "contractId": "CON-1",
    "askedBy": "execution-1/CheckPayment",
    "enteredAt": "2026-05-04T12:00:00.000Z",
    "payments": {},
    "announced": {},
}
READ = {"limitationId": "LIM-1", "pointId": POINT, "contractId": "CON-1"}


@pytest.fixture
def situation_of(monkeypatch: pytest.MonkeyPatch) -> Mock:
    """Billing's part."""
    billing = Mock(**{"situation.return_value": EVERYBODY_S})
    monkeypatch.setattr(partners, "billing", lambda: billing)
    return billing.situation  # type: ignore[no-any-return]


@pytest.fixture
def enedis(monkeypatch: pytest.MonkeyPatch) -> Mock:
    """Makes clients, all of which read the same."""
    made = Mock(**{"return_value.read_point.return_value": LIMITED_POINT})
    monkeypatch.setattr(partners, "enedis", made)
    return made


def test_a_payment_check_keeps_billing_s_facts_and_returns_their_name(call: Call, situation_of: Mock) -> None:
    output = call("check_payment", CHECK)
    situation_of.assert_called_once_with("CON-1", "LIM-1")
    assert output == {"situation": "execution-1/CheckPayment@2026-05-04T12:00:00+00:00", "department": None}
    facts = aws.situations().read(output["situation"])
    assert (facts["limitationDebt"], facts["payments"][0]["amount"]) == (123.45, 50)


@pytest.mark.usefixtures("situation_of")
def test_a_payment_check_waits_for_a_payment_that_billing_does_not_show_yet(call: Call, metrics: Metrics) -> None:
    waiting = {**CHECK, "enteredAt": to_text(utc_now()), "payments": {"PAY-9": "CAPTURED"}}
    with pytest.raises(PaymentNotShown, match="PAY-9"):
        call("check_payment", waiting)
    counted = metrics()
    assert counted["PaymentsNotShown"] == [1]
    assert counted["CheckPaymentFailed"] == [0], "no failure"


@pytest.mark.parametrize(
    ("error", "failed"),
    [(None, 0), (EnedisQuotaExhausted("quota"), 0), (EnedisUnavailable("away"), 1), (RuntimeError("a bug"), 1)],
)
def test_a_read_counts_whether_it_failed_and_a_turn_that_comes_later_is_no_failure(
    call: Call, enedis: Mock, metrics: Metrics, error: Exception | None, failed: int
) -> None:
    enedis.return_value.read_point.side_effect = error
    with pytest.raises(Exception, match=str(error)) if error else nullcontext():
        call("read_point", READ)
    assert metrics()["ReadPointFailed"] == [failed]


@pytest.mark.parametrize(
    ("priority", "wait"),
    [({}, 5), ({"priority": "ORDINARY"}, 5), ({"priority": "URGENT"}, 15), ({"priority": "PEOPLE"}, 5)],
)
def test_a_read_waits_for_its_turn_as_long_as_it_is_urgent(
    call: Call, enedis: Mock, priority: dict[str, str], wait: int
) -> None:
    call("read_point", {**READ, **priority})
    enedis.assert_called_once_with(wait, priority.get("priority", "ORDINARY"))


def test_people_who_ask_for_a_visit_get_its_reply(
    call: Call, monkeypatch: pytest.MonkeyPatch, annotated: Annotations
) -> None:
    reply = VisitReply(status=VisitStatus.REFUSED, reference="LIM-1/T/1", code="SGT4D9")
    monkeypatch.setattr(VisitDesk, "reply", lambda *_: reply)
    told: dict[str, Any] = {
        "status": "REFUSED",
        "reference": "LIM-1/T/1",
        "code": "SGT4D9",
        "planned": None,
        "slots": [],
        "power": None,
    }
    assert call("read_point", {"asks": "VISIT", "limitationId": "LIM-1"}) == told
    assert annotated[-1] == ("outcome", "REFUSED")


def test_the_log_of_a_refused_read_has_no_name_or_address(call: Call, enedis: Mock, logs: Logs) -> None:
    refusal = EnedisRejected("SGT401", "Point inexistant", "<nom>Durand</nom><rue>3 rue des Lilas</rue>")
    enedis.return_value.read_point.side_effect = refusal
    with pytest.raises(EnedisRejected):
        call("read_point", READ)
    logged = logs()
    assert [line["code"] for line in logged if line["message"] == "Enedis refused the read"] == ["SGT401"]
    assert "Durand" not in json.dumps(logged)


def test_a_payment_of_unknown_means_is_logged_as_a_warning_and_fails_nothing(
    call: Call, situation_of: Mock, logs: Logs, metrics: Metrics
) -> None:
    strange = {**SITUATION["payments"][0], "paymentId": "PAY-2", "means": "WALLET", "status": "ON_HOLD"}
    situation_of.return_value = situation(payments=[*SITUATION["payments"], strange])
    entry = {"askedBy": "execution-1/CheckPayment", "enteredAt": to_text(utc_now()), "payments": {"PAY-2": "CAPTURED"}}
    output = call("check_payment", {**CHECK, **entry})
    facts = aws.situations().read(output["situation"])
    assert [it["means"] for it in facts["payments"]] == ["CARD", "UNKNOWN"]
    assert metrics()["UnknownPayments"] == [1]
    (line,) = [line for line in logs() if line["level"] == "WARNING"]
    assert (line["payment"], line["stated"]) == ("PAY-2", {"statedMeans": "WALLET", "statedStatus": "ON_HOLD"})


@pytest.mark.parametrize(
    ("due_at", "late"), [(None, False), ("2001-01-01T00:00:00.000Z", True), ("2999-01-01T00:00:00.000Z", False)]
)
def test_a_case_is_late_after_its_deadline(
    call: Call, enedis: Mock, metrics: Metrics, due_at: str | None, *, late: bool
) -> None:
    case = Case("A1", "F200B", "LIM-1/R/1", "DMTR", "COURS", kind="RESTORATION")
    enedis.return_value.read_point.return_value = replace(LIMITED_POINT, cases=(case,))
    event = {**READ, "reference": "LIM-1/R/1", "caseId": "A1", "dueAt": due_at}
    output = call("read_point", event)
    assert (output["caseId"], output["late"]) == ("A1", late)
    assert ("LateOrders" in metrics()) is late, "counted, for the alarm"


def test_the_log_of_a_read_has_states_and_ids_and_no_visit_planned_with_the_customer(
    call: Call, enedis: Mock, logs: Logs, annotated: Annotations
) -> None:
    visit = Visit(date(2026, 5, 7), "08:00-12:00")
    case = Case("A1", "F200B", "LIM-1/T/1", "INPL", "COURS", kind="RESTORATION", visit=visit)
    enedis.return_value.read_point.return_value = replace(LIMITED_POINT, cases=(case,))
    output = call("read_point", {**READ, "reference": "LIM-1/T/1"})
    assert output["visit"] == {"on": "2026-05-07", "slot": "08:00-12:00"}
    assert annotated == [("limitationId", "LIM-1"), ("outcome", "LIMI")]
    (line,) = [line for line in logs() if line["message"] == "point read"]
    assert (line["supplyState"], line["caseId"], line["caseState"]) == ("LIMI", "A1", "INPL")
    assert not {"visit", "limitedPowerKva", "remotelyOperable"} & set(line)


def test_running_executions_are_measured(call: Call, metrics: Metrics) -> None:
    assert call("measure_executions", {}) == {"running": 0, "oldestAgeSeconds": 0.0, "oldest": None}
    start_execution("LIM-1-abc")
    output = call("measure_executions", {})
    assert (output["running"], output["oldest"]) == (1, "LIM-1-abc")
    assert output["oldestAgeSeconds"] >= 0
    measured = metrics()
    assert measured["RunningExecutions"] == [0, 1]
    assert measured["OldestRunningExecutionAge"] == [0, output["oldestAgeSeconds"]]


def enedis_secret(content: dict[str, Any]) -> None:
    secrets.forget()  # of another test in this process
    boto3.client("secretsmanager").create_secret(Name="restoration/enedis", SecretString=json.dumps(content))


def test_access_to_enedis_is_measured(call: Call, metrics: Metrics) -> None:
    pair = Authority().client()
    enedis_secret({"certificate": pair.certificate, "privateKey": pair.private_key, "login": "supplier"})
    output = call("measure_enedis", {})
    assert output["unreachableSince"] is None
    assert output["daysUntilCertificateExpiry"] == pytest.approx(30, abs=0.1)
    began_at = utc_now() - timedelta(minutes=5)
    partners.enedis_outage().note(began_at)
    assert call("measure_enedis", {})["unreachableSince"] == to_text(began_at)
    measured = metrics()
    assert measured["EnedisUnreachableSeconds"] == [0, pytest.approx(300, abs=100)]
    assert measured["DaysUntilCertificateExpiry"] == [pytest.approx(30, abs=0.1)] * 2


@pytest.mark.parametrize(("certificate", "days"), [("none", 0), ("", None)])
def test_unusable_certificate_counts_as_expired_and_that_of_the_template_as_nothing(
    call: Call, certificate: str, days: int | None
) -> None:
    enedis_secret(
        {"certificate": certificate, "privateKey": "", "caBundle": None, "login": "", "password": "generated"}
    )
    assert call("measure_enedis", {})["daysUntilCertificateExpiry"] == days
