"""How fast the tool may call: token buckets, one for each operation of AWS that has a small quota.

An account has one bucket for each operation, which the functions of the stack draw from, too. So of those that they
need the tool takes half. Figures of eu-west-3: bucket size and refill a second
(https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html).
"""

import time
from collections.abc import Callable
from dataclasses import dataclass
from threading import Lock


@dataclass(frozen=True, slots=True)
class Pace:
    """A bucket's size (calls) and its refill (calls a second)."""

    size: float
    refill: float


PACES = {
    "ListExecutions": Pace(50, 1),  # half of 100 and 2: measure_executions and the nightly check list, too
    "DescribeExecution": Pace(125, 5),  # half of 250 and 10: intake and the claim ask for holders
    "GetExecutionHistory": Pace(400, 20),  # all: nothing else in the stack reads histories
    "StopExecution": Pace(250, 12),
    "DescribeStateMachine": Pace(100, 10),
}


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


class Pacer:
    """The buckets of all operations; an operation without one is not held up."""

    def __init__(
        self, clock: Callable[[], float] = time.monotonic, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._buckets = {operation: Bucket(pace, clock, sleep) for operation, pace in PACES.items()}

    def before(self, operation: str) -> None:
        """Wait until an operation may be called."""
        if bucket := self._buckets.get(operation):
            bucket.take()
