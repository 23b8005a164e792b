"""Records what Step Functions says about executions, and counts each once it has ended and all of it is known."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from record.domain.course import Course, Grant, Recorded
from record.domain.reach import reach_of
from record.domain.record import NO_FACTS, CaseFacts
from record.domain.service_level import Targets, ended
from record.ports import Counters, Courses, FactReader
from restoration.domain.order import Intent

type Hearer = Callable[[Course, int, CaseFacts], None]
"""Hears of each end that was counted just now: the course, how often it had been redriven, what our tables say."""


@dataclass(frozen=True, slots=True)
class ServiceMeter:
    """Measures, of each end that is counted, whether it came in time: two counters for each kind of case.

    Both are counted together, so that neither lacks where the other has a value.

    Parameters
    ----------
    count
        Adds a number to a counter of this invocation.
    """

    targets: Targets
    count: Callable[[str, int], None]

    def hear(self, course: Course, redrives: int, facts: CaseFacts) -> None:
        """Count an end, once."""
        accepted = {each.intent for each in facts.returns if each.is_accepted}
        found = ended(course, redrives, self.targets, by_technician=Intent.RESTORE_BY_TECHNICIAN in accepted)
        if found is not None:
            self.count(f"{found.kind}Ended", 1)
            self.count(f"{found.kind}InTime", int(found.in_time))


@dataclass(frozen=True, slots=True)
class CourseRecorder:
    """Adds courses to those that are kept."""

    courses: Courses
    counters: Counters
    facts: FactReader
    tell: Hearer = lambda *_: None

    def take(self, told: Iterable[Course]) -> int:
        """Record courses in any order, as often as one likes; returns how many executions were counted now."""
        return sum(self.record(course)[1] for course in told)

    def record(self, told: Course) -> tuple[Recorded, int]:
        """Record one; returns what is known of its execution now, and how often it was counted now."""
        recorded, counted = self.courses.add(told), 0
        for redrives in recorded.to_count:
            course = recorded.course
            facts = NO_FACTS if course.ends[redrives].did_nothing else self.facts.of(course, redrives)
            if self.counters.count(course, redrives, facts):
                counted += 1
                self.tell(course, redrives, facts)
            recorded = recorded.with_counted(redrives)
        recorded = self._with_grant(recorded)
        self.courses.say_where(recorded)
        return recorded, counted

    def _with_grant(self, recorded: Recorded) -> Recorded:
        """Look up what the rules said, once for each look after which a case goes on to the point."""
        course = recorded.course
        at = reach_of(course.visits).granted_at
        if at is None or (recorded.grant is not None and recorded.grant.at == at):
            return recorded
        return replace(recorded, grant=Grant(at, self.facts.coverage(course)))
