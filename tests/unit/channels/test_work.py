"""The advisors' list: what the core's events put on it, and what advisors do with it."""

from datetime import timedelta

import pytest

from channels.domain.session import Refused
from channels.domain.work import Work, WorkKind
from channels.use_cases.speak import Speaker
from restoration.contracts.received import AdvisorDecision, Channel, Role
from tests.fakes.channels import CUSTOMER, KEYS, LIMITATION, NOW, QUESTION, Channels, advisor, of_kind

DAY = timedelta(days=1)
SPEAKER = Speaker(Channel.DESK, Role.ADVISOR, "k-1", "A-Alix")


def asked(world: Channels) -> Work:
    world.receive("AdvisorDecisionRequested", question=1, reason="DISPUTE")
    world.change(question=QUESTION)
    [work] = world.desk.open_work()
    return work


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
    assert len(world.desk.open_work()) == 1


def test_events_of_the_process_open_the_doors_of_the_case(world: Channels) -> None:
    world.receive("RestorationOrdered")
    assert world.table.door(KEYS.code(LIMITATION)) is not None
    world.receive("PaymentDeclared", source="channels", at=NOW.isoformat())
    assert world.desk.open_work() == []


def test_withdrawal_that_comes_before_its_question_keeps_it_off(world: Channels) -> None:
    world.receive("AdvisorQuestionWithdrawn", question=1, reason="DISPUTE", outcome="RESTORED")
    assert world.receive("AdvisorDecisionRequested", question=1, reason="DISPUTE") == "KNOWN"
    assert world.desk.open_work() == []


@pytest.mark.parametrize("event", ["PowerRestored", "BalanceDue", "AdvisorDecided"])
def test_case_that_went_on_takes_its_question_off(world: Channels, event: str) -> None:
    asked(world)
    world.receive(event, outcome="RESTORED")
    assert world.desk.open_work() == []


def test_missing_power_is_work_for_a_person_only_where_no_execution_looks(world: Channels) -> None:
    assert world.receive("PowerMissing", source="channels", at=NOW.isoformat()) == "LOOKED_AT"
    world.change(status="CLOSED")
    assert world.receive("PowerMissing", source="channels", at=NOW.isoformat()) == "ASKED"


def test_request_of_a_customer_is_due_at_the_end_of_the_second_working_day(world: Channels) -> None:
    world.receive("ReviewAsked", source="channels", at="2026-11-27T09:00:00Z", id="k-9")
    [work] = world.desk.open_work()
    assert (work.id, work.due_by.date().isoformat()) == ("k-9", "2026-12-01"), "a Friday; then Monday and Tuesday"


def test_decision_is_put_on_the_bus_with_its_question_and_ends_the_work(world: Channels) -> None:
    work = asked(world)
    world.desk.decide(advisor(), work, AdvisorDecision.RESTORE, "preuve vue", SPEAKER)
    [detail] = of_kind(world.said, "AdvisorDecided")
    assert (detail["decision"], detail["question"], detail["advisor"], detail["channel"]) == (
        "RESTORE", 1, "A-Alix", "DESK",
    )  # fmt: skip
    assert world.desk.open_work() == []
    [act] = world.table.acts(LIMITATION)
    assert (act.kind, act.by, act.content["decision"]) == ("AdvisorDecided", "A-Alix", "RESTORE")


def test_decision_that_did_not_reach_the_bus_stays_on_the_list(world: Channels) -> None:
    work = asked(world)
    world.bus_is_down = True
    with pytest.raises(ConnectionError):
        world.desk.decide(advisor(), work, AdvisorDecision.RESTORE, "preuve vue", SPEAKER)
    [left] = world.desk.open_work()
    assert left.taken_by == "A-Alix"
    world.bus_is_down = False
    world.desk.decide(advisor(), left, AdvisorDecision.RESTORE, "preuve vue", SPEAKER)
    assert world.desk.open_work() == []


def test_of_two_who_decide_one_wins_and_the_other_is_told_by_whom(world: Channels) -> None:
    work = asked(world)
    world.desk.take(advisor("Alix"), work)
    with pytest.raises(Refused) as caught:
        world.desk.decide(advisor("Bo"), work, AdvisorDecision.REFUSE, "non", SPEAKER)
    assert (caught.value.reason, caught.value.facts) == ("TAKEN", {"name": "Alix"})
    [taken] = world.desk.open_work()
    world.desk.decide(advisor("Alix"), taken, AdvisorDecision.RESTORE, "oui", SPEAKER)
    with pytest.raises(Refused) as caught:
        world.desk.decide(advisor("Bo"), work, AdvisorDecision.REFUSE, "non", SPEAKER)
    assert (caught.value.reason, caught.value.facts) == ("DONE", {"how": "RESTORE", "name": "Alix"})
    assert len(of_kind(world.said, "AdvisorDecided")) == 1


def test_reply_to_another_question_than_the_open_one_is_refused(world: Channels) -> None:
    work = asked(world)
    world.change(question=QUESTION | {"number": 2})
    assert refusal(lambda: world.desk.decide(advisor(), work, AdvisorDecision.RESTORE, "oui", SPEAKER)) == "DONE"
    world.change(status="CLOSED")
    assert refusal(lambda: world.desk.decide(advisor(), work, AdvisorDecision.RESTORE, "oui", SPEAKER)) == "DONE"
    assert world.said == []


def test_reader_decides_nothing_and_nobody_their_own_case(world: Channels) -> None:
    work = asked(world)
    reader, owner = advisor("Lu", "readers"), advisor("Alix", own=CUSTOMER)
    assert refusal(lambda: world.desk.take(reader, work)) == "MAY_NOT"
    assert refusal(lambda: world.desk.decide(owner, work, AdvisorDecision.RESTORE, "oui", SPEAKER)) == "OWN_CASE"
    assert world.said == []


def test_question_is_set_aside_for_three_working_days_at_most_and_taken_up(world: Channels) -> None:
    work = asked(world)
    for until in (NOW, NOW + 4 * DAY):
        assert refusal(lambda until=until: world.desk.set_aside(advisor(), work, until, SPEAKER)) == "TOO_LONG"
    world.desk.set_aside(advisor(), work, NOW + 2 * DAY, SPEAKER)
    assert world.desk.open_work() == []
    world.pass_time(2 * DAY)
    assert len(world.desk.open_work()) == 1, "by itself"
    world.pass_time(-DAY)
    colleague = Speaker(Channel.DESK, Role.ADVISOR, "k-2", "A-Bo")
    world.desk.take_up(advisor("Bo"), work, colleague)
    assert len(world.desk.open_work()) == 1
    assert [act.kind for act in world.table.acts(LIMITATION)] == ["QuestionSetAside", "QuestionTakenUp"]


def test_work_is_given_back_by_who_has_it(world: Channels) -> None:
    work = asked(world)
    assert refusal(lambda: world.desk.give_back(advisor(), work)) == "NOT_YOURS"
    world.desk.take(advisor(), work)
    [taken] = world.desk.open_work()
    world.desk.give_back(advisor(), taken)
    assert world.desk.open_work()[0].taken_by is None


def test_question_is_decided_and_other_work_is_ended_with_what_was_done(world: Channels) -> None:
    work = asked(world)
    assert refusal(lambda: world.desk.done(advisor(), work, "fait", SPEAKER)) == "IS_A_QUESTION"
    world.receive("ReviewAsked", source="channels", at=NOW.isoformat(), id="k-9")
    review = next(each for each in world.desk.open_work() if each.kind is WorkKind.REVIEW)
    world.desk.done(advisor(), review, "rappelé", SPEAKER)
    assert [each.kind for each in world.desk.open_work()] == [WorkKind.QUESTION]
