"""What one execution adds to the counts: once for each of its ends, in the hour of that end."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise

from record.domain.course import Course, Recorded, origin_of
from record.domain.course_event import End, Kind
from record.domain.customers import ALONE, CHECKED, Ending, ending_of, reach_at, stages_now, stages_of
from record.domain.failure import problem_of, signature_of
from record.domain.paid import Paid, Part, split_of
from record.domain.reach import BROUGHT_BACK
from record.domain.record import NO_FACTS, CaseFacts, Firsts, Stage
from record.domain.states import Party
from record.domain.steps import stays_in_steps
from record.domain.tally import Count, Tally, sum_of
from record.domain.visit import Visit
from record.domain.waits import waited
from restoration.clock import moment_of, to_text


@dataclass(frozen=True, slots=True)
class Problem:
    """The failure in which an execution ended.

    Parameters
    ----------
    id
        The same for all that failed in the same state, by the same error, with the same words.
    error
        Its name; the status of one that somebody stopped without a word.
    """

    id: str
    state: str
    error: str
    words: str

    @classmethod
    def of(cls, state: str, end: End) -> "Problem":
        error, words = end.error or end.status, signature_of(end.cause)
        return cls(problem_of(state, error, words), state, error, words)


def ended_at(course: Course, redrives: int) -> int:
    """When an execution ended that had been redriven so often (milliseconds since 1970).

    By the end's own event; by what the status event says where that is missing.
    """
    end = course.ends[redrives]
    ended = [event for event in course.in_order if event.kind is Kind.ENDED]
    return end.ended_at if end.did_nothing or redrives >= len(ended) else ended[redrives].at


def began_at(course: Course, redrives: int) -> int:
    """When the part of an execution began that a redrive made: at its start, or at the end before."""
    return ended_at(course, redrives - 1) if redrives else _started_at(course, course.ends[0].started_at)


def started_at(course: Course, redrives: int) -> int:
    """When an execution began, by all that is known (milliseconds since 1970)."""
    return _started_at(course, course.ends[redrives].started_at)


def hour_of(course: Course, redrives: int) -> datetime:
    """The hour in which an execution ended that had been redriven so often: what is counted of it is counted there."""
    return moment_of(ended_at(course, redrives)).replace(minute=0, second=0, microsecond=0)


def outcome_of(course: Course, redrives: int) -> str:
    """The business outcome of an end, or the status of one without success: what slices are counted by."""
    end = course.ends[redrives]
    return end.outcome or end.status


def version_of(course: Course, deployments: Iterable[datetime]) -> str:
    """The machine's version on which an execution runs: the last deployment before its start; ``-`` if unknown.

    A redrive keeps the version.
    """
    told = min((end.started_at for end in course.ends.values()), default=0)
    started_at = moment_of(_started_at(course, told))
    return to_text(before) if (before := max((it for it in deployments if it <= started_at), default=None)) else "-"


def back_at(course: Course, redrives: int) -> int:
    """When the point showed that power was back, of an end that an order brought (milliseconds since 1970)."""
    shown_at = next((each.left_at for each in reversed(course.visits) if each.state == "ReadCase"), None)
    return shown_at or ended_at(course, redrives)


def took_after_paying(course: Course, redrives: int, paid: Paid) -> Mapping[Part, int]:
    """The time from a payment until power was back, by who took it, in milliseconds."""
    return split_of(course.visits_until(redrives), paid, moment_of(back_at(course, redrives)))


def problem_at(course: Course, redrives: int) -> Problem | None:
    """The failure in which an execution ended that had been redriven so often; None where it succeeded."""
    end = course.ends.get(redrives)
    if end is None or end.status == "SUCCEEDED":
        return None
    stopped_in = next((each.state for each in reversed(course.visits) if each.entered_in <= redrives), "")
    return Problem.of(stopped_in, end)


def stages_counted(course: Course, counted: Iterable[int]) -> frozenset[Stage]:
    """The stages that are in the counts of those of its ends that were counted.

    Parameters
    ----------
    counted
        After which redrives (0: the start) it was counted.
    """
    ends = (each for each in counted if each in course.ends and not course.ends[each].did_nothing)
    return frozenset(stage for each in ends for stage in _stages(course, each))


def milestones_of(recorded: Recorded) -> frozenset[str]:
    """The milestones of its customer to which an execution has come, and the failures of its ends."""
    course = recorded.course
    ends = [each for each in course.countable if not course.ends[each].did_nothing]
    problems = (problem_at(course, each) for each in ends)
    counted = {stage for each in ends for stage in _stages(course, each)}
    return frozenset(
        [
            *(stage.value for stage in stages_now(recorded) | counted),
            *(ending.value for each in ends if (ending := _ending(course, each))),
            *(f"failure#{each.id}" for each in problems if each),
        ]
    )


def tally_of(course: Course, redrives: int, facts: CaseFacts = NO_FACTS) -> Tally:
    """What is counted of an execution from a redrive (0: its start) to the end that followed.

    A state counts where it was left, and its stays last as long as they do together. One that was entered, failed, was
    redriven and left counts once, in the end. A stage counts where one of the customer's executions first reached it.

    Parameters
    ----------
    facts
        What our tables say of the same part of the execution.
    """
    end = course.ends[redrives]
    took = ended_at(course, redrives) - _started_at(course, end.started_at)
    if end.did_nothing:
        return Tally({"ended": Count.once(took)})
    counted = [*_counted_of_way(course, redrives, took, facts), *_counted_of_facts(facts)]
    if facts.paid:
        counted += _counted_after_paying(course, redrives, facts.paid)
    return sum_of(Tally({key: count}) for key, count in counted)


def _counted_of_way(course: Course, redrives: int, took: int, facts: CaseFacts) -> Iterator[tuple[str, Count]]:
    end, reach, firsts = course.ends[redrives], reach_at(course, redrives), facts.firsts
    in_time = ["in_time"] if facts.service and facts.service.in_time else []
    yield "ended", Count.once(took, **dict.fromkeys([*_milestones(course, redrives, firsts), *in_time], 1))
    visits = course.visits
    if end.outcome == BROUGHT_BACK and reach.certain_at is not None:
        yield "restored", Count.once(back_at(course, redrives) - reach.certain_at)
    left = [visit for visit in visits if visit.left_in == redrives]
    for state in dict.fromkeys(visit.state for visit in left):
        yield f"state#{state}", _stays([visit for visit in left if visit.state == state])
    for step, stays in stays_in_steps(visits, redrives).items():
        yield f"step#{step}", replace(Count.once(sum(stays)), number=len(stays))
    for party, waits in waited(left).items():
        yield f"wait#{party.value}", Count.once(waits)
    for before, after in pairwise(visits):
        if after.entered_in == redrives:
            yield "transitions", Count.once(**{f"{before.state}>{after.state}": 1})
    if problem := problem_at(course, redrives):
        has_failed_so = any(problem_at(course, each) == problem for each in range(redrives))
        is_first = not has_failed_so and (firsts is None or f"failure#{problem.id}" in firsts)
        yield f"failure#{problem.id}", Count.once(first=int(is_first))


def _milestones(course: Course, redrives: int, firsts: Firsts) -> Iterator[str]:
    """What of a customer is counted at an end, each once."""
    stages, ending = set(_stages(course, redrives)), _ending(course, redrives)
    reached = stages - set(_stages(course, redrives - 1)) if redrives else stages
    yield from (each.value for each in reached if firsts is None or each in firsts)
    before = {_ending(course, each) for each in course.ends if each < redrives}
    if ending and ending not in before and (firsts is None or ending in firsts):
        yield ending.value
    if course.ends[redrives].status == "SUCCEEDED":
        asked = any(each.party is Party.ADVISOR for each in course.visits if each.entered_in <= redrives)
        yield from ([] if asked else [ALONE]) if stages else [CHECKED]


def _stages(course: Course, redrives: int) -> Iterable[Stage]:
    return stages_of(reach_at(course, redrives), origin_of(course))


def _ending(course: Course, redrives: int) -> Ending | None:
    """The ending of a customer; a check at which nobody had paid leaves no balance of a payment."""
    ending = ending_of(course.ends[redrives])
    return None if ending is Ending.BALANCE_DUE and not _stages(course, redrives) else ending


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


def _counted_after_paying(course: Course, redrives: int, paid: Paid) -> Iterator[tuple[str, Count]]:
    """The whole time, billing's part and all shares are known where billing says when the customer paid."""
    took = took_after_paying(course, redrives, paid)
    if paid.at is not None:
        yield "paid", Count.once(sum(took.values()), ms=sum(took.values()))
    for part, milliseconds in took.items():
        if paid.at is not None or part is not Part.BILLING:
            yield f"paid#{part}", Count.once(milliseconds, ms=milliseconds if paid.at else 0)


def _started_at(course: Course, told: int) -> int:
    first = course.events.get(1)
    return first.at if first else told
