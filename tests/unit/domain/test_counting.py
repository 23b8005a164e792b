"""What an execution adds to the counts: each redrive apart, each stage and each state once, and what our tables say."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

import pytest

from record.domain.counting import problem_in, tally_of
from record.domain.course import Course
from record.domain.course_event import End
from record.domain.reach import reach_of
from record.domain.record import CaseFacts, Stage
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
    events_of,
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


def test_customer_counts_once_whichever_of_their_executions_comes_first_and_a_check_not_at_all() -> None:
    """A payment came while a check had the limitation; the payment's own execution counts what is new with it."""
    second = tally_of(course_of(RESTORED, ended("RESTORED")), CaseFacts(firsts=frozenset({"ordered", "restored"})))
    assert second.counts["ended"].sums == {"ordered": 1, "restored": 1, "alone": 1}
    path = (*LOOK, "MayPowerComeBack", "CloseOrLetGo", "BalanceDue")
    check = tally_of(course_of(path, replace(ended("BALANCE_DUE"), trigger="LimitationRegistered|LIM-1")))
    assert check.counts["ended"].sums == {"checked": 1}
    paid = tally_of(course_of(path, replace(ended("BALANCE_DUE"), trigger="PaymentReceived|PAY-1")))
    assert paid.counts["ended"].sums == {"balance_due": 1, "concerned": 1, "alone": 1}


@pytest.mark.parametrize(("brief", "waits"), [(59_999, 1), (60_000, 2)])
def test_what_our_steps_take_within_a_minute_parts_no_wait(brief: int, waits: int) -> None:
    took = timedelta(milliseconds=brief)
    found = waits_of(course(("ReadCase", MINUTE), ("DecideProgress", took), ("WaitForEnedis", MINUTE)).visits)
    assert [each.party for each in found].count(Party.ENEDIS) == waits


def test_execution_that_fails_in_the_same_way_again_is_no_further_customer() -> None:
    more = events_of("TaskScheduled TaskFailed:EnedisUnavailable ExecutionFailed", (190, 195, 200), 16)
    again = [*FAILED_AND_REDRIVEN[:15], *more]
    second = End(1, "FAILED", 0, 200, error="EnedisUnavailable", cause="Enedis could not be reached for point 99")
    course = Course.of(ARN, again, [ENDS[0], second])
    problem = problem_in(course)
    assert problem is not None
    total = sum_of([tally_of(course.at(0)), tally_of(course)])
    assert total.counts[f"failure#{problem.id}"] == Count(2, {}, {"first": 1})


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


def test_time_to_restored_is_from_certainty_to_the_reading_that_shows_the_power() -> None:
    in_time = CaseFacts(service=Ended(CaseKind.REMOTE, in_time=True))
    tally = tally_of(course_of(RESTORED, ended("RESTORED")), in_time)
    assert tally.counts["ended"].sums["in_time"] == 1
    took = 10 * (RESTORED.index("ReadCase") + 1 - RESTORED.index("ReadPoint"))
    assert tally.counts["restored"] == Count.once(took)
    already = (*GRANTED, "CloseOrLetGo", "HowItEnded", "AlreadyRestored")
    assert "restored" not in tally_of(course_of(already, ended("ALREADY_RESTORED"))).counts
