"""Counts and durations of executions, which can be added up: those of an hour, of a day, of several workers.

Durations are counted in buckets of which each is 2 % wider than the one before, so that a percentile of any sum is
right within 2 %, and no list of durations is kept.
"""

import math
from bisect import bisect
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

WIDTH = 1.02
"""How many times as wide each bucket is as the one before."""
NEEDED: Mapping[float, int] = {0.9: 10, 0.95: 20, 0.99: 100}
"""How many durations a percentile needs: of fewer, it would be the longest one."""
INSTANT = -1
"""The bucket of what took no whole millisecond."""


def bucket_of(milliseconds: float) -> int:
    """The bucket of a duration; negative ones, by a clock that was set back, count as none."""
    return bisect(range(2000), milliseconds, key=lower_bound) + INSTANT  # the last one begins at five million years


def lower_bound(bucket: int) -> float:
    """The shortest duration of a bucket, in milliseconds."""
    return 0.0 if bucket == INSTANT else WIDTH**bucket


@dataclass(frozen=True, slots=True)
class Count:
    """How often something was, how long it took, and what else is summed of it.

    Parameters
    ----------
    number
        How often it was.
    buckets
        How many of them took how long.
    sums
        Other numbers by name, such as ``retries``.
    """

    number: int = 0
    buckets: Mapping[int, int] = field(default_factory=dict)
    sums: Mapping[str, int] = field(default_factory=dict)

    @classmethod
    def once(cls, milliseconds: int | None = None, **sums: int) -> "Count":
        """Something that was once, and how long it took; sums of 0 are left out."""
        buckets = {} if milliseconds is None else {bucket_of(milliseconds): 1}
        return cls(1, buckets, {name: value for name, value in sums.items() if value})

    @property
    def times(self) -> int:
        """How many durations were counted."""
        return sum(self.buckets.values())

    def percentile(self, share: float) -> float | None:
        """The duration (milliseconds) that a share (0 to 1) did not exceed, right within a bucket.

        None without any, and where there are fewer than it needs (:data:`NEEDED`).
        """
        if self.times < NEEDED.get(share, 1):
            return None
        rank, seen = max(1, math.ceil(share * self.times)), 0
        for bucket in sorted(self.buckets):
            seen += self.buckets[bucket]
            if seen >= rank:
                break
        return _middle(bucket)

    @property
    def mean(self) -> float | None:
        """The mean duration (milliseconds), right within half a bucket; None without any."""
        if not self.times:
            return None
        return sum(number * _middle(bucket) for bucket, number in self.buckets.items()) / self.times


def _middle(bucket: int) -> float:
    return 0.0 if bucket == INSTANT else lower_bound(bucket) * math.sqrt(WIDTH)


NO_COUNT = Count()


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts by what was counted, all of one span of time.

    What an execution adds to it is said by :func:`record.domain.counting.tally_of`.

    ======================  ==========================  ===============================================================
    key                     buckets                     sums
    ======================  ==========================  ===============================================================
    ``ended``               from its start to its end   ``concerned``, ``certain``, ``ordered``, ``restored``,
                                                        ``balance_due``, ``left``, ``failed``: how many customers came
                                                        so far, each once, where they first did
                                                        (:mod:`record.domain.customers`); ``checked``: checks at which
                                                        nobody had paid; ``alone``: other ends without an advisor;
                                                        ``in_time``: ends by the deadline of their kind of case
    ``restored``            from certain to restored
    ``state#ReadPoint``     of all its visits together  ``retries``, ``failures``; the number is that of the visits
    ``step#Check``          of all its stays together   the number is that of the stays (:mod:`record.domain.steps`)
    ``wait#enedis``         of all its waits together
    ``transitions``                                     ``ReadPoint>DecideAction``
    ``failure#<id>``                                    ``first``: of customers who had not met it before
    ``decision#coverage``                               ``manual``: went to an advisor
    ``rule#certaintyRule``                              ``<version>#<rule>``: how often a rule of that table matched; a
                                                        decision such as ``coverage`` has several tables
    ``enedis#REMOTE``                                   ``SGT200``: how often Enedis returned a code to such an order;
                                                        ``accepted``
    ``promise#bank``                                    ``kept`` or ``broken`` (:mod:`record.domain.promises`)
    ``paid``                from paying to power back   ``ms``: exactly, in milliseconds
    ``paid#enedis``         of that, a party's part     ``ms`` (:mod:`record.domain.paid`)
    ======================  ==========================  ===============================================================
    """

    counts: Mapping[str, Count] = field(default_factory=dict)

    def of(self, key: str) -> Count:
        """What was counted by a key."""
        return self.counts.get(key, NO_COUNT)

    def named(self, prefix: str) -> Mapping[str, Count]:
        """What was counted by the keys that begin so, by the rest of them."""
        return {key.removeprefix(prefix): count for key, count in self.counts.items() if key.startswith(prefix)}


def total(counts: Iterable[Count]) -> Count:
    """Counts added up."""
    return sum_of(Tally({"": each}) for each in counts).of("")


def sum_of(tallies: Iterable[Tally]) -> Tally:
    """Tallies added up, in whatever order; in a time that grows with their size alone, however many they are."""
    numbers: dict[str, int] = {}
    buckets: dict[str, dict[int, int]] = {}
    sums: dict[str, dict[str, int]] = {}
    for tally in tallies:
        for key, count in tally.counts.items():
            numbers[key] = numbers.get(key, 0) + count.number
            _put(buckets.setdefault(key, {}), count.buckets)
            _put(sums.setdefault(key, {}), count.sums)
    return Tally({key: Count(number, buckets[key], sums[key]) for key, number in numbers.items()})


def _put[Key](into: dict[Key, int], other: Mapping[Key, int]) -> None:
    if not into:
        into.update(other)
        return
    have = into.get
    for key, value in other.items():
        into[key] = have(key, 0) + value
