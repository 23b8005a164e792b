"""The figures of "Parcours": how often cases were in each state and took each way, and where they stand now.

A case that found nothing to do is counted by its end alone: the record keeps no way of it.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from record.domain.course_event import NOTHING_TO_DO
from record.domain.record import OpenCase, Signature, Slice
from record.domain.states import STEP_OF
from record.domain.steps import Pair, seen_from
from record.domain.tally import NO_COUNT, Count
from supervision.figures.customers import ENDED, summed, summed_named
from supervision.process import ALL, WHOLE, Process

STATE, STEP, FAILURE, WAYS = "state#", "step#", "failure#", "transitions"
"""The keys of tallies that are read (:class:`record.domain.tally.Tally`)."""
HIGH = 0.95
"""The percentile that stands for "long"."""
NOTHING = "NothingToDo"
"""The ending of a case that found nothing to do."""


@dataclass(frozen=True, slots=True)
class Flow:
    """The ways of the cases that ended.

    Parameters
    ----------
    cases
        How many ended, each end of a redriven one apart, without those that found nothing to do.
    nothing
        How many found nothing to do.
    states
        Visits of each state that were left: their durations, and the sums ``retries`` and ``failures``.
    ways
        How often each way was taken, by the names of its two states.
    stops
        How many cases ended in failure in each state.
    steps
        As ``states``, for the steps: a stay in one ends where a case goes on to another, or ends.
    """

    cases: int = 0
    nothing: int = 0
    states: Mapping[str, Count] = field(default_factory=dict)
    ways: Mapping[Pair, int] = field(default_factory=dict)
    stops: Mapping[str, int] = field(default_factory=dict)
    steps: Mapping[str, Count] = field(default_factory=dict)

    def within(self, picture: str) -> "Flow":
        """The same as a picture has it: that of a step, where others are one box, or that of the eight steps."""
        if picture == ALL:
            return self
        ways, stops = Counter[Pair](), Counter[str]()
        for way, number in self.ways.items():
            if seen := seen_from(picture, way):
                ways[seen] += number
        if picture:
            return replace(self, ways=ways)
        for state, number in self.stops.items():
            stops[STEP_OF.get(state, "")] += number
        return replace(self, ways=ways, states=self.steps, stops=stops)

    def visits(self, state: str) -> int:
        """How often cases were in a state and left it."""
        return self.states.get(state, NO_COUNT).number

    def long(self, state: str) -> float | None:
        """The milliseconds that nearly all visits did not exceed (:data:`HIGH`)."""
        return self.states.get(state, NO_COUNT).percentile(HIGH)

    def retries(self, state: str) -> int:
        """How often its task was tried again by itself."""
        return self.states.get(state, NO_COUNT).sums.get("retries", 0)

    def errors(self, state: str) -> int:
        """Retries and stops: what follows an attempt that failed and that nobody expected to."""
        return self.retries(state) + self.stops.get(state, 0)

    def ways_from(self, state: str) -> Sequence[tuple[str, int]]:
        """Where cases went next, the most frequent first."""
        found = [(after, number) for (before, after), number in self.ways.items() if before == state and number]
        return sorted(found, key=lambda each: (-each[1], each[0]))


def flow_of(slices: Sequence[Slice], signatures: Mapping[str, Signature]) -> Flow:
    """The ways of the cases that slices count.

    Parameters
    ----------
    signatures
        Of failures: each says in which state it is. A failure without one stopped in no state that is known (``""``).
    """
    stops = Counter[str]()
    for signature, count in summed_named(slices, FAILURE).items():
        stops[signatures[signature].state if signature in signatures else ""] += count.number
    nothing = summed((each for each in slices if each.outcome in NOTHING_TO_DO), ENDED).number
    ways = {pair_of(way): number for way, number in summed(slices, WAYS).sums.items()}
    cases = summed(slices, ENDED).number - nothing
    return Flow(cases, nothing, summed_named(slices, STATE), ways, stops, summed_named(slices, STEP))


def pair_of(way: str) -> Pair:
    """The states of a way as it is written: ``ReadPoint>DecideAction``."""
    before, _, after = way.partition(">")
    return before, after


# ── Where cases stand now ──


def standing(open_cases: Iterable[OpenCase], picture: str = ALL) -> Mapping[str, Sequence[OpenCase]]:
    """The open cases by the state in which they stand, or by the step, the oldest first; ``""`` where none is known."""
    found: dict[str, list[OpenCase]] = defaultdict(list)
    for each in sorted(open_cases, key=lambda each: each.since):
        found[STEP_OF.get(each.state, "") if picture == WHOLE else each.state].append(each)
    return found


# ── By the process ──


type Fork = tuple[str, Sequence[tuple[str, int]]]
"""A state, and where cases went next, with how many, the most frequent first."""


def forks(flow: Flow, drawn: Process, *, least: int = 2) -> Sequence[Fork]:
    """The states from which so many ways lead, the most travelled first; where nobody came by, they are left out."""
    ways = Counter(source for source, _ in drawn.edges)
    found = [(state, flow.ways_from(state)) for state in drawn.states if ways[state] >= least]
    return sorted((each for each in found if each[1]), key=lambda each: -sum(number for _, number in each[1]))


def strangers(flow: Flow, stand: Iterable[str], drawn: Process) -> tuple[Sequence[str], Sequence[tuple[Pair, int]]]:
    """What the process as it is drawn does not know, of cases on another version of the machine: states, and ways.

    A state is ``""`` where a case stands in none that is known; the ways are with how often they were taken, the most
    frequent first.
    """
    found = {*flow.states, *flow.stops, *stand} - set(drawn.states)
    ways = [(pair, number) for pair, number in flow.ways.items() if number and pair not in drawn.edges]
    return sorted(found), sorted(ways, key=lambda each: (-each[1], each[0]))
