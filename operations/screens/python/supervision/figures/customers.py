"""What each word of the screens and reports counts: one definition for each, from which all of them take its figure.

Two kinds: what came to pass in a range of time (:func:`came`), and what is so now (:class:`Now`). Each counts
customers, and each customer once, unless its word says otherwise. A customer is a limitation.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cached_property
from itertools import groupby

from record.domain.customers import ALONE, CHECKED
from record.domain.failure import UNSUCCESSFUL
from record.domain.promises import Promise, Promised, Terms
from record.domain.reach import BROUGHT_BACK
from record.domain.record import Case, EndedCase, OpenCase, Slice
from record.domain.service_level import NO_SERVICE, CaseKind
from record.domain.states import Party
from record.domain.tally import NO_COUNT, Count, Tally, sum_of, total

ENDED = "ended"


# ── What came to pass in a range ──


def came(slices: Iterable[Slice], open_cases: Sequence[OpenCase] = ()) -> Counter[str]:
    """How many customers came how far, by the words of the tallies; ``checked`` counts cases.

    By the cases that ended in a range, and by those that are open.
    """
    return Counter(summed(slices, ENDED).sums) + Counter(stage for each in open_cases for stage in each.newly)


def without_advisor(slices: Iterable[Slice]) -> tuple[int, int]:
    """How many cases ended without a question to an advisor, and of how many."""
    count = summed((each for each in slices if each.outcome not in NO_SERVICE.union(UNSUCCESSFUL)), ENDED)
    return count.sums.get(ALONE, 0), count.number - count.sums.get(CHECKED, 0)


def in_time_of(slices: Iterable[Slice]) -> tuple[int, int]:
    """How often power came back by an order within its deadline, and how often it came back."""
    count = by_outcome(slices, ENDED).get(BROUGHT_BACK, NO_COUNT)
    return count.sums.get("in_time", 0), count.number


def promises(
    slices: Sequence[Slice], others: Iterable[Promise] = (), now: datetime | None = None
) -> Mapping[Promised, Count]:
    """The promises of the cases that ended in a range, and others one by one: ``kept``, ``broken``, ``open``."""
    found = {what: [summed(slices, f"promise#{what}")] for what in Promised}
    for each in others:
        found[each.what].append(Count.once(**{each.result(now): 1}))
    return {what: count for what, counts in found.items() if (count := total(counts)).number}


def restored_by_time(slices: Iterable[Slice], step: timedelta) -> Mapping[datetime, int]:
    """How many customers were restored in each hour or day (UTC) that has any, by its beginning."""
    return {start: number for start, its in by_time(slices, step) if (number := came(its)["restored"])}


def by_time(slices: Iterable[Slice], step: timedelta) -> Iterator[tuple[datetime, Sequence[Slice]]]:
    """The slices of each hour or day (UTC; ``step`` is one of both), by its beginning, the earliest first."""

    def begun(each: Slice) -> datetime:
        start = each.start.astimezone(UTC)
        return start.replace(hour=0) if step >= timedelta(days=1) else start

    return ((start, list(its)) for start, its in groupby(sorted(slices, key=begun), begun))


def summed(slices: Iterable[Slice], key: str) -> Count:
    """One key of the record's tallies, summed over slices."""
    return total(each.tally.of(key) for each in slices)


def summed_named(slices: Iterable[Slice], prefix: str) -> Mapping[str, Count]:
    """What slices count by the keys that begin so, by the rest of each."""
    return sum_of(Tally(each.tally.named(prefix)) for each in slices).counts


def by_outcome(slices: Iterable[Slice], key: str) -> Mapping[str, Count]:
    """What slices count by a key, for each outcome that has any."""
    found: dict[str, list[Count]] = defaultdict(list)
    for each in slices:
        if key in each.tally.counts:
            found[each.outcome].append(each.tally.of(key))
    return {outcome: total(counts) for outcome, counts in found.items()}


# ── What is so now ──


@dataclass(frozen=True)
class Now:
    """The open cases, at a moment; their deadlines go by the terms."""

    open: Sequence[OpenCase]
    now: datetime
    terms: Terms

    @cached_property
    def waiting(self) -> Sequence[OpenCase]:
        """Those of customers who have paid, certainly and enough, and sit without power; the oldest first."""
        return sorted((each for each in self.open if each.has_paid_and_waits), key=waits_since)

    @cached_property
    def unchecked(self) -> Sequence[OpenCase]:
        """Those whose customer has paid, and which billing or an incident keeps from being checked."""
        return [each for each in self.open if each.is_unchecked]

    @property
    def stopped(self) -> Sequence[OpenCase]:
        """All that an incident stopped: they hold their customer until somebody redrives them."""
        return [each for each in self.open if not each.runs]

    @property
    def advised(self) -> Sequence[OpenCase]:
        """Those that wait for an advisor."""
        return [each for each in self.open if each.waits_for is Party.ADVISOR]

    @property
    def late(self) -> Sequence[OpenCase]:
        """Those of customers who have paid whose deadline has passed."""
        due = [(each, due_of(each, self.terms)) for each in (*self.waiting, *self.unchecked)]
        return [each for each, by in due if by is not None and by < self.now]

    @property
    def paid(self) -> int:
        """Customers who have paid and sit without power, whether somebody has checked the payment or not."""
        return customers_of([*self.waiting, *self.unchecked])

    @property
    def oldest(self) -> datetime | None:
        """Since when the first of them waits."""
        return min(map(waits_since, [*self.waiting, *self.unchecked]), default=None)


def waits_since(case: OpenCase) -> datetime:
    """Since when a customer waits: since the payment was certain, or known; else since the case waits for somebody."""
    paid_at = case.certain_at if case.has_paid_and_waits else case.paid_at if case.is_unchecked else None
    return paid_at or case.since


def due_of(case: OpenCase, terms: Terms) -> datetime | None:
    """By when a customer who has paid and waits should have power: a technician has working days; None for others."""
    if not case.has_paid_and_waits and not case.is_unchecked:
        return None
    kind = Promised.TECHNICIAN if case.kind is CaseKind.TECHNICIAN else Promised.REMOTE
    return terms.due(kind, waits_since(case))


def waited_at(
    moment: datetime, ended: Iterable[EndedCase], open_cases: Iterable[OpenCase]
) -> Sequence[EndedCase | OpenCase]:
    """The cases of customers who had paid, certainly and enough, and sat without power at a moment.

    Parameters
    ----------
    ended
        The cases that ended since then.
    """
    cases: list[EndedCase | OpenCase] = [*open_cases, *(each for each in ended if each.ended_at > moment)]
    return [each for each in cases if each.certain_at and each.certain_at <= moment]


def customers_of(cases: Iterable[Case]) -> int:
    """How many customers some cases are of."""
    return len({each.limitation_id for each in cases})
