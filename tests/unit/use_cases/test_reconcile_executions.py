"""Lost lines and lost status events are healed from histories, and from as few of them as can be."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from restoration.domain.course import Course, OpenCourse, Recorded
from restoration.errors import CountersContended
from restoration.use_cases.reconcile_executions import Reconciler
from restoration.use_cases.record_execution import CourseRecorder
from tests.unit.domain.test_course import ARN, ENDS, FAILED_AND_REDRIVEN, WHOLE

NOW = datetime(2026, 11, 26, 3, tzinfo=UTC)
GRACE = timedelta(seconds=60)


@dataclass
class Kept:
    """Courses in memory."""

    kept: dict[str, Recorded] = field(default_factory=dict)
    changed: dict[str, datetime] = field(default_factory=dict)
    counts: list[tuple[str, int]] = field(default_factory=list)
    complete: tuple[datetime, int] | None = None
    forgotten: set[str] = field(default_factory=set)
    halfway: set[str] = field(default_factory=set)
    contended: set[str] = field(default_factory=set)

    def add(self, course: Course) -> Recorded:
        known = self.kept.get(course.execution, Recorded(Course(course.execution)))
        added = Recorded(known.course.joined(course), known.counted)
        if course.execution not in self.kept:
            self.halfway.add(course.execution)
        self.kept[course.execution] = added
        return added

    def say_where(self, recorded: Recorded) -> None:
        self.kept[recorded.course.execution] = recorded
        self.halfway.discard(recorded.course.execution)
        self.changed.setdefault(recorded.course.execution, NOW - timedelta(hours=1))

    def count(self, course: Course, redrives: int) -> bool:
        if course.execution in self.contended:
            raise CountersContended(course.execution)
        self.counts.append((course.execution, redrives))
        return True

    def open(self) -> Iterable[OpenCourse]:
        for execution, recorded in self.kept.items():
            course = recorded.course
            if execution in self.forgotten | self.halfway or (course.has_ended and course.redrives in recorded.counted):
                continue
            is_settled = not course.missing and course.rests
            yield OpenCourse(execution, not course.has_ended, is_settled, course.redrives, self.changed[execution])

    def find(self, execution: str) -> Recorded | None:
        return self.kept.get(execution)

    def note(self, execution: str) -> None:
        self.kept.setdefault(execution, Recorded(Course(execution)))
        self.changed[execution] = NOW - timedelta(hours=1)

    def forget(self, execution: str) -> None:
        self.forgotten.add(execution)

    def complete_to(self) -> tuple[datetime, int] | None:
        return self.complete

    def say_complete_to(self, moment: datetime, unreconciled: int) -> None:
        self.complete = moment, unreconciled


@dataclass
class StepFunctions:
    """What Step Functions knows."""

    runs: dict[str, int] = field(default_factory=dict)
    ended: list[str] = field(default_factory=list)
    courses: dict[str, Course] = field(default_factory=dict)
    read: list[str] = field(default_factory=list)
    looked_back_to: datetime | None = None

    def running(self) -> Mapping[str, int]:
        return self.runs

    def started_since(self, moment: datetime) -> Iterable[str]:
        self.looked_back_to = moment
        return self.ended

    def course(self, execution: str) -> Course | None:
        self.read.append(execution)
        return self.courses.get(execution)


def reconciler(kept: Kept, known: StepFunctions, most: int = 300) -> Reconciler:
    return Reconciler(kept, known, CourseRecorder(kept), lambda: NOW, GRACE, most)


def test_execution_with_a_gap_is_healed_from_its_history_and_counted() -> None:
    kept, known = Kept(), StepFunctions(courses={ARN: WHOLE})
    CourseRecorder(kept).record(Course.of(ARN, FAILED_AND_REDRIVEN[3:], ENDS))
    assert kept.counts == []
    found = reconciler(kept, known).reconcile()
    assert (found.healed, found.unreconciled, found.lag) == (1, 0, timedelta())
    assert (kept.kept[ARN].course, kept.counts) == (WHOLE, [(ARN, 0), (ARN, 1)])
    assert kept.complete == (NOW - GRACE, 0)


def test_complete_execution_and_one_that_waits_cost_no_history() -> None:
    kept = Kept()
    CourseRecorder(kept).record(WHOLE)
    waiting = f"{ARN}-waits"
    course = Course.of(waiting, [*FAILED_AND_REDRIVEN[:8]])
    submitted = type(FAILED_AND_REDRIVEN[0]).of(9, "TaskSubmitted", 130)
    CourseRecorder(kept).record(course.joined(Course.of(waiting, [submitted])))
    known = StepFunctions(runs={waiting: 0}, ended=[ARN])
    assert reconciler(kept, known).reconcile().healed == 0
    assert known.read == []


def test_execution_of_which_nothing_was_told_is_found_by_the_list() -> None:
    kept, known = Kept(complete=(NOW - timedelta(minutes=5), 0)), StepFunctions(ended=[ARN], courses={ARN: WHOLE})
    assert reconciler(kept, known).reconcile().healed == 1
    assert known.looked_back_to == NOW - timedelta(minutes=6)
    assert kept.kept[ARN].course == WHOLE


def test_execution_that_stopped_running_without_a_word_is_healed() -> None:
    kept, known = Kept(), StepFunctions(courses={ARN: WHOLE})
    CourseRecorder(kept).record(Course.of(ARN, FAILED_AND_REDRIVEN[:3]))
    reconciler(kept, known).reconcile()
    assert kept.kept[ARN].course == WHOLE


def test_redrive_of_which_nothing_was_told_is_found_by_the_list_of_what_runs() -> None:
    failed = Course.of(ARN, FAILED_AND_REDRIVEN[:14], ENDS[:1])
    running = Course.of(ARN, FAILED_AND_REDRIVEN[:16], ENDS[:1])
    kept, known = Kept(), StepFunctions(runs={ARN: 1}, courses={ARN: running})
    CourseRecorder(kept).record(failed)
    reconciler(kept, known).reconcile()
    assert kept.kept[ARN].course == running


def test_what_the_log_may_still_tell_is_left_to_it() -> None:
    kept, known = Kept(), StepFunctions(runs={ARN: 0})
    kept.changed[ARN] = NOW - GRACE / 2
    CourseRecorder(kept).record(Course.of(ARN, FAILED_AND_REDRIVEN[1:3]))
    assert reconciler(kept, known).reconcile().healed == 0


def test_more_than_one_reconciliation_may_read_is_said_with_its_lag() -> None:
    kept, known = Kept(), StepFunctions(courses={f"{ARN}-{each}": WHOLE for each in range(3)})
    for each in range(3):
        CourseRecorder(kept).record(Course.of(f"{ARN}-{each}", FAILED_AND_REDRIVEN[1:3]))
    found = reconciler(kept, known, most=1).reconcile()
    assert (found.healed, found.unreconciled, found.lag) == (1, 2, timedelta(hours=1))
    assert kept.complete == (NOW - GRACE, 2)


def test_execution_that_step_functions_has_forgotten_is_not_looked_for_again() -> None:
    kept, known = Kept(), StepFunctions()
    CourseRecorder(kept).record(Course.of(ARN, FAILED_AND_REDRIVEN[1:3]))
    reconciler(kept, known).reconcile()
    assert list(kept.open()) == []


def test_execution_whose_recorder_died_before_it_said_where_it_stands_is_healed() -> None:
    kept, known = Kept(), StepFunctions(ended=[ARN], courses={ARN: WHOLE})
    kept.add(WHOLE)
    assert list(kept.open()) == []
    reconciler(kept, known).reconcile()
    assert kept.counts == [(ARN, 0), (ARN, 1)]


def test_execution_that_cannot_be_counted_now_keeps_no_other_waiting() -> None:
    other = f"{ARN}-other"
    kept, known = Kept(), StepFunctions(courses={ARN: WHOLE, other: Course.of(other, FAILED_AND_REDRIVEN, ENDS)})
    for each in (ARN, other):
        CourseRecorder(kept).record(Course.of(each, FAILED_AND_REDRIVEN[1:3]))
    kept.contended = {ARN}
    found = reconciler(kept, known).reconcile()
    assert (found.healed, found.unreconciled, found.lag) == (1, 1, timedelta(hours=1))
    assert kept.counts == [(other, 0), (other, 1)]
