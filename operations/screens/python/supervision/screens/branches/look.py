"""What the screen looks at, and how it says it: the flow, where cases stand, and the flow that it is compared with."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from record.domain.record import OpenCase, Slice
from record.domain.steps import Pair
from record.formats import change, day_and_time, duration, number, share
from record.words import Language, Words
from supervision.figures.branches import NOTHING, Flow, flow_of, standing
from supervision.figures.changes import (
    Change,
    Measure,
    change_of_state,
    change_of_way,
    deployed_at,
    of_version,
    value_of,
)
from supervision.process import STEP, Process, process
from supervision.question import Question, Range
from supervision.screens.reading import DAY, counted_slices, name_of_before
from supervision.sources import Sources

DAY_BEFORE = "day"
DEPLOYMENTS = 3
"""How many deployments one can compare at a click."""


@dataclass(frozen=True, slots=True)
class Look:
    """All that the screen draws from.

    Parameters
    ----------
    before
        The flow that the range's is compared with; None where nothing is, or where it has no case.
    with_what
        What that is, in words; empty where nothing is compared.
    version
        The version whose cases are compared with those of the version before; None for the day before.
    open_cases
        Those that the filter takes.
    read
        How many open cases were read.
    deployments
        The moments, the latest first, before and after which one can compare.
    """

    question: Question
    drawn: Process
    measure: Measure
    flow: Flow
    stand: Mapping[str, Sequence[OpenCase]]
    open_cases: Sequence[OpenCase]
    read: int
    deployments: Sequence[datetime]
    before: Flow | None = None
    with_what: str = ""
    version: datetime | None = None

    @property
    def language(self) -> Language:
        return self.question.language

    @property
    def say(self) -> Words:
        return self.question.say

    def title(self, state: str) -> str:
        """A state's name as people read it."""
        return self.drawn.title(state, self.language) if state else self.say("unknown_state")

    def when(self, pair: Pair) -> str:
        """When a way is taken; empty where that is plain, or nothing drawn has it."""
        return self.drawn.edges[pair].when[self.language] if pair in self.drawn.edges else ""

    def within(self, picture: str) -> "Look":
        """The same for another picture: that of a step, or of the eight steps."""
        return replace(
            self,
            drawn=process(picture),
            flow=self.flow.within(picture),
            stand=standing(self.open_cases, picture),
            before=self.before and self.before.within(picture),
        )

    def standing(self, state: str) -> tuple[Sequence[OpenCase], Sequence[OpenCase]]:
        """The open cases of a state: those that run, and those that failed in it and that nobody has redriven."""
        here = self.stand.get(state, ())
        return [each for each in here if each.runs], [each for each in here if not each.runs]

    def change_of(self, state: str) -> Change | None:
        """How the measure of a state changed; None where nothing is compared."""
        return change_of_state(self.flow, self.before, state, self.measure) if self.before else None

    def change_of_way(self, pair: Pair) -> Change | None:
        """How the use of a way changed; None where nothing is compared."""
        return change_of_way(self.flow, self.before, pair) if self.before else None

    def compared(self, found: Change | None) -> list[str]:
        """The sentence on a change, where there is one."""
        told = self.told(found)
        return [self.say("change", change=told, with_what=self.with_what)] if told else []

    def told(self, found: Change | None) -> str:
        """A change in words, with an arrow where it is clear."""
        if found is None:
            return ""
        text = self.say("new") if found.part is None else change(found.part)
        if not found.is_clear or found.part is None:
            return text
        return f"{'↑' if found.part > 0 else '↓'}{text}"

    def counted(self, name: str, count: int) -> str:
        """So many visits, retries or stops."""
        return self.say.counted(name, count, number(count)) if count or name != "visits" else self.say("no_visit")

    def short(self, state: str) -> str:
        """The figure of the measure, in a state's box; empty where the state has none."""
        if state == NOTHING and self.measure is Measure.FREQUENCY:
            return number(self.flow.nothing) if self.flow.nothing else ""
        value = value_of(self.flow, state, self.measure)
        if value is None:
            return ""
        return duration(value, self.language) if self.measure is Measure.DURATION else number(value)

    def of_state(self, state: str) -> str:
        """A state's figures in a line."""
        flow, say, (running, failed) = self.flow, self.say, self.standing(state)
        visits, counts = flow.visits(state), {"retries": flow.retries(state), "stops": flow.stops.get(state, 0)}
        told = [say("nothing", count=number(flow.nothing)) if state == NOTHING else self.counted("visits", visits)]
        if visits:
            told.append(say("long", time=duration(flow.long(state), self.language)))
        told += [self.counted(name, count) for name, count in counts.items() if count]
        told += [say(name, count=number(len(its))) for name, its in (("running", running), ("failed", failed)) if its]
        return ", ".join(told)

    def of_way(self, pair: Pair) -> str:
        """A way's figures, when it is taken, and where they come from."""
        source, target = pair
        say, count = self.say, self.flow.ways.get(pair, 0)
        told = [say("way", source=self.title(source), target=self.title(target), count=self.counted("visits", count))]
        if when := self.when(pair):
            told[0] = f"{told[0]} ({when})"
        leaving = sum(number for _, number in self.flow.ways_from(source))
        if count:
            told.append(say("share_of", share=share(count, leaving, self.language), state=self.title(source)))
        return "\n".join([*told, *self.compared(self.change_of_way(pair)), say("source")])

    def defined(self, state: str) -> str:
        """A state's figures, what changed, and where they come from: what one sees when one points at it."""
        drawn = self.drawn.states.get(state)
        is_step = drawn is not None and drawn.kind == STEP
        name = self.title(state) if is_step else f"{self.title(state)} ({state})"
        sources = [self.say("source"), *([self.say("source_now")] if self.stand.get(state) else [])]
        return "\n".join([name, self.of_state(state), *self.compared(self.change_of(state)), *sources])


def look(question: Question, sources: Sources) -> Look:
    """Read what the screen shows."""
    record, span = sources.record, question.range
    versions = [each for each in record.versions() if each < span.until]
    # The first version has none before it.
    deployments = versions[:0:-1][:DEPLOYMENTS]
    against = question.option("against")
    slices = counted_slices(question, record, span)
    signatures = record.signatures()
    earlier: Sequence[Slice] = ()
    with_what, version = "", deployed_at(against)
    if against == DAY_BEFORE:
        earlier, with_what = counted_slices(question, record, span.before), name_of_before(question)
    elif version is not None and version in versions[1:]:
        around = counted_slices(question, record, _around(version, span))
        earlier, slices = of_version(around, versions[versions.index(version) - 1]), of_version(slices, version)
        with_what = question.say("with_version", time=day_and_time(version, question.language))
    before = flow_of(earlier, signatures)
    every = record.open_cases()
    found = [each for each in every if question.filter.takes_open(each)]
    measure = question.option("measure")
    return Look(
        question,
        process(),
        Measure(measure) if measure in set(Measure) else Measure.FREQUENCY,
        flow_of(slices, signatures),
        standing(found),
        found,
        len(every),
        deployments,
        before if before.cases else None,
        with_what,
        version,
    )


def _around(version: datetime, span: Range) -> Range:
    """When the cases of the version before ended: as long before a deployment as the range is, and after it as long.

    Those that run when a version is deployed end on the version with which they began.
    """
    length = max(span.length, DAY)
    return Range(version - length, min(version + length, span.until))
