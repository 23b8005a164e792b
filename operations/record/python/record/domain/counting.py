"""What one execution adds to the counts: once for each of its ends, in the hour of that end.

A course is given as it was at that end (:meth:`record.domain.course.Course.at`).
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import pairwise

from record.domain.course import Course, Recorded
from record.domain.customers import ALONE, CHECKED, ENDINGS, Ending, stages_now, stages_of
from record.domain.failure import problem_of, signature_of
from record.domain.paid import Paid, split_of
from record.domain.reach import BROUGHT_BACK, reach_of
from record.domain.record import NO_FACTS, CaseFacts, Firsts, Signature, Stage
from record.domain.states import Party
from record.domain.steps import stays_in_steps
from record.domain.tally import Count, Tally, sum_of
from record.domain.visit import Visit
from record.domain.waits import waited
from restoration.clock import moment_of, to_text


def hour_of(course: Course) -> datetime:
    """The hour in which an execution ended: what is counted of it is counted there."""
    return moment_of(course.ended_at or 0).replace(minute=0, second=0, microsecond=0)


def outcome_of(course: Course) -> str:
    """The business outcome of an end, or the status of one without success: what slices are counted by."""
    return course.end.outcome or course.end.status


def version_of(course: Course, deployments: Iterable[datetime]) -> str:
    """The machine's version on which an execution runs: the last deployment before its start; ``-`` if unknown.

    A redrive keeps the version.
    """
    started_at = moment_of(course.started_at)
    return to_text(before) if (before := max((it for it in deployments if it <= started_at), default=None)) else "-"


def back_at(course: Course) -> int:
    """When the point showed that power was back, of an end that an order brought (milliseconds since 1970)."""
    shown_at = next((each.left_at for each in reversed(course.visits) if each.state == "ReadCase"), None)
    return shown_at or course.ended_at or 0


def took_after_paying(course: Course, paid: Paid) -> Mapping[Party, int]:
    """The time from a payment until power was back, by who took it, in milliseconds."""
    return split_of(course.visits, paid, moment_of(back_at(course)))


def problem_in(course: Course) -> Signature | None:
    """The failure in which an execution ended; None where it runs or succeeded, or nobody told how it failed.

    Of one that somebody stopped without a word, the status is the error's name.
    """
    end = course.ends.get(course.redrives)
    if end is None or end.status == "SUCCEEDED":
        return None
    state, error, words = course.state or "", end.error or end.status, signature_of(end.cause)
    at = moment_of(course.ended_at or 0)
    return Signature(problem_of(state, error, words), state, error, words, at, at, execution=course.execution)


def stages_counted(course: Course, counted: Iterable[int]) -> frozenset[Stage]:
    """The stages that are in the counts of those of its ends that were counted.

    Parameters
    ----------
    counted
        After which redrives (0: the start) it was counted.
    """
    ends = (course.at(each) for each in counted if each in course.ends and not course.ends[each].did_nothing)
    return frozenset(stage for each in ends for stage in _stages(each))


def milestones_of(recorded: Recorded) -> frozenset[str]:
    """The milestones of its customer to which an execution has come, and the failures of its ends."""
    course = recorded.course
    ends = [course.at(each) for each in course.countable if not course.ends[each].did_nothing]
    return frozenset(
        [
            *(stage.value for stage in stages_now(recorded) | stages_counted(course, course.countable)),
            *(ending.value for each in ends if (ending := _ending(each))),
            *(f"failure#{problem.id}" for each in ends if (problem := problem_in(each))),
        ]
    )


def tally_of(course: Course, facts: CaseFacts = NO_FACTS) -> Tally:
    """What is counted of an execution that ended, from its last redrive, or its start, to that end.

    A state counts where it was left, and its stays last as long as they do together. One that was entered, failed, was
    redriven and left counts once, in the end. A stage counts where one of the customer's executions first reached it.

    Parameters
    ----------
    facts
        What our tables say of the same part of the execution.
    """
    took = (course.ended_at or 0) - course.started_at
    if course.end.did_nothing:
        return Tally({"ended": Count.once(took)})
    counted = [*_counted_of_way(course, took, facts), *_counted_of_facts(facts)]
    if facts.paid:
        counted += _counted_after_paying(course, facts.paid)
    return sum_of(Tally({key: count}) for key, count in counted)


def _counted_of_way(course: Course, took: int, facts: CaseFacts) -> Iterator[tuple[str, Count]]:
    redrives, reach, firsts = course.redrives, reach_of(course.visits, course.end), facts.firsts
    before = [course.at(each) for each in range(redrives)]
    in_time = ["in_time"] if facts.service and facts.service.in_time else []
    yield "ended", Count.once(took, **dict.fromkeys([*_milestones(course, before, firsts), *in_time], 1))
    visits = course.visits
    if course.end.outcome == BROUGHT_BACK and reach.certain_at is not None:
        yield "restored", Count.once(back_at(course) - reach.certain_at)
    left = [visit for visit in visits if visit.left_in == redrives]
    for state in dict.fromkeys(visit.state for visit in left):
        yield f"state#{state}", _stays([visit for visit in left if visit.state == state])
    for step, stays in stays_in_steps(visits, redrives).items():
        yield f"step#{step}", replace(Count.once(sum(stays)), number=len(stays))
    for party, waits in waited(left).items():
        yield f"wait#{party.value}", Count.once(waits)
    for earlier, after in pairwise(visits):
        if after.entered_in == redrives:
            yield "transitions", Count.once(**{f"{earlier.state}>{after.state}": 1})
    if problem := problem_in(course):
        is_new = problem.id not in {each.id for each in map(problem_in, before) if each}
        is_first = is_new and (firsts is None or f"failure#{problem.id}" in firsts)
        yield f"failure#{problem.id}", Count.once(first=int(is_first))


def _milestones(course: Course, before: Sequence[Course], firsts: Firsts) -> Iterator[str]:
    """What of a customer is counted at an end, each once; ``before`` are the ends before."""
    stages, ending = set(_stages(course)), _ending(course)
    reached = stages - set(_stages(before[-1])) if before else stages
    yield from (each.value for each in reached if firsts is None or each in firsts)
    if ending and ending not in map(_ending, before) and (firsts is None or ending in firsts):
        yield ending.value
    if course.end.status == "SUCCEEDED":
        asked = any(each.party is Party.ADVISOR for each in course.visits)
        yield from ([] if asked else [ALONE]) if stages else [CHECKED]


def _stages(course: Course) -> Iterable[Stage]:
    return stages_of(reach_of(course.visits, course.end), course.origin)


def _ending(course: Course) -> Ending | None:
    """The ending of a customer; a check at which nobody had paid leaves no balance of a payment."""
    ending = ENDINGS.get(outcome_of(course))
    return None if ending is Ending.BALANCE_DUE and not _stages(course) else ending


def _stays(visits: Sequence[Visit]) -> Count:
    """The stays in one state: how often, and how long all together."""
    took, retries = (sum(values) for values in zip(*((it.took or 0, it.retries) for it in visits), strict=True))
    failures = sum(len(each.failures) for each in visits)
    return replace(Count.once(took, retries=retries, failures=failures), number=len(visits))


def _counted_of_facts(facts: CaseFacts) -> Iterator[tuple[str, Count]]:
    for decision in facts.decisions:
        yield f"decision#{decision}", Count.once()
    for decision in facts.manual:
        yield f"decision#{decision}", Count(sums={"manual": 1})
    for match in facts.rules:
        yield f"rule#{match.decision}", Count.once(**{f"{match.version}#{match.rule}": 1})
    for said in facts.returns:
        yield f"enedis#{said.intent}", Count.once(**{said.code: 1, "accepted": int(said.is_accepted)})
    for promise in facts.promises:
        yield f"promise#{promise.what}", Count.once(**{promise.result(): 1})


def _counted_after_paying(course: Course, paid: Paid) -> Iterator[tuple[str, Count]]:
    """The whole time, billing's part and all shares are known where billing says when the customer paid."""
    took = took_after_paying(course, paid)
    if paid.at is not None:
        yield "paid", Count.once(sum(took.values()), ms=sum(took.values()))
    for part, milliseconds in took.items():
        if paid.at is not None or part is not Party.BILLING:
            yield f"paid#{part}", Count.once(milliseconds, ms=milliseconds if paid.at else 0)
