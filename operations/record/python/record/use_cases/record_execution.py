"""Records what Step Functions says about executions, and counts each once it has ended and all of it is known."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, replace

from record.domain.counting import milestones_of
from record.domain.course import Course, Recorded
from record.domain.customers import FULL_POWER, acts
from record.domain.failure import UNSUCCESSFUL
from record.domain.paid import PAYMENTS
from record.domain.promises import TERMS, Promise, Promised, Terms, promises_of
from record.domain.reach import reach_of
from record.domain.record import NO_FACTS, CaseFacts
from record.domain.service_level import NO_SERVICE, ended
from record.domain.states import Party
from record.ports import Counters, Courses, FactReader
from restoration.clock import milliseconds_of, moment_of
from restoration.domain.limitation import limitation_of
from restoration.domain.order import Intent


@dataclass(frozen=True, slots=True)
class CourseRecorder:
    """Adds courses to those that are kept.

    Parameters
    ----------
    measure
        Adds a number to a counter of this invocation.
    """

    courses: Courses
    counters: Counters
    facts: FactReader
    measure: Callable[[str, int], None] = lambda *_: None
    terms: Terms = TERMS

    def take(self, told: Iterable[Course]) -> int:
        """Record courses in any order, as often as one likes; returns how many executions were counted now."""
        return sum(self.record(course)[1] for course in told)

    def record(self, told: Course) -> tuple[Recorded, int]:
        """Record one; returns what is known of its execution now, and how often it was counted now."""
        recorded, counted = self._with_firsts(self._looked_up(self.courses.add(told))), 0
        firsts = frozenset(name for name, is_first in recorded.firsts.items() if is_first)
        for redrives in sorted(set(recorded.course.countable) - recorded.counted):
            course = recorded.course.at(redrives)
            facts = NO_FACTS if course.end.did_nothing else self._facts(recorded, course, firsts)
            if self.counters.count(course, facts):
                counted += 1
                self._name(recorded.course)
                if facts.service is not None:
                    # Both counters of its kind together, so that neither lacks a value.
                    self.measure(f"{facts.service.kind}Ended", 1)
                    self.measure(f"{facts.service.kind}InTime", int(facts.service.in_time))
            recorded = replace(recorded, counted=recorded.counted | {redrives})
        course, is_counted = recorded.course, recorded.course.redrives in recorded.counted
        recorded = replace(recorded, promises=() if is_counted else self._promises(recorded, course))
        self.courses.say_where(recorded)
        return recorded, counted

    def _facts(self, recorded: Recorded, course: Course, firsts: frozenset[str]) -> CaseFacts:
        found = self.facts.of(course)
        accepted = {each.intent == Intent.RESTORE_BY_TECHNICIAN for each in found.returns if each.is_accepted}
        service = ended(course, self.terms, by_technician=True in accepted)
        return replace(found, firsts=firsts, promises=self._promises(recorded, course, accepted), service=service)

    def _promises(self, recorded: Recorded, course: Course, by_technician: Collection[bool] = ()) -> Sequence[Promise]:
        """The promises of an execution that are counted with an end, or are to be: waits that ended before are not."""
        if course.redrives in course.ends and course.ends[course.redrives].outcome in NO_SERVICE:
            return ()
        before = course.redrives - 1
        began = moment_of(course.at(before).ended_at or 0) if before in course.ends else None
        bank = self.facts.banks_times(course) if any(each.party is Party.BANK for each in course.visits) else ()
        # After a redrive an order may be followed that was accepted before.
        kinds = by_technician or {recorded.technician_for[1]}
        orders = [Promised.TECHNICIAN if each else Promised.REMOTE for each in kinds]
        found = promises_of(course.visits, self.terms, orders, bank)
        return [each for each in found if began is None or each.ended is None or each.ended > began]

    def _looked_up(self, recorded: Recorded) -> Recorded:
        """Look up what the states don't tell, each once.

        That is what started it, and a payment that came since; for each look after which it goes on to the point, what
        the rules said; for each order that Enedis accepted, whether a technician comes.
        """
        course = recorded.course
        at = reach_of(course.visits).granted_at
        if at is not None and (recorded.grant is None or recorded.grant[0] != at):
            recorded = replace(recorded, grant=(at, self.facts.coverage(course) in FULL_POWER))
        accepted = sum(visit.state == "AnnounceOrder" for visit in course.visits)
        if accepted and recorded.technician_for[0] != accepted and not course.has_ended:
            recorded = replace(recorded, technician_for=(accepted, self.facts.is_by_technician(course)))
            self._name(course)
        return self._with_origin(recorded)

    def _name(self, course: Course) -> None:
        """Note by what the customer may be named, now that Enedis has a case, or that the look is over."""
        if acts(course):
            self.counters.name(limitation_of(course.execution), self.facts.names(course))

    def _with_origin(self, recorded: Recorded) -> Recorded:
        course = recorded.course
        origin = course.origin or (self.facts.origin(course) if acts(course) else "")
        paid_at = course.started_at if origin.startswith(PAYMENTS) else recorded.paid_at
        is_unchecked = course.waits_for is Party.BILLING or course.end.status in UNSUCCESSFUL
        if origin and is_unchecked and paid_at is None and (noted_at := self.facts.paid_at(course)):
            paid_at = milliseconds_of(noted_at)
        return replace(recorded, course=replace(course, trigger=origin), paid_at=paid_at)

    def _with_firsts(self, recorded: Recorded) -> Recorded:
        """Ask whether it is the first of its customer's executions at each milestone, once it comes there."""
        reached = milestones_of(recorded) - recorded.firsts.keys()
        if not reached:
            return recorded
        own = self.counters.first(recorded.course.execution, reached)
        return replace(recorded, firsts={**recorded.firsts, **{name: name in own for name in reached}})
