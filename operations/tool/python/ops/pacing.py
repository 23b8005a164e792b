"""How fast the tool may call: token buckets, one for each operation of AWS that has a small quota.

The functions of the stack draw from the account's buckets, too. So of those that they need the tool takes half.
Figures of eu-west-3: bucket size and refill a second
(https://docs.aws.amazon.com/step-functions/latest/dg/service-quotas.html).
"""

import time
from collections.abc import Callable

from record.pacing import Bucket, Pace

PACES = {
    "ListExecutions": Pace(50, 1),  # half of 100 and 2: measure_executions and the nightly check list, too
    "DescribeExecution": Pace(125, 5),  # half of 250 and 10: intake and the claim ask for holders
    "GetExecutionHistory": Pace(400, 20),  # all: nothing else in the stack reads histories
    "StopExecution": Pace(250, 12),
    "DescribeStateMachine": Pace(100, 10),
    "DescribeStateMachineForExecution": Pace(100, 0.5),  # half of 200 and 1
}


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
