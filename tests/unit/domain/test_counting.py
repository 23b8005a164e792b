"""The course of an execution and what it adds to the counts: each redrive apart, each stage and each state once."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise
from math import ceil

import pytest
from hypothesis import given
from hypothesis import strategies as st

from record.domain.counting import problem_in, tally_of
from record.domain.course import Course
from record.domain.course_event import End, Event
from record.domain.reach import reach_of
from record.domain.record import CaseFacts, Stage
from record.domain.service_level import CaseKind, Ended
from record.domain.states import STEP_OF, Party
from record.domain.steps import pairs_in, stays_in_steps, ways_of
from record.domain.tally import WIDTH, Count, bucket_of, lower_bound, sum_of, total
from record.domain.visit import Visit
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
    durations,
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
        ((*GRANTED, *LOOK[4:], "MayPowerComeBack", "CloseOrLetGo"), None, Stage.CONCERNED, False),
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


# ── The course itself ──


@given(st.sets(st.integers(1, len(FAILED_AND_REDRIVEN) - 1), min_size=1))
def test_each_event_that_is_missing_is_known_and_keeps_the_course_from_being_counted(lost: set[int]) -> None:
    found = Course.of(ARN, [each for each in FAILED_AND_REDRIVEN if each.id not in lost], ENDS)
    assert set(found.missing) == lost
    assert not found.is_complete
    assert found.countable == []


def test_course_is_not_complete_before_its_end_and_the_event_of_it_are_told() -> None:
    """The end after a redrive may be told before any event of it."""
    parts = (FAILED_AND_REDRIVEN, ENDS[:1]), (FAILED_AND_REDRIVEN[:-1], ENDS), (FAILED_AND_REDRIVEN[:14], ENDS)
    found = [Course.of(ARN, *part) for part in parts]
    assert [(each.is_complete, each.countable) for each in found] == [(False, [])] * 3
    assert found[-1].missing == []


def test_redriven_course_runs_again_even_where_the_redrive_itself_was_not_told() -> None:
    told = [each for each in FAILED_AND_REDRIVEN[:17] if each.id != 15]
    running = Course.of(ARN, told, ENDS[:1])
    assert not running.has_ended
    assert running.runs


def test_running_course_rests_while_it_waits_to_be_called_back() -> None:
    waiting = events_of("ExecutionStarted TaskStateEntered:WaitForBank", (0, 10))
    submitted = [*waiting, Event.of(3, "TaskScheduled", 20), Event.of(4, "TaskStarted", 20)]
    assert not Course.of(ARN, submitted).rests
    resting = Course.of(ARN, [*submitted, Event.of(5, "TaskSubmitted", 30)])
    assert resting.rests
    assert resting.waits_for is Party.BANK


def test_course_that_found_nothing_to_do_is_counted_by_its_end_alone() -> None:
    ended = Course.of(ARN, ends=[End(0, "SUCCEEDED", 100, 881, "JOINED")])
    assert ended.countable == [0]
    assert (ended.end.outcome, ended.started_at, ended.ended_at) == ("JOINED", 100, 881)


# ── Its steps ──


def visits(*told: tuple[str, int, int | None, int]) -> list[Visit]:
    """States with when they were entered and left, and after how many redrives they were left."""
    return [Visit(state, entered, left, 1, 0, (), 0, redrives) for state, entered, left, redrives in told]


def test_state_of_an_older_machine_is_in_no_step_and_parts_none() -> None:
    assert stays_in_steps(visits(("AskTheMeter", 0, 9, 0)), 0) == {}
    assert stays_in_steps(visits(("CheckPayment", 0, 9, 0), ("DecidePayment", 9, 12, 0)), 0) == {"Check": [12]}


@given(st.lists(st.sampled_from(sorted(STEP_OF)), max_size=30))
def test_ways_of_a_case_are_read_as_they_were_taken_each_once(path: list[str]) -> None:
    told = pairs_in(ways_of(visits(*((state, 0, 1, 0) for state in path))))
    assert told == list(dict.fromkeys(">".join(way) for way in pairwise(path)))


# ── Percentiles ──


@given(durations)
def test_each_duration_is_within_the_bounds_of_its_bucket(milliseconds: int) -> None:
    bucket = bucket_of(milliseconds)
    assert lower_bound(bucket) <= milliseconds
    assert milliseconds < (1 if milliseconds == 0 else lower_bound(bucket + 1))


@given(st.lists(durations, min_size=100, max_size=200), st.sampled_from([0.5, 0.9, 0.95, 0.99, 1.0]))
def test_percentile_is_within_one_bucket_of_the_exact_one(taken: list[int], share: float) -> None:
    exact = sorted(taken)[ceil(share * len(taken)) - 1]
    found = total(Count.once(each) for each in taken).percentile(share)
    assert found is not None
    assert exact / WIDTH <= found <= max(exact, 1) * WIDTH


@pytest.mark.parametrize(("share", "needed"), [(0.5, 1), (0.9, 10), (0.95, 20), (0.99, 100), (1, 1)])
def test_fewer_than_it_needs_have_no_percentile(share: float, needed: int) -> None:
    """Of few it would be the longest: a p95 of three calls to Enedis was shown as one."""
    assert Count(buckets={5: needed - 1} if needed > 1 else {}).percentile(share) is None
    assert Count(buckets={5: needed}).percentile(share)
