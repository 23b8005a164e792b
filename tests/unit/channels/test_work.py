"""The advisors' list: what the core's events put on it, and what advisors do with it."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from channels.contracts.asking import Decision, End, SettingAside
from channels.domain.of_case import Whose, Work, WorkKind
from channels.domain.session import NOBODY, Refused
from channels.pages.words import CUSTOMER as TEXTS
from channels.ports import RulesUnavailable
from record.domain.measures import Decided
from restoration.adapters.eventbridge.event_bus import EventNotPublished
from restoration.clock import to_text
from restoration.contracts.received_details import AdvisorDecision
from tests.fakes.channels import ALIX, BO, KEYS, LIMITATION, NOW, QUESTION, Channels, advisor, item
from tests.unit.channels.visitors import raised

DAY = timedelta(days=1)


def decide(world: Channels, work: Work, decision: AdvisorDecision = AdvisorDecision.RESTORE, key: str = "k-1") -> None:
    world.desk.decide(ALIX, work, advisor(key), Decision(decision=decision, reason="vu"))


def refusal(call: Callable[..., object]) -> str:
    return raised(Refused, call).reason


def listed(world: Channels) -> list[str]:
    return [each.id for each in world.open_work()]


# ── What comes on the list, and goes off it ──


def asked(number: int = 1, generation: int = 1) -> tuple[str, dict[str, Any]]:
    return "AdvisorDecisionRequested", {"question": number, "generation": generation, "reason": "DISPUTE"}


WITHDRAWN = "AdvisorQuestionWithdrawn", {"question": 1, "reason": "DISPUTE", "outcome": "RESTORED"}
LEFT = "RestorationLeftToAdvisor", {"id": "left-1", "reason": "DISPUTE"}
DECIDED = "AdvisorDecided", {"decision": "RESTORE", "question": 1}


@pytest.mark.parametrize(
    ("events", "left"),
    [
        ([asked(), asked()], ["question-1-1"]),
        ([WITHDRAWN, asked()], []),
        ([asked(), asked(generation=2), asked(generation=3)], ["question-3-1"]),
        ([asked(), LEFT, DECIDED], []),
        ([asked(), asked(2), DECIDED], ["question-1-2"]),
        ([asked(), ("PowerRestored", {"outcome": "X"})], []),
        ([asked(), ("AdvisorDecided", {})], []),
    ],
)
def test_process_has_one_question_at_a_time_on_the_list_until_it_went_on(
    world: Channels, events: list[tuple[str, dict[str, Any]]], left: list[str]
) -> None:
    for kind, detail in events:
        world.receive(kind, **detail)
        world.pass_time(DAY)
    assert listed(world) == left


def test_what_happened_before_a_question_came_does_not_take_it_off(world: Channels) -> None:
    work = world.ask_advisors()
    assert (work.kind, work.reason, work.number, work.due_by) == (WorkKind.QUESTION, "DISPUTE", 1, NOW + 2 * DAY)
    world.at -= DAY / 2
    world.receive("BalanceDue", outcome="BALANCE_DUE")
    assert world.receive("AdvisorDecisionRequested", question=1, reason="DISPUTE") == "KNOWN"
    assert world.open_work() == [work]
    world.table.finish(LIMITATION, work.id, "WITHDRAWN", world.at)
    assert refusal(lambda: world.desk.take(ALIX, work)) == "DONE", "it was taken off meanwhile"


@pytest.mark.parametrize(
    ("reason", "offered"),
    [
        ("TECHNICIAN_NOT_DONE", ["SEND_TECHNICIAN", "RESTORE", "REFUSE"]),
        ("SGT401:POINT_UNKNOWN", ["RESTORE", "REFUSE"]),
    ],
)
def test_question_offers_what_the_table_gives_for_its_reason(world: Channels, reason: str, offered: list[str]) -> None:
    work = world.ask_advisors(reason)
    assert [each.decision for each in work.offer.replies] == offered
    assert world.decided == [("question", LIMITATION, "keep_work/question-1-1")], "one call for the life of a question"
    for decision in set(AdvisorDecision) - set(offered):
        assert refusal(lambda of=decision: decide(world, work, of)) == "NOT_OFFERED"


@pytest.mark.parametrize("came", ["AdvisorDecisionRequested", "Scheduled Event"])
def test_question_that_came_while_the_rules_were_silent_is_seen_and_decided_later(world: Channels, came: str) -> None:
    world.change(generation=1, question=QUESTION)
    world.rules_are_down = True
    with pytest.raises(RulesUnavailable):
        world.receive(came, question=1, reason="DISPUTE")
    assert refusal(lambda: decide(world, world.open_work()[0])) == "NO_RULES"
    world.rules_are_down = False
    world.receive(came, question=1, reason="DISPUTE")
    decide(world, world.open_work()[0])
    assert len(world.heard("AdvisorDecided")) == 1


def test_payment_that_is_declared_a_third_time_is_looked_for_by_a_person(world: Channels) -> None:
    for key, becomes in {"k-1": "NOTED", "k-2": "NOTED", "k-3": "ASKED"}.items():
        world.declare(key)
        assert world.receive("PaymentDeclared", "channels", declarationId=key) == becomes
    [work] = world.open_work()
    assert (work.kind, work.due_by.date().isoformat()) == (WorkKind.DECLARATION, "2026-11-26")


def test_missing_power_is_work_for_a_person_only_where_no_execution_looks(world: Channels) -> None:
    assert world.receive("PowerMissing", "channels") == "LOOKED_AT"
    world.change(status="CLOSED")
    assert world.receive("PowerMissing", "channels") == "ASKED"
    [work] = world.open_work()
    assert work.due_by.date().isoformat() == "2026-11-25", "the next working day"


def test_events_of_the_process_open_the_doors_of_the_case(world: Channels) -> None:
    for source, behind in (("channels", NOBODY), ("restoration", "LIM-9")):
        world.receive("PaymentDeclared", source, limitationId="LIM-9")
        assert world.table.behind(KEYS.code("LIM-9")) == behind


def test_page_promises_what_the_table_says(world: Channels) -> None:
    told = {
        WorkKind.REVIEW: "said_person", WorkKind.PLAN: "said_plan", WorkKind.DISPUTE: "said_dispute",
        WorkKind.PROTECTION: "said_protection", WorkKind.POWER_MISSING: "said_no_power_closed",
    }  # fmt: skip
    for kind, text in told.items():
        days = world.value("attention", LIMITATION, "test", {"kind": kind.value})["workingDays"]
        assert {1: "le prochain jour ouvré", 2: "sous deux jours ouvrés"}[days] in TEXTS[text][0], kind


def test_customer_who_paid_or_is_protected_comes_before_who_waits_longer(world: Channels) -> None:
    world.ask_advisors()
    world.pass_time(DAY)
    world.items["LIM-1"] = item(limitationId="LIM-1", noted={"ProtectionGranted|PRO-1": {}})
    world.receive("AdvisorDecisionRequested", limitationId="LIM-1", question=1, reason="DISPUTE")
    assert [each.limitation_id for each in world.open_work()] == ["LIM-1", LIMITATION]


# ── The night ──


def test_night_finds_a_question_whose_event_was_lost_and_takes_off_what_is_over(world: Channels) -> None:
    over = world.ask_advisors()
    world.pass_time(timedelta(hours=1))
    other = item(limitationId="LIM-9", generation=2, question=QUESTION | {"number": 3})
    world.items |= {"LIM-9": other, LIMITATION: item()}
    world.receive("Scheduled Event", "aws.events")
    assert set(listed(world)) == {"question-2-3", over.id}, "one is too young"
    world.pass_time(timedelta(seconds=1))
    for _ in range(2):
        world.receive("Scheduled Event", "aws.events")
    assert listed(world) == ["question-2-3"]


def test_night_counts_who_waits_for_longer_than_they_were_told_and_has_them_told(world: Channels) -> None:
    world.ask_advisors()
    world.receive("ReviewAsked", "channels", id="k-1")
    world.pass_time(3 * DAY)
    world.receive("PlanAsked", "channels", id="k-2")
    world.receive("RestoredPlanBroken")
    assert [each.id for each in world.keeping.overdue()] == ["k-1"], "a question is the process's, the plan is not due"
    world.pass_time(9 * DAY)
    assert {each.id for each in world.keeping.overdue()} == {"k-1", "k-2", "event-RestoredPlanBroken"}
    world.change(generation=1)
    world.receive("Scheduled Event", "aws.events")
    told = [(each["limitationId"], each["contractId"], each["dueBy"][:10]) for each in world.heard("RequestOverdue")]
    about = LIMITATION, "CTR-000001"
    assert told == [(*about, "2026-11-26"), (*about, "2026-12-01")], "nobody told them of the broken plan"


def test_night_leaves_the_question_that_waits_on_with_its_owner(world: Channels) -> None:
    world.desk.take(ALIX, world.ask_advisors())
    world.pass_time(DAY)
    # Another execution waits on with it, or its own comes back to it.
    for held in (item(generation=2, question=QUESTION), item(generation=2, holder="arn:execution")):
        world.items[LIMITATION] = held
        world.receive("Scheduled Event", "aws.events")
        assert [(each.id, each.taken_by) for each in world.open_work()] == [("question-1-1", "A-alix")]
    world.change(question={**QUESTION, "reason": "GAS", "askedAt": int(world.at.timestamp() * 1000)})
    world.receive("Scheduled Event", "aws.events")
    assert [(each.id, each.reason) for each in world.open_work()] == [("question-2-1", "GAS")]


# ── What advisors do ──


def test_restoring_against_a_missing_date_needs_a_proof_and_refusing_does_not(world: Channels) -> None:
    work = world.ask_advisors("PENDING_WITHOUT_DATE")
    assert refusal(lambda: world.desk.end(ALIX, work, advisor(), End(words="rappelé"))) == "IS_A_QUESTION"
    assert refusal(lambda: decide(world, work)) == "NO_PROOF"
    decide(world, work, AdvisorDecision.REFUSE)
    assert [detail["decision"] for detail in world.heard("AdvisorDecided")] == ["REFUSE"]


def test_decision_that_broke_off_is_ended_when_said_again(world: Channels, monkeypatch: pytest.MonkeyPatch) -> None:
    free = world.ask_advisors()
    with monkeypatch.context() as broken:
        broken.setattr(type(world.table), "finish", None)
        with pytest.raises(TypeError):
            decide(world, free)
    del world.items[LIMITATION]["question"]  # the core has heard it
    [work] = world.open_work()
    for seen in (free, work):
        assert refusal(lambda of=seen: world.desk.take(BO, of)) == "TAKEN", "both saw it free, and one has it"
    decide(world, work)
    assert (world.open_work(), [each.kind for each in world.acts]) == ([], ["AdvisorDecided"])
    assert len(world.said) == 1


def test_reply_counts_to_the_open_question_alone_or_once_the_case_is_left_to_the_advisors(world: Channels) -> None:
    work = world.ask_advisors()
    refused = {"question": QUESTION | {"number": 2}}, {"status": "CLOSED"}, {"settlement": {"outcome": "BALANCE_DUE"}}
    for changes in refused:
        world.items[LIMITATION] = item(**changes)
        assert refusal(lambda: decide(world, work)) == "DONE"
    world.items[LIMITATION] = item(holder="arn:execution", claimedAt=to_text(NOW))
    assert refusal(lambda: decide(world, work)) == "LOOKED_AT", "its execution has news, and has yet to ask again"
    world.items[LIMITATION] = item(settlement={"outcome": "LEFT_TO_ADVISOR"})
    decide(world, work)
    assert [(each["advisor"], each["question"]) for each in world.heard("AdvisorDecided")] == [("A-alix", 1)]


def test_minutes_from_taken_to_decided_are_summed_by_the_question(world: Channels) -> None:
    world.desk.take(ALIX, world.ask_advisors())
    for minutes in (10, 2):  # who had it takes it once more as they decide: their first word counts
        world.pass_time(timedelta(minutes=minutes))
        [taken] = world.open_work()
        world.bus_is_down = minutes == 10
        with suppress(EventNotPublished):
            decide(world, taken)
    decide(world, taken)  # the same form, sent twice
    world.receive("AdvisorDecisionRequested", question=2, reason="DISPUTE")
    world.change(question={**QUESTION, "number": 2})
    decide(world, world.open_work()[0], key="k-2")  # nobody had taken it
    assert world.minutes.of(NOW.date()) == {"DISPUTE": Decided(number=2, timed=1, seconds=12 * 60)}


def test_question_is_set_aside_for_three_working_days_at_most_and_taken_up(world: Channels) -> None:
    world.keeping = replace(world.keeping, question_lasts=5 * DAY)
    work, [longest, *wrong] = world.ask_advisors(), [SettingAside(until=NOW + days * DAY) for days in (3, 0, 4)]
    soon = replace(work, due_by=NOW + DAY)  # a customer was told so
    for asks, of in (*((each, work) for each in wrong), (longest, soon)):
        assert refusal(lambda asks=asks, of=of: world.desk.set_aside(ALIX, of, advisor(), asks)) == "TOO_LONG"
    world.desk.set_aside(ALIX, work, advisor(), longest)
    assert listed(world) == []
    world.pass_time(3 * DAY)
    assert len(listed(world)) == 1, "by itself"
    world.pass_time(-DAY)
    world.desk.take_up(BO, work, advisor("k-2", BO))
    assert len(listed(world)) == 1
    assert [act.kind for act in world.acts] == ["QuestionSetAside", "QuestionTakenUp"]


@pytest.mark.parametrize(("role", "asleep"), [("CUSTOMER", []), ("ADVISOR", [LIMITATION])])
def test_customer_who_says_something_ends_what_was_set_aside(world: Channels, role: str, asleep: list[str]) -> None:
    world.desk.set_aside(ALIX, world.ask_advisors(), advisor(), SettingAside(until=NOW + DAY))
    world.receive("PaymentDeclared", "channels", declarationId="k-2", role=role)
    assert [each.limitation_id for each in world.open_work(whose=Whose.ASIDE)] == asleep
