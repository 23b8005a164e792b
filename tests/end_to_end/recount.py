"""A recount of executions as anybody would make it: from their histories and orders, with no code of ours.

The figures of screens and reports are held against it.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property
from itertools import groupby, pairwise
from typing import Any

from tests.end_to_end.histories import AT_ENEDIS, ENDS, OTHERS, Ended, Stay, Told, read


@dataclass(frozen=True)
class Recount:
    """All that was played, recounted; ``orders`` are the items of the table of orders."""

    all: Sequence[Told]
    orders: Sequence[Mapping[str, Any]] = ()

    @classmethod
    def of(cls, states: Any, arns: Iterable[str], orders: Iterable[Mapping[str, Any]] = ()) -> "Recount":
        """Recount executions; ``states`` is a client of Step Functions."""
        return cls([read(states, arn) for arn in arns], [each for each in orders if "status" in each])

    @property
    def ended(self) -> "Recount":
        """The same, of each case what was before its last end: so much is counted in the range of that end."""
        return replace(self, all=[each.until(each.ends[-1].redrives) for each in self.all if each.ends])

    # ── Cases ──

    @cached_property
    def concerned(self) -> Sequence[Told]:
        return [each for each in self.all if not each.did_nothing]

    @cached_property
    def payers(self) -> Sequence[Told]:
        """Those of customers who paid, or for whom somebody spoke."""
        return [each for each in self.concerned if each.is_payer]

    def customers(self, fits: Callable[[Told], bool] = lambda _: True) -> int:
        """How many customers have a case of a payer that is so."""
        return len({each.limitation for each in self.payers if fits(each)})

    def customers_ended(self, *outcomes: str) -> int:
        """How many customers have an end with one of some outcomes; a balance is due of who paid."""
        ends = [(told, end) for told, end in self.ends if end.outcome in outcomes]
        return len({told.limitation for told, end in ends if end.outcome != "BALANCE_DUE" or told.is_payer})

    @property
    def words(self) -> Mapping[str, int]:
        """How many customers came how far, each once, and how many checks found that nobody had paid."""
        checks = [each for each in self.concerned if not each.is_payer]
        return {
            "Concerned": self.customers(),
            "Certain": self.customers(lambda each: each.ever_certain),
            "Ordered": self.customers(lambda each: each.ever_ordered),
            "Restored": self.customers_ended("RESTORED"),
            "balance due": self.customers_ended("BALANCE_DUE"),
            "left to an advisor": self.customers_ended("REFUSED", "LEFT_TO_ADVISOR"),
            "stopped by an incident": self.customers_ended("FAILED"),
            "checks": sum(not each.runs and not each.has_failed for each in checks),
        }

    def ended_well(self) -> Sequence[Told]:
        """The payers' cases at each of their ends, but of those that failed, and of shadow."""
        ends = [told.until(end.redrives) for told, end in self.ends if end.outcome not in {"SHADOW", *ENDS.values()}]
        return Recount(ends).payers

    def alone(self) -> Sequence[Told]:
        """Those that came to their end without a question to an advisor."""
        return [each for each in self.ended_well() if "WaitForAdvisor" not in each.path]

    # ── Orders and promises ──

    @cached_property
    def _orders_by_limitation(self) -> Mapping[str, Sequence[Mapping[str, Any]]]:
        found: dict[str, list[Mapping[str, Any]]] = {}
        for each in self.orders:
            found.setdefault(each["limitationId"], []).append(each)
        return found

    def accepted(self, told: Told) -> set[str]:
        """The kinds of the orders that Enedis accepted for an execution: a floor is raised from afar, too."""
        last = told.ends[-1].at if told.ends and not told.runs else datetime.now(UTC)
        its = [each for each in self._orders_by_limitation.get(told.limitation, ()) if each["status"] == "ACCEPTED"]
        its = [each for each in its if told.started <= datetime.fromisoformat(each["tokenEnteredAt"]) <= last]
        return {"technician" if each["intent"] == "TECHNICIAN" else "remote" for each in its}

    def kind_of(self, told: Told) -> str:
        """The kind of case of an end: early without an order."""
        if "technician" in self.accepted(told) or "AnnounceVisit" in told.path:
            return "Technician"
        return "Remote" if {"OrderAtEnedis", "WaitForEnedis"} & set(told.path) else "Early"

    def measured(self) -> Counter[str]:
        """How many ends of each kind of case there were, and how many in time: of all only failures are late."""
        found: Counter[str] = Counter()
        for told, end in self.ends:
            if not told.did_nothing and end.outcome != "SHADOW":
                kind = self.kind_of(told.until(end.redrives))
                found.update([f"{kind}Ended"] + [f"{kind}InTime"] * (not end.stopped_in))
        return found

    def codes(self) -> Counter[tuple[str, str]]:
        """What Enedis returned to orders of each intent, where no case runs that counts them later."""
        found: Counter[tuple[str, str]] = Counter()
        running = {told.limitation for told in self.all if told.runs}
        for item in self.orders:
            if item["limitationId"] not in running:
                accepted = item["status"] == "ACCEPTED"
                found[item["intent"], "SGT200" if accepted else item.get("code") or item["status"]] += 1
        return found

    def promised(self) -> Iterator[tuple[Told, str, Stay, Stay]]:
        """Each promise once, with each end and of what runs: what, and the first and the last stay of its wait."""
        for told in self.concerned:
            parts = [told.until(end.redrives) for end in told.ends if end.outcome != "SHADOW"]
            for part in [*parts, *([told] if told.runs else [])]:
                before = [end.at for end in told.ends if end.redrives < part.redrives]
                for what, first, last in part.promises(self.accepted(part)):
                    if last.left is None or not before or last.left > before[-1]:
                        yield part, what, first, last

    def promises(self) -> Counter[tuple[str, str]]:
        """What was promised, and how often it was kept, broken or is open; but for the bank's, no time is over yet."""
        found: Counter[tuple[str, str]] = Counter()
        for part, what, _, last in self.promised():
            today = part.stays[-1].entered.date().isoformat()
            is_late = what == "bank" and "" < part.bank_until < today
            is_open = last.left is None and part.runs
            found[what, "open" if is_open else "broken" if is_late or last.left is None else "kept"] += 1
        return found

    @property
    def open(self) -> Sequence[Told]:
        """Those that run, or that failed and hold their limitation."""
        return [each for each in self.all if each.runs or self.holds(each)]

    def holds(self, told: Told) -> bool:
        """Whether it failed, and none that acted came after it for the same limitation, and took that over."""
        return told.has_failed and told.started == self._newest[told.limitation]

    @cached_property
    def _newest(self) -> Mapping[str, datetime]:
        return {each.limitation: each.started for each in sorted(self.concerned, key=lambda it: it.started)}

    # ── Ends ──

    @property
    def ends(self) -> Iterator[tuple[Told, Ended]]:
        """Each end of each execution."""
        for told in self.all:
            for end in told.ends:
                yield told, end

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

    def steps(self, step_of: Mapping[str, str]) -> Mapping[str, list[list[float]]]:
        """How long the stays of each case in a step took that it left before an end, by step."""
        found: dict[str, list[list[float]]] = {}
        for told, end in self.ends:
            took: dict[str, list[float]] = {}
            for step, its in groupby(told.stays, key=lambda each: step_of[each.state]):
                first, *_, last = [*its] * 2
                if last.left_in == end.redrives and not told.did_nothing:
                    took.setdefault(step, []).append(_between(first, last))
            for step, stays in took.items():
                found.setdefault(step, []).append(stays)
        return found

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
