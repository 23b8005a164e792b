"""What one execution adds to the counts: once for each of its ends, in the hour of that end."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from record.domain.course import Course
from record.domain.course_event import End, Kind
from record.domain.failure import problem_of, signature_of
from record.domain.reach import BROUGHT_BACK, Reach, reach_of
from record.domain.record import NO_FACTS, STAGES, CaseFacts, Stage
from record.domain.tally import Count, Tally, sum_of
from record.domain.visit import Visit
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


def problem_at(course: Course, redrives: int) -> Problem | None:
    """The failure in which an execution ended that had been redriven so often; None where it succeeded."""
    end = course.ends.get(redrives)
    if end is None or end.status == "SUCCEEDED":
        return None
    stopped_in = next((each.state for each in reversed(course.visits) if each.entered_in <= redrives), "")
    return Problem.of(stopped_in, end)


def stage_counted(course: Course, counted: Iterable[int]) -> Stage | None:
    """How far an execution had come at those of its ends that were counted; None where none counts a stage.

    Parameters
    ----------
    counted
        After which redrives (0: the start) it was counted.
    """
    ends = [each for each in counted if each in course.ends and not course.ends[each].did_nothing]
    reached = [_reach(course.visits, course.ends, each).stage for each in ends]
    return max(reached, key=STAGES.index, default=None)


def tally_of(course: Course, redrives: int, facts: CaseFacts = NO_FACTS) -> Tally:
    """What is counted of an execution from a redrive (0: its start) to the end that followed.

    A state counts where it was left. One that was entered, failed, was redriven and left counts once, in the end. A
    stage counts where it was first reached.

    Parameters
    ----------
    facts
        What our tables say of the same part of the execution.
    """
    end = course.ends[redrives]
    took = ended_at(course, redrives) - _started_at(course, end.started_at)
    if end.did_nothing:
        return Tally({"ended": Count.once(took)})
    counted = [*_counted_of_way(course, redrives, took), *_counted_of_facts(facts)]
    return sum_of(Tally({key: count}) for key, count in counted)


def _counted_of_way(course: Course, redrives: int, took: int) -> Iterator[tuple[str, Count]]:
    end, visits = course.ends[redrives], course.visits
    reach = _reach(visits, course.ends, redrives)
    known = _reach(visits, course.ends, redrives - 1).stages if redrives else ()
    yield "ended", Count.once(took, **{stage.value: 1 for stage in reach.stages if stage not in known})
    if end.outcome in BROUGHT_BACK and reach.certain_at is not None:
        shown_at = next((each.left_at for each in reversed(visits) if each.state == "ReadCase"), None)
        yield "restored", Count.once((shown_at or ended_at(course, redrives)) - reach.certain_at)
    for visit in visits:
        if visit.left_in == redrives:
            yield f"state#{visit.state}", Count.once(visit.took, retries=visit.retries, failures=len(visit.failures))
            yield f"wait#{visit.party.value}", Count.once(visit.took)
    for before, after in pairwise(visits):
        if after.entered_in == redrives:
            yield "transitions", Count.once(**{f"{before.state}>{after.state}": 1})
    if problem := problem_at(course, redrives):
        has_failed_so = any(problem_at(course, each) == problem for each in range(redrives))
        yield f"failure#{problem.id}", Count.once(first=int(not has_failed_so))


def _counted_of_facts(facts: CaseFacts) -> Iterator[tuple[str, Count]]:
    for decision in facts.decisions:
        yield f"decision#{decision}", Count.once()
    for decision in facts.manual:
        yield f"decision#{decision}", Count(sums={"manual": 1})
    for match in facts.rules:
        yield f"rule#{match.decision}", Count.once(**{f"{match.version}#{match.rule}": 1})
    for said in facts.returns:
        yield f"enedis#{said.intent}", Count.once(**{said.code: 1, "accepted": int(said.is_accepted)})


def _reach(visits: Sequence[Visit], ends: Mapping[int, End], redrives: int) -> Reach:
    return reach_of([each for each in visits if each.entered_in <= redrives], ends.get(redrives))


def _started_at(course: Course, told: int) -> int:
    first = course.events.get(1)
    return first.at if first else told
