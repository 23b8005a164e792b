"""One key of the record's tallies, summed over slices: all of them, or those of each outcome."""

from collections import defaultdict
from collections.abc import Iterable, Mapping

from record.domain.record import Slice
from record.domain.tally import Count, total


def summed(slices: Iterable[Slice], key: str) -> Count:
    return total(each.tally.of(key) for each in slices)


def by_outcome(slices: Iterable[Slice], key: str) -> Mapping[str, Count]:
    """What slices count by a key, for each outcome that has any."""
    found: dict[str, list[Count]] = defaultdict(list)
    for each in slices:
        if key in each.tally.counts:
            found[each.outcome].append(each.tally.of(key))
    return {outcome: total(counts) for outcome, counts in found.items()}
