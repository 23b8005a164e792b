"""What the simulated Enedis was asked, and what it accepted: the evidence that no order was lost or doubled."""

from collections import Counter, deque
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from threading import Condition

from local.partners.enedis.faults import FaultKind, Operation
from restoration.domain.order import Intent


@dataclass(frozen=True, slots=True)
class Call:
    """One call as it was met. Of a connection that was struck before it asked, ``operation`` is None, its point empty.

    ``outcome`` is READ, ACCEPTED, a result code, or NOT_HANDLED when a fault kept the call from being carried out.
    """

    at: datetime
    operation: Operation | None
    point_id: str
    reference: str | None
    intent: Intent | None
    outcome: str
    case_id: str | None = None
    fault: FaultKind | None = None


class Journal:
    """Thread-safe; grows only."""

    def __init__(self) -> None:
        self._changed = Condition()  # reentrant: a predicate may read the journal
        self._calls: list[Call] = []
        self._orders: list[Call] = []

    def record(self, call: Call, *, as_order: bool = False) -> None:
        """Note a call; or an order that became a case, whether or not its sender is told."""
        with self._changed:
            (self._orders if as_order else self._calls).append(call)
            self._changed.notify_all()

    def calls(self, operation: Operation | None = None, point_id: str | None = None) -> list[Call]:
        with self._changed:
            return [
                call
                for call in self._calls
                if operation in {None, call.operation} and point_id in {None, call.point_id}
            ]

    def orders(self, point_id: str | None = None) -> list[Call]:
        """Orders accepted, cancellations included."""
        with self._changed:
            return [order for order in self._orders if point_id in {None, order.point_id}]

    def doubles(self) -> dict[str, int]:
        """References accepted more than once, with how often. Enedis documents no deduplication of its own."""
        counted = Counter(order.reference for order in self.orders() if order.reference)
        return {reference: times for reference, times in counted.items() if times > 1}

    def busiest(self, window: timedelta) -> int:
        """The most calls that were met within any span of that length."""
        recent: deque[datetime] = deque()
        most = 0
        for at in sorted(call.at for call in self.calls()):
            recent.append(at)
            while at - recent[0] >= window:
                recent.popleft()
            most = max(most, len(recent))
        return most

    def wait_until(self, predicate: Callable[["Journal"], bool], timeout: timedelta) -> bool:
        """Wait, woken by each entry, until the predicate holds; False when it did not in time."""
        with self._changed:
            return self._changed.wait_for(lambda: predicate(self), timeout.total_seconds())
