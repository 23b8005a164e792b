"""Records what Step Functions says about executions, and counts each once it has ended and all of it is known."""

from collections.abc import Iterable
from dataclasses import dataclass

from restoration.domain.course import Course, Recorded
from restoration.ports import Courses


@dataclass(frozen=True, slots=True)
class CourseRecorder:
    """Adds courses to those that are kept."""

    courses: Courses

    def take(self, told: Iterable[Course]) -> int:
        """Record courses in any order, as often as one likes; returns how many executions were counted now."""
        return sum(self.record(course)[1] for course in told)

    def record(self, told: Course) -> tuple[Recorded, int]:
        """Record one; returns what is known of its execution now, and how often it was counted now."""
        recorded, counted = self.courses.add(told), 0
        for redrives in recorded.to_count:
            counted += self.courses.count(recorded.course, redrives)
            recorded = recorded.with_counted(redrives)
        self.courses.say_where(recorded)
        return recorded, counted
