"""Records what Step Functions says about executions, and counts each once it has ended and all of it is known."""

from collections.abc import Iterable
from dataclasses import dataclass

from restoration.domain.course import Course, Recorded
from restoration.domain.record import NO_FACTS
from restoration.record_ports import Counters, Courses, FactReader


@dataclass(frozen=True, slots=True)
class CourseRecorder:
    """Adds courses to those that are kept."""

    courses: Courses
    counters: Counters
    facts: FactReader

    def take(self, told: Iterable[Course]) -> int:
        """Record courses in any order, as often as one likes; returns how many executions were counted now."""
        return sum(self.record(course)[1] for course in told)

    def record(self, told: Course) -> tuple[Recorded, int]:
        """Record one; returns what is known of its execution now, and how often it was counted now."""
        recorded, counted = self.courses.add(told), 0
        for redrives in recorded.to_count:
            course = recorded.course
            facts = NO_FACTS if course.ends[redrives].did_nothing else self.facts.of(course, redrives)
            counted += self.counters.count(course, redrives, facts)
            recorded = recorded.with_counted(redrives)
        self.courses.say_where(recorded)
        return recorded, counted
