"""What an execution adds to the counts: each redrive apart, each stage and each state once, and what our tables say."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from record.domain.counting import problem_in, stages_counted, tally_of
from record.domain.course import Course
from record.domain.course_event import End, Event
from record.domain.reach import reach_of
from record.domain.record import CaseFacts, EnedisReturn, RuleMatch, Stage
from record.domain.service_level import CaseKind, Ended
from record.domain.states import Party
from record.domain.tally import Count, bucket_of, sum_of
from record.domain.waits import waits_of
from tests.fakes.courses import (
    ARN,
    ENDS,
    FAILED_AND_REDRIVEN,
    FOLLOWED,
    GRANTED,
    LOOK,
    MINUTE,
    ORDERED,
    RESTORED,
    WHOLE,
    course,
    course_of,
)


def ended(outcome: str, reason: str = "") -> End:
    return End(0, "SUCCEEDED", 0, 1000, outcome, reason)


def test_states_count_where_they_were_left_and_failures_where_they_stopped() -> None:
    failed, restored = tally_of(WHOLE.at(0)).counts, tally_of(WHOLE.at(1)).counts
    problem = problem_in(WHOLE.at(0))
    assert problem is not None
    assert (problem.state, problem.words) == ("ReadPoint", "Enedis could not be reached for point …")
    passed = {"ended", "state#TakeCharge", "step#Take charge", "wait#us", "transitions"}
    assert set(failed) == {*passed, f"failure#{problem.id}"}
    assert failed["transitions"].sums == {"TakeCharge>ReadPoint": 1}
    assert failed[f"failure#{problem.id}"].sums == {"first": 1}
    states = {"state#ReadPoint", "step#Order", "state#Restored", "step#Power back"}
    assert set(restored) == {"ended", *states, "wait#enedis", "wait#us", "transitions"}
    assert restored["state#ReadPoint"].sums == {"retries": 1, "failures": 2}
    assert restored["state#ReadPoint"].buckets == {bucket_of(120): 1}
    assert restored["ended"].buckets == {bucket_of(250): 1}


def test_stage_counts_once_for_an_execution_that_failed_and_was_redriven() -> None:
    total = sum_of([tally_of(WHOLE.at(0)), tally_of(WHOLE.at(1))])
    assert tally_of(WHOLE.at(0)).counts["ended"].sums == {"concerned": 1, "failed": 1}
    stages = {"concerned": 1, "certain": 1, "ordered": 1, "restored": 1}
    assert total.counts["ended"].sums == {**stages, "failed": 1, "alone": 1}


def test_customer_counts_once_whichever_of_their_executions_comes_first_and_a_check_not_at_all() -> None:
    """A payment came while a check had the limitation; the payment's own execution counts what is new with it."""
    second = tally_of(course_of(RESTORED, ended("RESTORED")), CaseFacts(firsts=frozenset({"ordered", "restored"})))
    assert second.counts["ended"].sums == {"ordered": 1, "restored": 1, "alone": 1}
    path = (*LOOK, "MayPowerComeBack", "CloseOrLetGo", "BalanceDue")
    check = tally_of(course_of(path, replace(ended("BALANCE_DUE"), trigger="LimitationRegistered|LIM-1")))
    assert check.counts["ended"].sums == {"checked": 1}
    paid = tally_of(course_of(path, replace(ended("BALANCE_DUE"), trigger="PaymentReceived|PAY-1")))
    assert paid.counts["ended"].sums == {"balance_due": 1, "concerned": 1, "alone": 1}


def test_waits_of_a_case_count_together_through_the_loop_and_the_looks() -> None:
    """It measured our polling: each visit of WaitForEnedis alone."""
    path = (*FOLLOWED, "WaitForEnedis", *LOOK, "MayPowerComeBack", "ReadPoint", "PrepareOrder", *FOLLOWED[-4:])
    counts = tally_of(course_of((*path, "CloseOrLetGo", "Restored"), ended("RESTORED"))).counts
    assert counts["state#WaitForEnedis"] == replace(Count.once(30), number=3)
    first, last = path.index("ReadPoint"), len(path) - 1 - path[::-1].index("ReadCase")
    assert counts["wait#enedis"] == Count.once(10 * (last + 1 - first))
    assert course_of(path).since == 10 * (last + 1), "we decide on the progress"
    assert course_of(path[: last + 1]).since == 10 * first


@pytest.mark.parametrize(("brief", "waits"), [(59_999, 1), (60_000, 2)])
def test_what_our_steps_take_within_a_minute_parts_no_wait(brief: int, waits: int) -> None:
    took = timedelta(milliseconds=brief)
    found = waits_of(course(("ReadCase", MINUTE), ("DecideProgress", took), ("WaitForEnedis", MINUTE)).visits)
    assert [each.party for each in found].count(Party.ENEDIS) == waits


def test_stages_that_were_counted_are_those_of_the_ends_that_were() -> None:
    assert [len(stages_counted(WHOLE, counted)) for counted in ([], [0], [1, 0])] == [0, 1, 4]


def test_execution_that_fails_in_the_same_way_again_is_no_further_customer() -> None:
    again = [
        *FAILED_AND_REDRIVEN[:15],
        Event.of(16, "TaskScheduled", 190),
        Event.of(17, "TaskFailed", 195, error="EnedisUnavailable"),
        Event.of(18, "ExecutionFailed", 200),
    ]
    second = End(1, "FAILED", 0, 200, error="EnedisUnavailable", cause="Enedis could not be reached for point 99")
    course = Course.of(ARN, again, [ENDS[0], second])
    problem = problem_in(course)
    assert problem is not None
    total = sum_of([tally_of(course.at(0)), tally_of(course)])
    assert total.counts[f"failure#{problem.id}"] == Count(2, {}, {"first": 1})


def test_what_found_nothing_to_do_counts_as_ended_and_in_no_stage() -> None:
    course = Course.of(ARN, ends=[End(0, "SUCCEEDED", 100, 881, "JOINED")])
    assert tally_of(course).counts == {"ended": Count.once(781)}


@pytest.mark.parametrize(
    ("path", "end", "stage", "is_certain"),
    [
        (("TakeCharge",), None, Stage.CONCERNED, False),
        ((*LOOK, "MayPowerComeBack", "AnnouncePending", "WaitForBank"), None, Stage.CONCERNED, False),
        ((*LOOK, "MayPowerComeBack", "ReadPoint"), None, Stage.CERTAIN, True),
        ((*LOOK, "MayPowerComeBack", "DecidePriority", "ReadPoint"), None, Stage.CERTAIN, True),
        ((*GRANTED, "MayWeAsk", "SendQuestion", "WaitForAdvisor"), None, Stage.CERTAIN, True),
        (ORDERED, None, Stage.ORDERED, True),
        (RESTORED, ended("RESTORED"), Stage.RESTORED, True),
        ((*GRANTED, "CloseOrLetGo", "HowItEnded", "AlreadyRestored"), ended("ALREADY_RESTORED"), Stage.CERTAIN, True),
        ((*LOOK, "MayPowerComeBack", "CloseOrLetGo", "BalanceDue"), ended("BALANCE_DUE"), Stage.CONCERNED, False),
        # Enedis' daily flow asked for the look at the point, and was wrong, or right.
        ((*GRANTED, "MayPowerComeBack", "CloseOrLetGo"), None, Stage.CONCERNED, False),
        ((*GRANTED, "CloseOrLetGo"), ended("ALREADY_RESTORED", "LIFTED_BY_ENEDIS"), Stage.CONCERNED, False),
        # A floor is looked for: the point has less power than we knew, and no more is owed.
        ((*GRANTED, *LOOK[3:], "MayPowerComeBack", "CloseOrLetGo"), None, Stage.CONCERNED, False),
        # A floor is raised without any payment.
        ((*FOLLOWED, "CloseOrLetGo", "HowItEnded", "FloorRaised"), ended("FLOOR_RAISED"), Stage.CONCERNED, False),
        # From a cut no floor can be ordered, and a limitation that is not carried out yet is called back.
        (RESTORED, ended("RESTORED", "ORDER_FINISHED"), Stage.RESTORED, False),
        (FOLLOWED, ended("LIMITATION_CANCELLED", "ORDER_FINISHED"), Stage.CONCERNED, False),
        # The bank returned the payment while Enedis worked on the order.
        ((*FOLLOWED, "WaitForEnedis", *LOOK, "MayPowerComeBack", "PrepareOrder"), None, Stage.ORDERED, False),
    ],
)
def test_stage_is_the_furthest_and_certainty_stands_as_long_as_the_rules_say_so(
    path: Sequence[str],
    end: End | None,
    stage: Stage,
    is_certain: bool,  # noqa: FBT001 - pytest gives it
) -> None:
    reach = reach_of(course_of(path, end).visits, end)
    assert (reach.stage, reach.certain_at is not None) == (stage, is_certain)


def test_certainty_begins_where_the_rules_first_said_so_and_lasts_over_a_second_look() -> None:
    twice = (*FOLLOWED, "WaitForEnedis", *GRANTED, "PrepareOrder")
    assert reach_of(course_of(twice).visits).certain_at == 10 * GRANTED.index("ReadPoint")


def test_time_to_restored_is_from_certainty_to_the_reading_that_shows_the_power() -> None:
    in_time = CaseFacts(service=Ended(CaseKind.REMOTE, in_time=True))
    tally = tally_of(course_of(RESTORED, ended("RESTORED")), in_time)
    assert tally.counts["ended"].sums["in_time"] == 1
    took = 10 * (RESTORED.index("ReadCase") + 1 - RESTORED.index("ReadPoint"))
    assert tally.counts["restored"] == Count.once(took)
    already = (*GRANTED, "CloseOrLetGo", "HowItEnded", "AlreadyRestored")
    assert "restored" not in tally_of(course_of(already, ended("ALREADY_RESTORED"))).counts


def test_facts_of_our_tables_count_with_the_execution() -> None:
    facts = CaseFacts(
        rules=[RuleMatch("coverage", "v1", "r1"), RuleMatch("coverage", "v1", "r1"), RuleMatch("action", "v2", "r9")],
        decisions=["coverage", "coverage", "action"],
        manual=["action"],
        returns=[EnedisReturn("REMOTE", code, is_accepted=code == "SGT200") for code in ("SGT570", "SGT200")],
    )
    counts = tally_of(course_of(RESTORED, ended("RESTORED")), facts).counts
    assert counts["decision#coverage"] == Count(2)
    assert counts["decision#action"] == Count(1, {}, {"manual": 1})
    assert counts["rule#coverage"] == Count(2, {}, {"v1#r1": 2})
    assert counts["enedis#REMOTE"] == Count(2, {}, {"SGT570": 1, "SGT200": 1, "accepted": 1})
