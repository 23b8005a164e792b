"""Token buckets, by which we keep within the quotas of AWS's APIs instead of being throttled.

An account has one bucket for each operation, and everything in it draws from that one.
"""

import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from threading import Lock
from typing import Any


@dataclass(frozen=True, slots=True)
class Pace:
    """A bucket's size (calls) and its refill (calls a second)."""

    size: float
    refill: float


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


def pages(bucket: Bucket, call: Callable[..., Any], **request: Any) -> Iterator[Any]:
    """The responses of an API that gives a ``nextToken``, each call with a token of the bucket."""
    while True:
        bucket.take()
        response = call(**request)
        yield response
        if not response.get("nextToken"):
            return
        request["nextToken"] = response["nextToken"]
