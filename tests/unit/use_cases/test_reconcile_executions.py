"""Lost lines and lost status events are healed from histories, and from as few of them as can be."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from record.domain.course import Course, OpenCourse, Recorded, Revision
from record.domain.course_event import End
from record.domain.record import CaseFacts
from record.domain.service_level import Underway
from record.use_cases.reconcile_executions import Reconciler
from record.use_cases.record_execution import CourseRecorder
from tests.fakes.courses import ARN, ENDS, FAILED_AND_REDRIVEN, FOLLOWED, GRANTED, ORDERED, WHOLE, Facts, course_of

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
    known_revisions: dict[str, datetime] = field(default_factory=dict)
    counted_with: list[CaseFacts] = field(default_factory=list)
    released: set[str] = field(default_factory=set)
    names: set[tuple[str, str]] = field(default_factory=set)

    def add(self, course: Course) -> Recorded:
        known = self.kept.get(course.execution, Recorded(Course(course.execution)))
        added = replace(known, course=known.course.joined(course))
        if course.execution not in self.kept:
            self.halfway.add(course.execution)
        self.kept[course.execution] = added
        return added

    def say_where(self, recorded: Recorded) -> None:
        self.kept[recorded.course.execution] = recorded
        self.halfway.discard(recorded.course.execution)
        self.changed.setdefault(recorded.course.execution, NOW - timedelta(hours=1))

    def first(self, execution: str, names: Collection[str]) -> Collection[str]:
        assert execution
        return names

    def name(self, limitation_id: str, names: Iterable[str]) -> None:
        self.names |= {(limitation_id, each) for each in names}

    def count(self, course: Course, redrives: int, facts: CaseFacts) -> bool:
        self.counts.append((course.execution, redrives))
        self.counted_with.append(facts)
        return True

    def open(self) -> Iterable[OpenCourse]:
        for execution, recorded in self.kept.items():
            course = recorded.course
            if execution in self.forgotten | self.halfway or (course.has_ended and course.redrives in recorded.counted):
                continue
            is_settled = not course.missing and course.rests
            yield OpenCourse(execution, not course.has_ended, is_settled, course.redrives, self.changed[execution])

    def under_way(self) -> Iterable[Underway]:
        return []

    def stopped(self) -> Iterable[str]:
        for execution, recorded in self.kept.items():
            course = recorded.course
            if course.has_ended and course.ends[course.redrives].status == "FAILED" and execution not in self.released:
                yield execution

    def release(self, execution: str) -> None:
        self.released.add(execution)

    def revisions(self) -> Mapping[str, datetime]:
        return self.known_revisions

    def note_revision(self, revision: str, deployed_at: datetime) -> None:
        self.known_revisions[revision] = deployed_at

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
    machine: Revision | None = None

    def running(self) -> Mapping[str, int]:
        return self.runs

    def started_since(self, moment: datetime) -> Iterable[str]:
        self.looked_back_to = moment
        return self.ended

    def course(self, execution: str) -> Course | None:
        self.read.append(execution)
        return self.courses.get(execution)

    def revision(self) -> Revision | None:
        return self.machine


@dataclass
class Tables(Facts):
    """What our tables say, and who holds a limitation."""

    holders: set[str] = field(default_factory=set)

    def holding(self, executions: Iterable[str]) -> Collection[str]:
        return set(executions) & self.holders


def recorder(kept: Kept, tables: Tables | None = None) -> CourseRecorder:
    return CourseRecorder(kept, kept, tables or Tables())


def reconciler(kept: Kept, known: StepFunctions, most: int = 300, tables: Tables | None = None) -> Reconciler:
    its = tables or Tables()
    return Reconciler(kept, kept, known, its, recorder(kept, its), lambda: NOW, GRACE, most)


def test_execution_with_a_gap_is_healed_from_its_history_and_counted() -> None:
    kept, known = Kept(), StepFunctions(courses={ARN: WHOLE})
    recorder(kept).record(Course.of(ARN, FAILED_AND_REDRIVEN[3:], ENDS))
    assert kept.counts == []
    found = reconciler(kept, known).reconcile()
    assert (found.healed, found.unreconciled, found.lag) == (1, 0, timedelta())
    assert (kept.kept[ARN].course, kept.counts) == (WHOLE, [(ARN, 0), (ARN, 1)])
    assert kept.complete == (NOW - GRACE, 0)


def test_complete_execution_and_one_that_waits_cost_no_history() -> None:
    kept = Kept()
    recorder(kept).record(WHOLE)
    waiting = f"{ARN}-waits"
    course = Course.of(waiting, [*FAILED_AND_REDRIVEN[:8]])
    submitted = type(FAILED_AND_REDRIVEN[0]).of(9, "TaskSubmitted", 130)
    recorder(kept).record(course.joined(Course.of(waiting, [submitted])))
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
    recorder(kept).record(Course.of(ARN, FAILED_AND_REDRIVEN[:3]))
    reconciler(kept, known).reconcile()
    assert kept.kept[ARN].course == WHOLE


def test_redrive_of_which_nothing_was_told_is_found_by_the_list_of_what_runs() -> None:
    failed = Course.of(ARN, FAILED_AND_REDRIVEN[:14], ENDS[:1])
    running = Course.of(ARN, FAILED_AND_REDRIVEN[:16], ENDS[:1])
    kept, known = Kept(), StepFunctions(runs={ARN: 1}, courses={ARN: running})
    recorder(kept).record(failed)
    reconciler(kept, known).reconcile()
    assert kept.kept[ARN].course == running


def test_what_the_log_may_still_tell_is_left_to_it() -> None:
    kept, known = Kept(), StepFunctions(runs={ARN: 0})
    kept.changed[ARN] = NOW - GRACE / 2
    recorder(kept).record(Course.of(ARN, FAILED_AND_REDRIVEN[1:3]))
    assert reconciler(kept, known).reconcile().healed == 0


def test_more_than_one_reconciliation_may_read_is_said_with_its_lag() -> None:
    kept, known = Kept(), StepFunctions(courses={f"{ARN}-{each}": WHOLE for each in range(3)})
    for each in range(3):
        recorder(kept).record(Course.of(f"{ARN}-{each}", FAILED_AND_REDRIVEN[1:3]))
    found = reconciler(kept, known, most=1).reconcile()
    assert (found.healed, found.unreconciled, found.lag) == (1, 2, timedelta(hours=1))
    assert kept.complete == (NOW - GRACE, 2)


def test_execution_that_step_functions_has_forgotten_is_not_looked_for_again() -> None:
    kept, known = Kept(), StepFunctions()
    recorder(kept).record(Course.of(ARN, FAILED_AND_REDRIVEN[1:3]))
    reconciler(kept, known).reconcile()
    assert list(kept.open()) == []


def test_execution_whose_recorder_died_before_it_said_where_it_stands_is_healed() -> None:
    kept, known = Kept(), StepFunctions(ended=[ARN], courses={ARN: WHOLE})
    kept.add(WHOLE)
    assert list(kept.open()) == []
    reconciler(kept, known).reconcile()
    assert kept.counts == [(ARN, 0), (ARN, 1)]


def test_revision_of_the_machine_is_noted_once_with_the_moment_of_its_deployment() -> None:
    deployed = NOW - timedelta(days=2)
    kept, known = Kept(), StepFunctions(machine=Revision("r1", deployed))
    reconciler(kept, known).reconcile()
    known.machine = Revision("r1", NOW)
    reconciler(kept, known).reconcile()
    assert kept.known_revisions == {"r1": deployed}


def test_revision_on_which_nothing_has_begun_is_not_noted_yet() -> None:
    kept = Kept()
    reconciler(kept, StepFunctions()).reconcile()
    assert kept.known_revisions == {}


def test_failed_execution_stands_until_it_holds_its_limitation_no_more() -> None:
    kept, other = Kept(), f"{ARN}-other"
    for each in (ARN, other):
        recorder(kept).record(Course.of(each, FAILED_AND_REDRIVEN[:14], ENDS[:1]))
    reconciler(kept, StepFunctions(), tables=Tables(holders={ARN})).reconcile()
    assert kept.released == {other}


def test_execution_is_counted_with_what_our_tables_say_and_one_that_found_nothing_to_do_without() -> None:
    kept, facts = Kept(), CaseFacts(decisions=("coverage",))
    recorder(kept, Tables(facts)).record(WHOLE)
    assert [each.decisions for each in kept.counted_with] == [facts.decisions] * 2
    assert all(each.firsts for each in kept.counted_with)
    joined = Course.of(f"{ARN}-joined", ends=[End(0, "SUCCEEDED", 100, 881, "JOINED")])
    recorder(kept, Tables(facts)).record(joined)
    assert kept.counted_with[-1].decisions == ()


def test_what_the_rules_said_is_looked_up_once_for_each_look_that_goes_on_to_the_point() -> None:
    kept, tables = Kept(), Tables(covered="RAISE_FLOOR")
    recorder(kept, tables).record(course_of(GRANTED[: GRANTED.index("MayPowerComeBack") + 1]))
    assert (tables.looked_up, kept.kept[ARN].grant) == (0, None)
    for path in (GRANTED, ORDERED):
        recorder(kept, tables).record(course_of(path))
    grant = kept.kept[ARN].grant
    assert grant is not None
    assert (tables.looked_up, grant.outcome, grant.gives_power_back) == (1, "RAISE_FLOOR", False)
    tables.covered = "RESTORE"
    recorder(kept, tables).record(course_of((*FOLLOWED, "WaitForEnedis", *GRANTED)))
    grant = kept.kept[ARN].grant
    assert grant is not None
    assert (tables.looked_up, grant.gives_power_back) == (2, True)
