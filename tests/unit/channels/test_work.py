"""The advisors' list: what the core's events put on it, and what advisors do with it."""

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from channels.contracts.asking import Decision, End, PaymentDeclaration, SettingAside
from channels.domain.session import Refused
from channels.domain.work import Whose, Work, WorkKind
from channels.pages.words import CUSTOMER as TEXTS
from channels.ports import RulesUnavailable
from channels.use_cases.keep_work import attention_for
from channels.use_cases.speak import Speaker
from record.domain.desk import Decided
from restoration.adapters.eventbridge.event_bus import EventNotPublished
from restoration.clock import from_text
from restoration.contracts.received_details import AdvisorDecision, Channel, Role
from restoration.domain.payment import PaymentMeans
from tests.fakes.channels import KEYS, LIMITATION, NOW, QUESTION, Channels, advisor, item, of_kind

DAY = timedelta(days=1)
PAID = PaymentDeclaration(means=PaymentMeans.CARD, amount=Decimal(70), paid_on=NOW.date())
SPEAKER = Speaker(Channel.DESK, Role.ADVISOR, "k-1", "A-Alix")
CALLED = End(words="rappelé")
COLLEAGUE = Speaker(Channel.DESK, Role.ADVISOR, "k-2", "A-Bo")


def asked(world: Channels, reason: str = "DISPUTE") -> Work:
    world.receive("AdvisorDecisionRequested", question=1, reason=reason)
    world.change(question=QUESTION)
    [work] = world.desk.open_work(advisor())
    return work


def decide(
    world: Channels, work: Work, decision: AdvisorDecision = AdvisorDecision.RESTORE, speaker: Speaker = SPEAKER
) -> None:
    world.desk.decide(advisor(), work, speaker, Decision(decision=decision, reason="vu"))


def refusal(call: object) -> str:
    with pytest.raises(Refused) as caught:
        call()  # type: ignore[operator]
    return caught.value.reason


def test_question_is_on_the_list_once_until_when_the_process_waits(world: Channels) -> None:
    work = asked(world)
    assert (work.kind, work.reason, work.number, work.due_by - work.asked_at) == (
        WorkKind.QUESTION, "DISPUTE", 1, 2 * DAY,
    )  # fmt: skip
    assert world.receive("AdvisorDecisionRequested", question=1, reason="DISPUTE") == "KNOWN"
    assert len(world.desk.open_work(advisor())) == 1
    world.desk.take(advisor(), work)
    assert refusal(lambda: world.desk.take(advisor("Bo"), work)) == "TAKEN", "both saw it free, and one has it"


@pytest.mark.parametrize(
    ("reason", "offered"),
    [
        ("DISPUTE", ["RESTORE", "REFUSE"]),
        ("TECHNICIAN_NOT_DONE", ["SEND_TECHNICIAN", "RESTORE", "REFUSE"]),
        ("SGT401:POINT_UNKNOWN", ["RESTORE", "REFUSE"]),
        ("A_NEW_REASON", ["RESTORE", "SEND_TECHNICIAN", "REFUSE"]),
    ],
)
def test_question_offers_what_the_table_gives_for_its_reason(world: Channels, reason: str, offered: list[str]) -> None:
    work = asked(world, reason)
    assert [each.decision for each in work.offer.replies] == offered
    assert world.decided == [("question", LIMITATION, "keep_work/question-1-1")], "one call for the life of a question"
    for decision in set(AdvisorDecision) - set(offered):
        assert refusal(lambda of=decision: decide(world, work, of)) == "NOT_OFFERED"
    assert world.said == []


def test_restoring_against_a_missing_date_needs_a_proof_and_refusing_does_not(world: Channels) -> None:
    work = asked(world, "PENDING_WITHOUT_DATE")
    assert refusal(lambda: decide(world, work)) == "NO_PROOF"
    decide(world, work, AdvisorDecision.REFUSE)
    assert [detail["decision"] for detail in of_kind(world.said, "AdvisorDecided")] == ["REFUSE"]


@pytest.mark.parametrize("came", ["AdvisorDecisionRequested", "Scheduled Event"])
def test_question_that_came_while_the_rules_were_silent_is_seen_and_decided_later(world: Channels, came: str) -> None:
    world.change(generation=1, question=QUESTION)
    world.rules_are_down = True
    with pytest.raises(RulesUnavailable):
        world.receive(came, question=1, reason="DISPUTE")
    [work] = world.desk.open_work(advisor())
    assert refusal(lambda: decide(world, work)) == "NO_RULES"
    world.rules_are_down = False
    world.receive(came, question=1, reason="DISPUTE")
    [work] = world.desk.open_work(advisor())
    decide(world, work)
    assert [detail["decision"] for detail in of_kind(world.said, "AdvisorDecided")] == ["RESTORE"]


def test_payment_that_is_declared_a_third_time_is_looked_for_by_a_person(world: Channels) -> None:
    for key in ("k-1", "k-2", "k-3"):
        customer = Speaker(Channel.PAGE, Role.CUSTOMER, key)
        world.speaking.declare_payment(LIMITATION, customer, PAID)
        told = world.receive("PaymentDeclared", source="channels", declarationId=key, at=NOW.isoformat(), id=key)
        assert told == ("ASKED" if key == "k-3" else "NOTED")
    [work] = world.desk.open_work(advisor())
    assert (work.kind, work.due_by.date().isoformat()) == (WorkKind.DECLARATION, "2026-11-26")


def test_events_of_the_process_open_the_doors_of_the_case(world: Channels) -> None:
    world.receive("RestorationOrdered")
    assert world.table.behind(KEYS.code(LIMITATION)) == LIMITATION
    world.receive("PaymentDeclared", source="channels", at=NOW.isoformat())
    assert world.desk.open_work(advisor()) == []


def test_withdrawal_that_comes_before_its_question_keeps_it_off(world: Channels) -> None:
    world.receive("AdvisorQuestionWithdrawn", question=1, reason="DISPUTE", outcome="RESTORED")
    assert world.receive("AdvisorDecisionRequested", question=1, reason="DISPUTE") == "KNOWN"
    assert world.desk.open_work(advisor()) == []


def test_each_execution_counts_its_questions_anew_and_has_one_at_a_time(world: Channels) -> None:
    asked(world)
    for generation in (2, 3):
        world.pass_time(DAY)
        assert world.receive("AdvisorDecisionRequested", question=1, reason="GAS", generation=generation) == "ASKED"
    [work] = world.desk.open_work(advisor())
    assert (work.id, work.number) == ("question-3-1", 1)


def test_night_finds_a_question_whose_event_was_lost_and_takes_off_what_is_over(world: Channels) -> None:
    over = asked(world)
    world.pass_time(timedelta(hours=1))
    other = item(limitationId="LIM-9", generation=2, question=QUESTION | {"number": 3})
    world.items |= {"LIM-9": other, LIMITATION: item()}
    world.receive("Scheduled Event", source="aws.events")
    assert {each.id for each in world.desk.open_work(advisor())} == {"question-2-3", over.id}, "one is too young"
    world.pass_time(timedelta(seconds=1))
    for _ in range(2):
        world.receive("Scheduled Event", source="aws.events")
    assert [each.id for each in world.desk.open_work(advisor())] == ["question-2-3"]


def test_night_counts_who_waits_for_longer_than_they_were_told(world: Channels) -> None:
    asked(world)
    world.receive("ReviewAsked", source="channels", at=NOW.isoformat(), id="k-1")
    world.pass_time(3 * DAY)
    world.receive("PlanAsked", source="channels", at=world.at.isoformat(), id="k-2")
    world.receive("RestoredPlanBroken", source="restoration")
    assert [each.id for each in world.keeping.overdue()] == ["k-1"], "a question is the process's, the plan is not due"
    world.pass_time(9 * DAY)
    assert {each.id for each in world.keeping.overdue()} == {"k-1", "k-2", "event-RestoredPlanBroken"}
    world.change(generation=1)
    world.keeping.receive({"detail-type": "Scheduled Event", "detail": {}})
    due = {each.id: each.due_by for each in world.table.of_case(LIMITATION).work}
    told = [
        (each["limitationId"], each["contractId"], from_text(each["dueBy"]))
        for each in of_kind(world.said, "RequestOverdue")
    ]
    assert told == [(LIMITATION, "CTR-000001", due[name]) for name in ("k-1", "k-2")], "nobody told them of the plan"


@pytest.mark.parametrize(
    ("kind", "told", "by"),
    [
        (WorkKind.REVIEW, "said_person", "sous deux jours ouvrés"),
        (WorkKind.PLAN, "said_plan", "sous deux jours ouvrés"),
        (WorkKind.DISPUTE, "said_dispute", "sous deux jours ouvrés"),
        (WorkKind.PROTECTION, "said_protection", "sous deux jours ouvrés"),
        (WorkKind.POWER_MISSING, "said_no_power_closed", "le prochain jour ouvré"),
    ],
)
def test_page_promises_what_the_table_says(world: Channels, kind: WorkKind, told: str, by: str) -> None:
    days, _ = attention_for(world, LIMITATION, "test", kind)
    assert (by in TEXTS[told][0], days) == (True, 1 if "prochain" in by else 2)


def test_night_leaves_the_question_that_waits_on_with_its_owner_after_a_take_over(world: Channels) -> None:
    world.desk.take(advisor(), asked(world))
    world.pass_time(DAY)
    world.change(generation=2)
    world.receive("Scheduled Event", source="aws.events")
    assert [(each.id, each.taken_by) for each in world.desk.open_work(advisor())] == [("question-1-1", "A-Alix")]
    world.change(question={**QUESTION, "reason": "GAS", "askedAt": int(world.at.timestamp() * 1000)})
    world.receive("Scheduled Event", source="aws.events")
    assert [(each.id, each.reason) for each in world.desk.open_work(advisor())] == [("question-2-1", "GAS")]


def test_night_leaves_a_question_to_which_its_execution_comes_back(world: Channels) -> None:
    work = asked(world)
    world.items[LIMITATION] = item(holder="arn:execution")
    world.pass_time(DAY)
    world.receive("Scheduled Event", source="aws.events")
    assert world.desk.open_work(advisor()) == [work]


def test_decision_on_the_last_question_ends_what_was_left_to_the_advisors(world: Channels) -> None:
    asked(world)
    world.receive("RestorationLeftToAdvisor", id="left-1", reason="DISPUTE")
    world.receive("AdvisorDecided", decision="RESTORE", question=1)
    assert world.desk.open_work(advisor()) == []


def test_what_is_late_takes_no_later_question_off(world: Channels) -> None:
    asked(world)
    world.pass_time(DAY)
    world.receive("AdvisorDecisionRequested", question=2, reason="GAS")
    world.receive("AdvisorDecided", decision="REFUSE", question=1)
    world.at -= DAY / 2
    world.receive("BalanceDue", outcome="BALANCE_DUE")
    assert [each.number for each in world.desk.open_work(advisor())] == [2]


def test_done_that_broke_off_is_ended_when_it_is_said_again(world: Channels, monkeypatch: pytest.MonkeyPatch) -> None:
    world.receive("ReviewAsked", source="channels", at=NOW.isoformat(), id="k-9")
    [work] = world.desk.open_work(advisor())
    with monkeypatch.context() as broken:
        broken.setattr(type(world.table), "finish", None)
        with pytest.raises(TypeError):
            world.desk.end(advisor(), work, SPEAKER, CALLED)
    [work] = world.desk.open_work(advisor())
    world.desk.end(advisor(), work, SPEAKER, CALLED)
    assert world.desk.open_work(advisor()) == []
    assert refusal(lambda: world.desk.end(advisor("Bo"), work, COLLEAGUE, CALLED)) == "TAKEN"
    assert [(each.kind, each.content["words"]) for each in world.table.of_case(LIMITATION).acts] == [
        ("WorkDone", "rappelé")
    ]


def test_decision_that_broke_off_is_ended_when_it_is_said_again(
    world: Channels, monkeypatch: pytest.MonkeyPatch
) -> None:
    work = asked(world)
    with monkeypatch.context() as broken:
        broken.setattr(type(world.table), "finish", None)
        with pytest.raises(TypeError):
            decide(world, work)
    del world.items[LIMITATION]["question"]  # the core has heard it
    [work] = world.desk.open_work(advisor())
    decide(world, work)
    assert (world.desk.open_work(advisor()), len(of_kind(world.said, "AdvisorDecided"))) == ([], 1)
    assert [each.kind for each in world.table.of_case(LIMITATION).acts] == ["AdvisorDecided"]


@pytest.mark.parametrize("event", ["PowerRestored", "BalanceDue", "AdvisorDecided"])
def test_case_that_went_on_takes_its_question_off(world: Channels, event: str) -> None:
    asked(world)
    world.receive(event, outcome="RESTORED")
    assert world.desk.open_work(advisor()) == []


def test_missing_power_is_work_for_a_person_only_where_no_execution_looks(world: Channels) -> None:
    assert world.receive("PowerMissing", source="channels", at=NOW.isoformat()) == "LOOKED_AT"
    world.change(status="CLOSED")
    assert world.receive("PowerMissing", source="channels", at=NOW.isoformat()) == "ASKED"
    [work] = world.desk.open_work(advisor())
    assert work.due_by.date().isoformat() == "2026-11-25", "the next working day"


def test_question_that_ran_out_is_decided_while_the_case_is_left_to_the_advisors(world: Channels) -> None:
    work = asked(world)
    del world.items[LIMITATION]["question"]
    world.change(settlement={"outcome": "BALANCE_DUE"})
    assert refusal(lambda: decide(world, work)) == "DONE"
    world.change(settlement={"outcome": "LEFT_TO_ADVISOR"})
    decide(world, work)
    assert [(each["advisor"], each["question"]) for each in of_kind(world.said, "AdvisorDecided")] == [("A-Alix", 1)]


def test_minutes_from_taken_to_decided_are_summed_by_the_question(world: Channels) -> None:
    world.desk.take(advisor(), asked(world))
    for minutes in (10, 2):  # who had it takes it once more as they decide: their first word counts
        world.pass_time(timedelta(minutes=minutes))
        [taken] = world.desk.open_work(advisor())
        world.bus_is_down = minutes == 10
        with suppress(EventNotPublished):
            decide(world, taken, AdvisorDecision.REFUSE)
    decide(world, taken, AdvisorDecision.REFUSE)  # the same form, sent twice
    world.receive("AdvisorDecisionRequested", question=2, reason="DISPUTE")
    world.change(question={**QUESTION, "number": 2})
    [untaken] = world.desk.open_work(advisor())
    decide(world, untaken, AdvisorDecision.REFUSE, replace(SPEAKER, key="k-2"))
    assert world.minutes.of(NOW.date()) == {"DISPUTE": Decided(number=2, timed=1, seconds=12 * 60)}


def test_reply_to_another_question_than_the_open_one_is_refused(world: Channels) -> None:
    work = asked(world)
    world.change(question=QUESTION | {"number": 2})
    assert refusal(lambda: decide(world, work)) == "DONE"
    world.change(status="CLOSED")
    assert refusal(lambda: decide(world, work)) == "DONE"
    assert world.said == []


def test_question_is_set_aside_for_three_working_days_at_most_and_taken_up(world: Channels) -> None:
    work = asked(world)
    for until in (NOW, NOW + 4 * DAY):
        asks = SettingAside(until=until)
        assert refusal(lambda asks=asks: world.desk.set_aside(advisor(), work, SPEAKER, asks)) == "TOO_LONG"
    world.desk.set_aside(advisor(), work, SPEAKER, SettingAside(until=NOW + 2 * DAY))
    assert world.desk.open_work(advisor()) == []
    world.pass_time(2 * DAY)
    assert len(world.desk.open_work(advisor())) == 1, "by itself"
    world.pass_time(-DAY)
    world.desk.take_up(advisor("Bo"), work, COLLEAGUE)
    assert len(world.desk.open_work(advisor())) == 1
    assert [act.kind for act in world.table.of_case(LIMITATION).acts] == ["QuestionSetAside", "QuestionTakenUp"]


@pytest.mark.parametrize(("role", "asleep"), [("CUSTOMER", []), ("ADVISOR", [LIMITATION])])
def test_customer_who_says_something_ends_what_was_set_aside(world: Channels, role: str, asleep: list[str]) -> None:
    world.desk.set_aside(advisor(), asked(world), SPEAKER, SettingAside(until=NOW + DAY))
    world.receive("PaymentDeclared", source="channels", declarationId="k-2", at=NOW.isoformat(), role=role)
    assert [each.limitation_id for each in world.desk.open_work(advisor("Bo"), whose=Whose.ASIDE)] == asleep


CAPTURED, CAME_BACK = "PaymentReceived|PAY-1:CAPTURED", "PaymentRejected|PAY-1@2026-11-24T08:00:00.000Z:PaymentRejected"


@pytest.mark.parametrize(
    ("noted", "first"),
    [
        ({CAPTURED}, True),
        ({CAPTURED, CAME_BACK}, False),
        ({"ProtectionGranted|PRO-1"}, True),
        ({"LimitationRegistered|LIM-9", "PaymentPlanAgreed|PLAN-1:PaymentPlanAgreed"}, False),
    ],
)
def test_customer_who_paid_or_is_protected_comes_before_who_waits_longer(
    world: Channels, noted: set[str], *, first: bool
) -> None:
    asked(world)
    world.pass_time(DAY)
    world.items["LIM-9"] = item(limitationId="LIM-9", noted={fact: {} for fact in noted})
    world.receive("AdvisorDecisionRequested", limitationId="LIM-9", question=1, reason="DISPUTE")
    assert next(each.limitation_id for each in world.desk.open_work(advisor())) == ("LIM-9" if first else LIMITATION)
