"""The facts of an execution: its own decisions and orders, each in the part between two ends in which it was made."""

from datetime import datetime
from typing import Any

import boto3
import pytest

from record.adapters.dynamodb.counted_facts import CountedFacts
from record.domain.course import Course
from record.domain.course_event import End
from record.domain.record import CaseFacts, EnedisReturn, RuleMatch
from restoration.adapters.dynamodb.decision_log import packed
from restoration.clock import PARIS, moment_of, to_text
from restoration.domain.limitation import execution_name, limitation_of
from tests.fakes.courses import events_of
from tests.fakes.tables import put_tables

ARN = f"arn:aws:states:eu-west-3:123456789012:execution:restoration:LIM-1-{'a' * 32}"
OTHER = ARN[:-1] + "b"
COURSE = Course.of(
    ARN,
    events_of(
        "ExecutionStarted TaskStateEntered:OrderAtEnedis TaskFailed:States.Timeout ExecutionFailed ExecutionRedriven"
        " TaskStateExited:OrderAtEnedis ExecutionSucceeded",
        (1_000, 2_000, 3_000, 4_000, 10_000, 12_000, 15_000),
    ),
    [End(0, "FAILED", 1_000, 4_000, error="States.Timeout"), End(1, "SUCCEEDED", 1_000, 15_000, "RESTORED")],
)


@pytest.fixture
def missed() -> list[str]:
    return []


@pytest.fixture
def facts(missed: list[str]) -> CountedFacts:
    put_tables("decisions", "orders", "limitations")
    return CountedFacts(boto3.resource("dynamodb"), "decisions", "orders", "limitations", missed.append)


def put(table: str, **item: Any) -> None:
    boto3.resource("dynamodb").Table(table).put_item(Item=item)


def decide(at: int, decision: str, value: Any, *grounds: tuple[str, str, dict[str, Any]], by: str = ARN) -> None:
    asked_by = f"{by.rpartition(':')[2]}/State"
    put(
        "decisions",
        limitationId=limitation_of(by),
        decidedAt=f"{to_text(moment_of(at))}#{decision}#{asked_by}",
        decision=decision,
        askedBy=asked_by,
        version="v1",
        value=packed(value),
        grounds=packed([{"decision": table, "rule": rule, "tested": tested} for table, rule, tested in grounds]),
    )


def order(reference: str, status: str, at: int, **more: Any) -> None:
    intent = {"R": "REMOTE", "T": "TECHNICIAN"}[reference.split("/")[1]]
    put("orders", reference=reference, status=status, intent=intent, tokenEnteredAt=to_text(moment_of(at)), **more)


def test_decisions_count_in_the_part_in_which_they_were_taken(facts: CountedFacts) -> None:
    decide(1_500, "coverage", {"outcome": "RESTORE"}, ("ruling", "r1", {}), ("ruling", "r1", {"a": 1}))
    decide(4_000, "action", {"action": "MANUAL"}, ("action", "r7", {}))
    decide(4_001, "progress", {"next": "ASK_ADVISOR"})
    decide(1_600, "coverage", {"outcome": "MANUAL"}, ("ruling", "r9", {}), by=OTHER)
    decide(16_000, "progress", {"next": "WAIT"})
    first, second = facts.of(COURSE.at(0)), facts.of(COURSE)
    assert first == CaseFacts(
        rules=[RuleMatch("ruling", "v1", "r1"), RuleMatch("action", "v1", "r7")],
        decisions=["coverage", "action"],
        manual=["action"],
        returns=[],
    )
    assert (second.decisions, second.manual) == (["progress"], ["progress"])


def test_means_are_those_that_the_rules_tested(facts: CountedFacts) -> None:
    tested = [("certaintyRule", "r1", {"means": "CARD"}), ("certaintyRule", "r2", {"payment.means": "CHEQUE"})]
    decide(1_500, "paymentCertainty", {}, *tested, ("other", "r3", {"means": None, "status": "CLEARED"}))
    assert facts.of(COURSE.at(0)).means == {"CARD", "CHEQUE"}


def test_orders_count_in_the_part_in_which_they_were_waited_for_by_a_code_or_our_status(facts: CountedFacts) -> None:
    put("limitations", limitationId="LIM-1", orderOrdinal=3)
    order("LIM-1/R/1", "REFUSED", 2_000, code="SGT570")
    order("LIM-1/R/2", "UNKNOWN", 3_000)
    order("LIM-1/T/2", "ACCEPTED", 10_050)
    order("LIM-1/R/3", "ACCEPTED", 16_000)
    found = [EnedisReturn("REMOTE", code, is_accepted=False) for code in ("SGT570", "UNKNOWN")]
    assert sorted(facts.of(COURSE.at(0)).returns, key=lambda each: each.code) == found
    assert facts.of(COURSE).returns == [EnedisReturn("TECHNICIAN", "SGT200", is_accepted=True)]


def test_newest_order_that_was_accepted_says_who_comes_and_all_name_the_case(facts: CountedFacts) -> None:
    marks: Any = {each: {} for each in ("PaymentReceived|PAY-1:CAPTURED", "PaymentReceived|PAY-2", "PaymentDeclared|W")}
    put("limitations", limitationId="LIM-1", orderOrdinal=3, facts=marks)
    assert not facts.is_by_technician(COURSE)
    for number, (kind, status) in enumerate((("R", "ACCEPTED"), ("T", "ACCEPTED"), ("R", "REFUSED")), 1):
        order(f"LIM-1/{kind}/{number}", status, 2_000, ordinal=number, caseId=f"A{number}")
    assert facts.is_by_technician(COURSE)
    assert facts.names(COURSE) == {"A1", "A2", "A3", "PAY-1", "PAY-2"}


def test_execution_was_started_by_the_fact_or_the_registration_that_its_name_is_made_of(facts: CountedFacts) -> None:
    put("limitations", limitationId="LIM-1", registeredAt="T", facts={"PaymentReceived|PAY-1": {}})
    for trigger in ("LimitationRegistered|LIM-1:T", "PaymentReceived|PAY-1"):
        assert facts.origin(Course.of(execution_name("LIM-1", trigger))) == trigger
    assert facts.origin(COURSE) == ""


def test_payment_that_came_as_news_is_known_since_it_was_noted(facts: CountedFacts) -> None:
    told = ("PaymentReceived|OLD", "ProtectionGranted|1", "PaymentCleared|PAY-2", "PaymentReceived|PAY-3")
    numbered = {each: number for number, each in enumerate(told, 1)}
    noted = {each: {"at": to_text(moment_of(1_000 * number))} for each, number in numbered.items()}
    put("limitations", limitationId="LIM-1", seen=1, facts=numbered, noted=noted)
    assert facts.paid_at(COURSE) == moment_of(3_000)
    put("limitations", limitationId="LIM-1", seen=4, facts=numbered, noted=noted)
    assert facts.paid_at(COURSE) is None


def test_count_does_not_wait_for_facts_that_cannot_be_read(facts: CountedFacts, missed: list[str]) -> None:
    boto3.client("dynamodb").delete_table(TableName="decisions")
    assert facts.of(COURSE.at(0)) == CaseFacts([], [], [], decisions=[])
    assert len(missed) == 1
    assert ARN in missed[0]


def test_times_of_the_bank_are_all_that_were_kept_of_the_limitation(facts: CountedFacts, missed: list[str]) -> None:
    assert facts.banks_times(COURSE) == []
    for at, until in ((1_500, "2026-11-27"), (1_600, None), (1_700, "2026-11-30")):
        decide(at, "paymentCertainty", {"pendingUntil": until}, by=OTHER)
    decide(1_800, "coverage", {"pendingUntil": "2026-12-01"})
    put("decisions", limitationId="LIM-1", decidedAt="LAST#paymentCertainty", lastDecidedAt="-")
    evenings = [datetime(2026, 11, day, 20, tzinfo=PARIS) for day in (27, 30)]
    assert facts.banks_times(COURSE) == list(zip(map(moment_of, (1_500, 1_700)), evenings, strict=True))
    assert missed == []


def test_coverage_is_the_last_that_was_kept_of_the_limitation(facts: CountedFacts, missed: list[str]) -> None:
    assert facts.coverage(COURSE) == ""
    decide(1_500, "coverage", {"outcome": "AWAIT_CLEARING"})
    decide(1_700, "coverage", {"outcome": "RESTORE"}, by=OTHER)
    last = f"{to_text(moment_of(1_700))}#coverage#{OTHER.rpartition(':')[2]}/State"
    put("decisions", limitationId="LIM-1", decidedAt="LAST#coverage", lastDecidedAt=last)
    assert facts.coverage(COURSE) == "RESTORE"
    assert missed == []


def test_orders_of_a_state_that_was_never_left_count_up_to_the_end(facts: CountedFacts) -> None:
    put("limitations", limitationId="LIM-1", orderOrdinal=3)
    for number, at in enumerate((2_999, 3_000, 4_000), 1):
        order(f"LIM-1/R/{number}", "REFUSED", at, code=f"SGT{number}")
    put("orders", reference="LIM-1/T/1", status="ASKED", intent="TECHNICIAN")
    events = events_of("ExecutionStarted TaskStateEntered:OrderAtEnedis", (1_000, 4_000))
    course = Course.of(ARN, events, [End(0, "FAILED", 1_000, 4_000, error="States.Timeout")])
    found = [EnedisReturn("REMOTE", code, is_accepted=False) for code in ("SGT2", "SGT3")]
    assert sorted(facts.of(course).returns, key=lambda each: each.code) == found
