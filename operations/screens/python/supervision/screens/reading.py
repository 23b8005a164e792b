"""The slices that a question means: those that the record counted, or those of the latest cases, one by one."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import timedelta

from record.domain.record import ACCEPTANCE, MOST_OPEN, EndedCase, Record, Slice, added
from record.domain.tally import Count, Tally
from record.formats import number
from supervision.figures.enedis import ACCEPTED, RETURNS
from supervision.filters import COUNTED, Filter
from supervision.kit.html import Node, note
from supervision.question import Question, Range

HOUR, DAY, MILLISECOND = timedelta(hours=1), timedelta(days=1), timedelta(milliseconds=1)
LATEST = 5000
"""Cases that are searched, the latest first."""


@dataclass(frozen=True, slots=True)
class Read:
    """The slices of a range.

    Parameters
    ----------
    searched
        How many cases a filter was applied to one by one; None where the counts could tell, and reach everything.
    cases
        Those of them that it took, the latest first.
    """

    slices: Sequence[Slice]
    searched: int | None = None
    cases: Sequence[EndedCase] = ()


def counted_slices(question: Question, record: Record, span: Range) -> Sequence[Slice]:
    """The slices of a range that the filter takes, as far as counts can tell."""
    return [each for each in record.slices(span.since, span.until) if question.filter.takes_slice(each)]


def read_slices(question: Question, record: Record, span: Range | None = None) -> Read:
    """The slices that a question means, of its own range or of another."""
    span = span or question.range
    if not uncounted(question).conditions:
        return Read(counted_slices(question, record, span))
    searched, taken = _latest(question, record, span)
    return Read(slices_of(taken), searched, taken)


def read_ended(question: Question, record: Record, read: Read | None = None) -> Sequence[EndedCase]:
    """The latest cases of the range that the filter takes, the latest first; ``read`` may have them already."""
    return read.cases if read and read.searched is not None else _latest(question, record, question.range)[1]


def _latest(question: Question, record: Record, span: Range) -> tuple[int, Sequence[EndedCase]]:
    """How many of the latest cases there are, and those that the filter takes."""
    latest = record.ended_cases(span.since, span.until, LATEST)
    return len(latest), [each for each in latest if question.filter.takes_ended(each)]


def slices_of(cases: Iterable[EndedCase]) -> Sequence[Slice]:
    """Slices of an hour that count single cases as the record does: how they ended, after what time, by which failures.

    Enedis' codes count once for a case, whatever its orders were. What a case does not say is not in them: its states,
    its stages, the time since its payment was certain.
    """
    slices = []
    for case in cases:
        counts = {"ended": Count.once(case.took // MILLISECOND)}
        if case.signature:
            counts[f"failure#{case.signature}"] = Count(1)
        if case.codes:
            accepted = {ACCEPTED: 1} if ACCEPTANCE in case.codes else {}
            counts[f"{RETURNS}cases"] = Count(1, sums={**dict.fromkeys(case.codes, 1), **accepted})
        hour = case.ended_at.replace(minute=0, second=0, microsecond=0)
        slices.append(Slice(hour, HOUR, case.outcome, case.version, Tally(counts)))
    return added(slices)


def uncounted(question: Question) -> Filter:
    """The conditions that the counts can't tell: those of days, which a long range has, know no hour."""
    told = [each for each in COUNTED if each != "hour" or question.range.is_by_hour]
    return Filter(tuple(each for each in question.filter.conditions if each.field not in told))


def name_of_before(question: Question) -> str:
    """What the range is compared with, in words: it is a day earlier, or precedes one that is longer than a day."""
    return question.say("day_before" if question.range.length <= DAY else "range_before")


def says_searched(question: Question, read: Read) -> Node:
    """The sentence that only the latest cases were searched; nothing where everything was."""
    return None if read.searched is None else note(question.say("searched", count=number(read.searched)))


def says_capped(question: Question, read: int) -> Node:
    """The sentence that there are more open cases than the so many that were read; nothing where these are all."""
    return None if read < MOST_OPEN else note(question.say("capped", count=number(MOST_OPEN)), "person")
