"""How fast the tool may call: token buckets, one for each operation of AWS that has a small quota."""

import time
from collections.abc import Callable

from record.pacing import Bucket, paces


class Pacer:
    """The buckets of all operations; an operation without one is not held up."""

    def __init__(
        self, clock: Callable[[], float] = time.monotonic, sleep: Callable[[float], None] = time.sleep
    ) -> None:
        self._buckets = {operation: Bucket(pace, clock, sleep) for operation, pace in paces("tool").items()}

    def before(self, operation: str) -> None:
        """Wait until an operation may be called."""
        if bucket := self._buckets.get(operation):
            bucket.take()
