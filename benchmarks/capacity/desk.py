"""The order desk in the simulation: which waiting order gets the next turn, as arrival or urgency has it.

``ARRIVAL`` is one queue, as it was. ``SECOND_QUEUE`` is one for each class, with workers of its own: what the template
does. One queue with delays was simulated, too (docs/decisions/0144-who-first-when-enedis-is-scarce.md).
"""

from collections import deque
from datetime import timedelta
from typing import TYPE_CHECKING

from benchmarks.capacity.model import First
from restoration.domain.order import LONGEST_DELAY, place_in_line

if TYPE_CHECKING:
    from benchmarks.capacity.simulation import Case, Simulation

HANDLING = 0.1
"""Seconds that a worker needs for an order that it puts back. Assumed; SQS and Lambda take some 50 ms."""
_AHEAD = 600.0


class Desk:
    """Takes orders from the queues, waits for turns, and puts back what has none."""

    def __init__(self, simulation: "Simulation", first: First) -> None:
        system = simulation.scenario.system
        self._s, self._first = simulation, first
        self._queues: dict[bool, deque[Case]] = {False: deque(), True: deque()}
        self._free = {False: system.order_workers, True: system.urgent_workers}
        self._urgent_until = 0.0

    def add(self, case: "Case") -> None:
        """Queue an order, for the first time or once more."""
        own = case.is_urgent and self._first is First.SECOND_QUEUE
        self._queues[own].append(case)
        self._take(own)

    def _take(self, own: bool) -> None:  # noqa: FBT001 - which of two queues
        queue = self._queues[own]
        while self._free[own] and queue:
            case = queue.popleft()
            self._free[own] -= 1
            if (delay := self._delay(case, own)) is not None:
                self._s.measures.put_back += self._s.is_measured
                shown_in = HANDLING + min(delay, LONGEST_DELAY.total_seconds())
                self._s.after(HANDLING, lambda: self._release(own))
                self._s.after(shown_in, lambda case=case: self.add(case))  # type: ignore[misc]

    def _delay(self, case: "Case", own: bool) -> float | None:  # noqa: FBT001 - which of two queues
        """The seconds for which an order is put back; None where it has its turn."""
        system, chance = self._s.scenario.system, self._s.chance.random()
        retry = system.order_retry * (1 + chance)
        began = self._s.down_since
        if began is not None:
            if own:
                return retry
            spans = (self._s.now - case.queued_at, self._s.now - began, system.order_retry)
            return retry + place_in_line(*(timedelta(seconds=each) for each in spans)).total_seconds()
        if own and not self._has_share():
            return retry
        turn = self._s.turns.book(self._s.now, system.quota.order_longest_wait)
        if turn is None:
            return retry
        self._s.after(turn - self._s.now, lambda: self._place(case, own))
        return None

    def _has_share(self) -> bool:
        """Whether urgent calls are not further ahead than they may be of half of all turns."""
        now, spacing = self._s.now, 2 * self._s.scenario.system.quota.spacing
        if self._urgent_until > now + _AHEAD:
            return False
        self._urgent_until = max(now, self._urgent_until) + spacing
        return True

    def _release(self, own: bool) -> None:  # noqa: FBT001 - which of two queues
        self._free[own] += 1
        self._take(own)

    def _place(self, case: "Case", own: bool) -> None:  # noqa: FBT001 - which of two queues
        self._s.ordered(case)

        def accepted() -> None:
            self._s.resume(case)
            self._release(own)

        self._s.after(self._s.scenario.enedis.call_seconds, accepted)
