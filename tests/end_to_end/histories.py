"""Executions as anybody would read them: from GetExecutionHistory, event by event, with no code of ours."""

import json
from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
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
PARTIES = {
    "WaitForEnedis": "enedis",
    "WaitForAdvisor": "advisor",
    "WaitForBank": "bank",
}
"""For whom a case waits in the states in which the tests let one stand; for us where it failed."""
AT_ENEDIS = {"ReadPoint", "OrderAtEnedis", "WaitBeforeReading", "WaitForEnedis", "ReadCase"}
OTHERS = {"WaitForBank", "WaitForAdvisor"}
SAID = {"wanted", "payment"}
"""The variables that say what the rules decided."""
OUTSIDE = dict.fromkeys(AT_ENEDIS, "remote") | {"WaitForBank": "bank", "WaitForAdvisor": "advisor"}
"""What is promised while somebody else is waited for."""
NO_WORD_OF_A_CUSTOMER = {"LimitationRegistered", "NightlyCheck", "EnedisFlow", "PointRestored", "ProtectionCampaign"}
"""Types of triggers after which nobody has paid, unless the rules give power back."""


@dataclass
class Stay:
    """A stay in a state, and the variables that it assigned as it was left.

    ``entered_in`` and ``left_in`` are how often the execution had been redriven.
    """

    state: str
    entered: datetime
    entered_in: int
    left: datetime | None = None
    left_in: int | None = None
    tries: Counter[int] = field(default_factory=Counter)
    assigned: Mapping[str, Any] = field(default_factory=dict)

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

    def grants(self) -> Iterator[tuple[str, datetime | None]]:
        """What each look said: ``FULL``, ``FLOOR`` or ``NONE``; and since when power was given back, without a NONE."""
        since, wanted = None, "NONE"
        for before, after in pairwise(self.stays):
            wanted = before.assigned.get("wanted", wanted)
            if before.state == "MayPowerComeBack":
                since = None if wanted == "NONE" else since or after.entered
                yield wanted, since

    @property
    def certain_at(self) -> datetime | None:
        """Since when full power may come back, by the last look."""
        wanted, since = [("NONE", None), *self.grants()][-1]
        return since if wanted == "FULL" else None

    @property
    def ever_certain(self) -> bool:
        """Whether full power was given back; where it came back by an order, somebody wanted it."""
        return any(end.outcome == "RESTORED" for end in self.ends) or "FULL" in dict(self.grants())

    @property
    def is_payer(self) -> bool:
        """Whether the customer paid, or somebody spoke for them."""
        return self.ever_certain or self.trigger not in NO_WORD_OF_A_CUSTOMER

    @property
    def ever_ordered(self) -> bool:
        """Whether Enedis accepted an order, but for a floor alone."""
        return bool(FOLLOWS & set(self.path)) and self.ever_certain

    def until(self, redrives: int) -> "Told":
        """The same, as it stood when it had ended after so many redrives."""
        stays = [each for each in self.stays if each.entered_in <= redrives]
        stays = [replace(each, left=None) if (each.left_in or 0) > redrives else each for each in stays]
        ends = [each for each in self.ends if each.redrives <= redrives]
        return replace(self, stays=stays, ends=ends, redrives=redrives, runs=False)

    @property
    def waits(self) -> Sequence[tuple[str, Sequence[Stay]]]:
        """For what it waited, and its stays meanwhile: a look after news parts no wait, since it is brief."""
        found: list[tuple[str, list[Stay]]] = []
        for stay in self.stays:
            what = OUTSIDE.get(stay.state, "check")
            if what != "check" and [each for each, _ in found[-2:]] == [what, "check"]:
                found[-2][1].extend(found.pop()[1])
            if not found or found[-1][0] != what:
                found.append((what, []))
            found[-1][1].append(stay)
        ours_goes_on = [each for each, _ in found[-2:]] == ["remote", "check"] and self.stays[-1].left is None
        if ours_goes_on and all(each.state != "CheckPayment" for each in found[-1][1]):
            found[-2][1].extend(found.pop()[1])
        return found

    @property
    def waits_since(self) -> datetime:
        """Since when it waits for whom it waits: for us since it failed."""
        return self.waits[-1][1][0].entered if self.runs else self.ends[-1].at

    def promises(self, kinds: Collection[str]) -> Iterator[tuple[str, Stay, Stay]]:
        """What was promised, and the first and the last stay of its wait.

        ``kinds`` are those of the orders that Enedis accepted: ``remote``, ``technician``.
        """
        accepted = [each.entered for each in self.stays if each.state == "AnnounceOrder"]
        for what, stays in self.waits:
            first, last = stays[0], stays[-1]
            if what == "remote":
                is_placed = kinds and accepted and (last.left is None or accepted[0] <= last.left)
                yield from ((kind, first, last) for kind in (kinds if is_placed else ["remote"]))
            elif what != "check" or any(each.state == "CheckPayment" for each in stays):
                yield what, first, last

    @property
    def bank_until(self) -> str:
        """By which day the bank should have paid; empty where the rules say none."""
        said = [(each.assigned.get("payment") or {}).get("pendingUntil") for each in self.stays]
        return next((each for each in reversed(said) if each), "")

    def split(self, paid: datetime | None, heard: datetime) -> Mapping[str, float]:
        """The milliseconds from a payment to the look that showed power, by who took them; of billing what is known."""
        spans = []
        for what, stays in self.waits:
            its = [each for each in stays if each.state == "CheckPayment"]
            spans += [("billing", it.entered, it.left) for it in its if what == "check"]
            spans += [(what, stays[0].entered, stays[-1].left)] if what in {"bank", "remote"} else []
        found = dict.fromkeys(("billing", "bank", "us", "remote"), timedelta())
        for what, since, until in spans:
            found[what] += max(min(until or self.shown, self.shown) - max(since, heard), timedelta())
        found["us"] = self.shown - heard - sum(found.values(), timedelta())
        found["billing"] += heard - paid if paid else timedelta()
        return {part: took / timedelta(milliseconds=1) for part, took in found.items()}

    @property
    def shown(self) -> datetime:
        """When the last look at the case was over."""
        return [stay.left for stay in self.stays if stay.state == "ReadCase" and stay.left][-1]

    @property
    def took(self) -> float:
        """Milliseconds from its start to its last end."""
        return (self.ends[-1].at - self.started).total_seconds() * 1000

    @property
    def to_power(self) -> float:
        """Milliseconds from when the rules gave power back to the look at the case that showed it."""
        assert self.certain_at is not None
        return (self.shown - self.certain_at).total_seconds() * 1000

    @property
    def stopped(self) -> tuple[str, str]:
        """In which state it failed last, and by which error; both empty where it did not."""
        return (self.ends[-1].stopped_in, self.ends[-1].error) if self.ends else ("", "")

    @property
    def has_failed(self) -> bool:
        return not self.runs and self.ends[-1].outcome in ENDS.values()


def read(states: Any, arn: str) -> Told:
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
            assigned = event["stateExitedEventDetails"].get("assignedVariables", {})
            found.stays[-1].assigned = {name: json.loads(assigned[name]) for name in SAID & assigned.keys()}
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
