"""Token buckets, by which we keep within the quotas of AWS's APIs instead of being throttled.

An account has one bucket for each operation, and everything in it draws from that one. So each taker has its share, and
its client waits for it (:func:`paced`).
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from threading import Lock
from typing import Any


@dataclass(frozen=True, slots=True)
class Pace:
    """A bucket's size (calls) and its refill (calls a second)."""

    size: float
    refill: float

    def part(self, of_it: float) -> "Pace":
        """A part of it; more than 1 where the account's quotas were raised."""
        return Pace(self.size * of_it, self.refill * of_it)


TAKERS = ("reconciler", "redrive", "tool")
QUOTAS = {
    "ListExecutions": (Pace(100, 2), (0.2, 0.2, 0.5)),
    "DescribeExecution": (Pace(250, 10), (0, 0.8, 0.1)),
    "GetExecutionHistory": (Pace(400, 20), (0.2, 0.4, 0.3)),
    "StopExecution": (Pace(500, 25), (0, 0, 0.5)),
    "DescribeStateMachineForExecution": (Pace(200, 1), (0, 0, 0.5)),
}
"""What an account may in eu-west-3, and to which parts of it the takers keep, in their order. The rest is for those
that nobody paces: intake, the claim, the core's measures, and pages that people open (docs/decisions/0160).

https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html
"""


def paces(taker: str) -> Mapping[str, Pace]:
    """How fast one taker may call, by operation."""
    place = TAKERS.index(taker)
    return {operation: quota.part(shares[place]) for operation, (quota, shares) in QUOTAS.items() if shares[place]}


class Bucket:
    """One token bucket; full at first. It may be used by several threads.

    Parameters
    ----------
    clock
        Seconds that only grow.
    sleep
        Waits some seconds.
    """

    def __init__(
        self, pace: Pace, clock: Callable[[], float] = time.monotonic, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._pace = pace
        self._clock = clock
        self._sleep = sleep
        self._tokens = pace.size
        self._at = clock()
        self._lock = Lock()

    def take(self) -> None:
        """Take one token; wait for it where there is none."""
        with self._lock:
            now = self._clock()
            self._tokens = min(self._pace.size, self._tokens + (now - self._at) * self._pace.refill)
            self._at = now
            self._tokens -= 1
            missing = -self._tokens
        if missing > 0:
            self._sleep(missing / self._pace.refill)


def pacer(
    taker: str,
    raised: float = 1,
    clock: Callable[[], float] = time.monotonic,
    sleep: Callable[[float], None] = time.sleep,
) -> Callable[[str], None]:
    """Waits before a call of an operation, by its name; one without a quota is not held up.

    Parameters
    ----------
    raised
        How many times as high as AWS's defaults the account's quotas are.
    """
    buckets = {operation: Bucket(pace.part(raised), clock, sleep) for operation, pace in paces(taker).items()}

    def wait(operation: str) -> None:
        if bucket := buckets.get(operation):
            bucket.take()

    return wait


def paced(client: Any, wait: Callable[[str], object]) -> Any:
    """A client that waits before each of its calls, by the operation's name."""

    def before(model: Any, **_: object) -> None:
        wait(model.name)

    client.meta.events.register("before-call", before)
    return client
