"""The course of an execution: what is missing is known, when it may be counted, and for whom it waits."""

from hypothesis import given
from hypothesis import strategies as st

from record.domain.course import Course
from record.domain.course_event import End, Event
from record.domain.states import Party
from tests.fakes.courses import ARN, ENDS, FAILED_AND_REDRIVEN, WHOLE, events_of


@given(st.sets(st.integers(1, len(FAILED_AND_REDRIVEN) - 1), min_size=1))
def test_each_event_that_is_missing_is_known_and_keeps_the_course_from_being_counted(lost: set[int]) -> None:
    found = Course.of(ARN, [each for each in FAILED_AND_REDRIVEN if each.id not in lost], ENDS)
    assert set(found.missing) == lost
    assert not found.is_complete
    assert found.countable == []


def test_course_whose_end_nobody_told_is_not_complete() -> None:
    assert not Course.of(ARN, FAILED_AND_REDRIVEN, ENDS[:1]).is_complete
    assert not Course.of(ARN, FAILED_AND_REDRIVEN[:-1], ENDS).is_complete


def test_redriven_course_is_not_complete_where_its_end_is_told_before_its_events() -> None:
    told = Course.of(ARN, FAILED_AND_REDRIVEN[:14], ENDS)
    assert told.missing == []
    assert not told.is_complete
    assert told.countable == []


def test_redriven_course_says_where_it_stood_how_long_and_after_how_many_attempts() -> None:
    take_charge, read_point, restored = WHOLE.visits
    assert (take_charge.took, take_charge.retries, take_charge.party) == (40, 0, Party.US)
    assert (read_point.took, read_point.attempts, read_point.retries) == (120, 3, 1)
    assert (read_point.failures, read_point.party) == (("EnedisUnavailable",) * 2, Party.ENEDIS)
    assert (read_point.entered_in, read_point.left_in, restored.entered_in) == (0, 1, 1)
    assert (WHOLE.end, WHOLE.redrives) == (ENDS[1], 1)
    assert (WHOLE.since, WHOLE.waits_for) == (250, None)
    assert [visit.state for visit in WHOLE.visits] == ["TakeCharge", "ReadPoint", "Restored"]


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


def test_running_course_rests_until_its_next_attempt() -> None:
    assert Course.of(ARN, FAILED_AND_REDRIVEN[:10]).rests
    assert not Course.of(ARN, FAILED_AND_REDRIVEN[:11]).rests


def test_course_that_found_nothing_to_do_is_counted_by_its_end_alone() -> None:
    ended = Course.of(ARN, ends=[End(0, "SUCCEEDED", 100, 881, "JOINED")])
    assert ended.countable == [0]
    assert (ended.end.outcome, ended.started_at, ended.ended_at) == ("JOINED", 100, 881)
