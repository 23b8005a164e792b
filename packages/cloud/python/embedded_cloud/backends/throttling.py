"""Throttling as AWS does it: a bucket of tokens for each API, which refills at its own rate.

https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html says so of Step Functions.
"""

from __future__ import annotations

import json
import threading
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from embedded_cloud.backends.protocol import AwsRequest, AwsResponse, error_response

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

FIGURES = Path(__file__).parent / "throttles"
"""One file for each region, with the source of its figures."""


@dataclass(slots=True)
class Bucket:
    """The tokens of one API, or of several that share them; each call takes one."""

    service: str
    actions: frozenset[str]
    size: float
    refill: float
    """Tokens a second."""
    tokens: float = 0.0
    filled_at: float = 0.0

    def take(self, now: float) -> bool:
        """Take a token; False when there is none."""
        self.tokens = min(self.size, self.tokens + (now - self.filled_at) * self.refill)
        self.filled_at = now
        if self.tokens < 1:
            return False
        self.tokens -= 1
        return True


class Throttling:
    """An interceptor for the dispatcher: it refuses calls for which there is no token, and counts all.

    Parameters
    ----------
    buckets : Iterable[Bucket]
        They begin full.
    clock : Callable[[], float]
        Seconds, from any beginning.
    """

    def __init__(self, buckets: Iterable[Bucket], clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._buckets: dict[tuple[str, str], Bucket] = {}
        self.calls: Counter[str] = Counter()
        self.refused: Counter[str] = Counter()
        for bucket in buckets:
            bucket.tokens, bucket.filled_at = bucket.size, clock()
            self._buckets |= {(bucket.service, action): bucket for action in bucket.actions}

    @classmethod
    def of_region(cls, region: str, *, size: float = 1.0, refill: float = 1.0) -> Throttling:
        """Throttle as AWS does in a region, with its figures multiplied, so that a small burst meets a small bucket.

        Raises
        ------
        FileNotFoundError
            When no figures are kept for the region.
        """
        document = json.loads((FIGURES / f"{region}.json").read_text("utf-8"))
        return cls(
            Bucket(each["service"], frozenset(each["actions"]), max(1.0, each["size"] * size), each["refill"] * refill)
            for each in document["buckets"]
        )

    def __call__(self, request: AwsRequest) -> AwsResponse | None:
        """Refuse a call as AWS does; None lets it pass."""
        bucket = self._buckets.get((request.service, request.action))
        if bucket is None:
            return None
        with self._lock:
            self.calls[request.action] += 1
            if bucket.take(self._clock()):
                return None
            self.refused[request.action] += 1
        return error_response(400, "ThrottlingException", "Rate exceeded")
