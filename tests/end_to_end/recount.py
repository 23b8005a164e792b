"""A recount of executions as anybody would make it: from GetExecutionHistory, event by event, with no code of ours.

The figures of the screens are held against it.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from typing import Any

ENDS = {
    "ExecutionSucceeded": "SUCCEEDED",
    "ExecutionFailed": "FAILED",
    "ExecutionTimedOut": "TIMED_OUT",
    "ExecutionAborted": "ABORTED",
}
TRIES = {"TaskScheduled", "LambdaFunctionScheduled"}
FOLLOWS = {"AnnounceOrder", "WaitForEnedis", "ReadCase"}
GRANTS = {("MayPowerComeBack", "ReadPoint"), ("MayPowerComeBack", "DecidePriority")}
PARTIES = {
    "WaitForEnedis": "enedis",
    "WaitForAdvisor": "advisor",
    "WaitForBank": "bank",
}
"""For whom a case waits in the states in which the tests let one stand; for us where it failed."""
AT_ENEDIS = {"ReadPoint", "OrderAtEnedis", "WaitBeforeReading", "WaitForEnedis", "ReadCase"}
OTHERS = {"WaitForBank", "WaitForAdvisor"}
NO_WORD_OF_A_CUSTOMER = {"LimitationRegistered", "NightlyCheck", "EnedisFlow", "PointRestored", "ProtectionCampaign"}
"""Types of triggers after which nobody has paid, unless the rules give power back."""


@dataclass
class Stay:
    """A stay in a state; ``entered_in`` and ``left_in`` are how often the execution had been redriven."""

    state: str
    entered: datetime
    entered_in: int
    left: datetime | None = None
    left_in: int | None = None
    tries: Counter[int] = field(default_factory=Counter)

    @property
    def retries(self) -> int:
        return sum(number - 1 for number in self.tries.values())

    @property
    def took(self) -> float:
        """Milliseconds."""
        assert self.left is not None
        return (self.left - self.entered).total_seconds() * 1000


@dataclass(frozen=True)
class Ended:
    """One end of an execution.

    Parameters
    ----------
    redrives
        How often it had been redriven.
    stopped_in
        Where it failed; empty where it did not.
    """

    at: datetime
    redrives: int
    outcome: str
    error: str
    stopped_in: str


@dataclass
class Told:
    """What a history says about an execution."""

    arn: str
    started: datetime
    trigger: str
    stays: list[Stay] = field(default_factory=list)
    ends: list[Ended] = field(default_factory=list)
    redrives: int = 0
    runs: bool = True

    @property
    def limitation(self) -> str:
        return "-".join(self.arn.rpartition(":")[2].split("-")[:2])

    @property
    def path(self) -> Sequence[str]:
        return [each.state for each in self.stays]

    @property
    def did_nothing(self) -> bool:
        """Whether it only found that there is nothing to do."""
        return not self.runs and self.path[-1] == "NothingToDo"

    @property
    def ever_certain(self) -> bool:
        return self.certain_at is not None

    @property
    def certain_at(self) -> datetime | None:
        """When the rules first gave power back: the entry into the state that follows."""
        ways = pairwise(self.stays)
        return next((after.entered for before, after in ways if (before.state, after.state) in GRANTS), None)

    @property
    def ever_ordered(self) -> bool:
        return bool(FOLLOWS & set(self.path))

    @property
    def last_end(self) -> Ended | None:
        return None if self.runs else self.ends[-1]

    @property
    def has_failed(self) -> bool:
        return self.last_end is not None and self.last_end.outcome in ENDS.values()


def _read(states: Any, arn: str) -> Told:
    pages = states.get_paginator("get_execution_history").paginate(executionArn=arn)
    found: Told | None = None
    for event in (event for page in pages for event in page["events"]):
        kind, at = event["type"], event["timestamp"]
        if kind == "ExecutionStarted":
            given = json.loads(event["executionStartedEventDetails"]["input"])
            found = Told(arn, at, given["trigger"]["type"])
        assert found is not None
        if kind == "ExecutionRedriven":
            found.redrives, found.runs = found.redrives + 1, True
        elif kind.endswith("StateEntered"):
            found.stays.append(Stay(event["stateEnteredEventDetails"]["name"], at, found.redrives))
        elif kind.endswith("StateExited"):
            found.stays[-1].left, found.stays[-1].left_in = at, found.redrives
        elif kind in TRIES:
            found.stays[-1].tries[found.redrives] += 1
        elif kind in ENDS:
            found.runs = False
            found.ends.append(_ended(found, event))
    assert found is not None
    return found


def _ended(found: Told, event: Mapping[str, Any]) -> Ended:
    status = ENDS[event["type"]]
    if status == "SUCCEEDED":
        output = json.loads(event["executionSucceededEventDetails"]["output"])
        return Ended(event["timestamp"], found.redrives, output["outcome"], "", "")
    error = event.get("executionFailedEventDetails", {}).get("error", "")
    return Ended(event["timestamp"], found.redrives, status, error, found.stays[-1].state)


@dataclass(frozen=True)
class Recount:
    """All that was played, recounted."""

    all: Sequence[Told]

    @classmethod
    def of(cls, states: Any, arns: Iterable[str]) -> "Recount":
        """Recount executions.

        Parameters
        ----------
        states
            A client of Step Functions.
        """
        return cls([_read(states, arn) for arn in arns])

    # ── Cases ──

    @property
    def concerned(self) -> Sequence[Told]:
        return [each for each in self.all if not each.did_nothing]

    @property
    def payers(self) -> Sequence[Told]:
        """Those of customers who paid, or for whom somebody spoke."""
        return [each for each in self.concerned if each.ever_certain or each.trigger not in NO_WORD_OF_A_CUSTOMER]

    def customers(self, fits: Callable[[Told], bool] = lambda _: True) -> int:
        """How many customers have a case of a payer that is so."""
        return len({each.limitation for each in self.payers if fits(each)})

    def customers_ended(self, *outcomes: str) -> int:
        return len({told.limitation for told, end in self.ends if end.outcome in outcomes})

    @property
    def open(self) -> Sequence[Told]:
        """Those that run, or that failed and hold their limitation."""
        return [each for each in self.all if each.runs or self.holds(each)]

    def holds(self, told: Told) -> bool:
        """Whether it failed, and none that acted came after it for the same limitation, and took that over."""
        later = (each for each in self.concerned if each.started > told.started)
        return told.has_failed and not any(each.limitation == told.limitation for each in later)

    # ── Ends ──

    @property
    def ends(self) -> Iterator[tuple[Told, Ended]]:
        """Each end of each execution."""
        for told in self.all:
            for end in told.ends:
                yield told, end

    def outcomes(self) -> Counter[str]:
        """How many ends had each outcome."""
        return Counter(end.outcome for _, end in self.ends)

    # ── States: what is counted of an execution is counted once it has ended ──

    def left(self) -> Iterator[tuple[Stay, Ended]]:
        """Each stay that an execution left before one of its ends, with that end."""
        for told, end in self.ends:
            for stay in told.stays if not told.did_nothing else ():
                if stay.left_in == end.redrives:
                    yield stay, end

    def states(self) -> Mapping[str, list[list[float]]]:
        """How long the stays of each case took before an end, by state."""
        found: dict[tuple[str, int], list[float]] = {}
        for stay, end in self.left():
            found.setdefault((stay.state, id(end)), []).append(stay.took)
        cases: dict[str, list[list[float]]] = {}
        for (state, _), took in found.items():
            cases.setdefault(state, []).append(took)
        return cases

    def waits_for_enedis(self) -> list[float]:
        """How long each case waited for Enedis before an end: from the first to the last of it, our steps included."""
        found: dict[int, list[Stay]] = {}
        for stay, end in self.left():
            found.setdefault(id(end), []).append(stay)
        return [sum(_spans(stays)) for stays in found.values() if any(each.state in AT_ENEDIS for each in stays)]

    def retries(self, state: str) -> int:
        return sum(stay.retries for stay, _ in self.left() if stay.state == state)

    def stops(self) -> Counter[str]:
        """How often an execution ended in failure in each state."""
        return Counter(end.stopped_in for _, end in self.ends if end.stopped_in)

    def ways(self) -> Counter[tuple[str, str]]:
        """How often each way from a state to the next was taken."""
        return Counter(
            (before.state, after.state)
            for told, end in self.ends
            if not told.did_nothing
            for before, after in pairwise(told.stays)
            if after.entered_in == end.redrives
        )

    def outcomes_through(self, state: str) -> Counter[str]:
        """The outcomes of the ends before which a state was left."""
        return Counter(end.outcome for stay, end in self.left() if stay.state == state)

    def failures(self) -> Mapping[tuple[str, str], tuple[int, int]]:
        """By state and error: how many ends, and of how many customers."""
        times: Counter[tuple[str, str]] = Counter()
        cases: dict[tuple[str, str], set[str]] = {}
        for told, end in self.ends:
            if end.stopped_in:
                times[end.stopped_in, end.error] += 1
                cases.setdefault((end.stopped_in, end.error), set()).add(told.limitation)
        return {key: (number, len(cases[key])) for key, number in times.items()}


def _spans(stays: Sequence[Stay]) -> Iterator[float]:
    """The spans, in milliseconds, in which a case waited for Enedis: a minute of other steps parts two of them."""
    begun: Stay | None = None
    last: Stay | None = None
    for stay in stays:
        if stay.state in OTHERS and begun and last:
            yield _between(begun, last)
            begun = last = None
        elif stay.state in AT_ENEDIS:
            if begun and last and last.left and (stay.entered - last.left).total_seconds() >= 60:
                yield _between(begun, last)
                begun = None
            begun, last = begun or stay, stay
    if begun and last:
        yield _between(begun, last)


def _between(first: Stay, last: Stay) -> float:
    assert last.left is not None
    return (last.left - first.entered).total_seconds() * 1000
