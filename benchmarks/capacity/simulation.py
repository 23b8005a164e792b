"""A discrete-event simulation of all restorations under Enedis' quota.

Each case goes its way as the machine does: it reads the point, orders through the queue, waits by the curve, reads the
case until the power shows, and orders a technician where a remote order was not carried out. Turns, retries and put
back orders follow the code. Billing, rules and AWS take no time worth simulating.

Which waiting order gets the next turn, arrival or urgency says: ``ARRIVAL`` is one queue, as it was, ``SECOND_QUEUE``
is one for each class, with workers of its own, which is what the template does. One queue with delays was simulated,
too (docs/decisions/0144-who-first-when-enedis-is-scarce.md).
"""

import heapq
import math
from collections import Counter, deque
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from datetime import timedelta
from random import Random
from typing import NamedTuple

from benchmarks.capacity.model import CUSTOMERS_PAY, DAY, HOUR, First, Outage, Scenario
from restoration.domain.order import LONGEST_DELAY, place_in_line

HANDLING = 0.1
"""Seconds that a worker needs for an order that it puts back. Assumed; SQS and Lambda take some 50 ms."""
_AHEAD = 600.0
FIRST_READ, ORDER, FOLLOW, FLOW = "first reads", "orders", "follow reads", "reads by the daily flow"

type Steps = Generator[float | None]
"""A case: it yields the seconds until it goes on, or None to be resumed by somebody else."""


@dataclass(slots=True)
class Case:
    """One limited customer who has paid, with the moments that matter."""

    came_at: float
    ordered_at: float | None = None
    done_at: float | None = None
    """When Enedis ended the case that is followed, whatever its end."""
    queued_at: float = 0.0
    is_urgent: bool = False
    in_outage: bool = False
    enedis_took: float = 0.0
    waits: int = 0
    """Grows with each wait: an alarm clock of an earlier wait wakes nobody."""
    is_waiting: bool = False
    woken_by_flow: bool = False
    steps: Steps | None = None


class Placed(NamedTuple):
    """An order that came during the outage: how long it took from the payment, and after how many turns of orders."""

    is_urgent: bool
    waited: float
    turns: int


@dataclass(slots=True)
class Measures:
    """What a run showed. Moments are seconds from the beginning."""

    calls: Counter[str] = field(default_factory=Counter)
    calls_by_hour: Counter[int] = field(default_factory=Counter)
    read_waits: list[float] = field(default_factory=list)
    order_waits: list[float] = field(default_factory=list)
    to_order: list[float] = field(default_factory=list)
    late_power: list[float] = field(default_factory=list)
    """From the payment to power, without the time that Enedis took."""
    late_knowledge: list[float] = field(default_factory=list)
    """From power to our knowing it."""
    put_back: int = 0
    refused_turns: int = 0
    gave_up: int = 0
    running: list[int] = field(default_factory=list)
    waiting: list[int] = field(default_factory=list)
    """Each minute: the executions that run, and those of them that wait for a turn."""
    burst: list[Placed] = field(default_factory=list)


class Simulation:
    """One run; :meth:`run` returns what it showed after the days that warm it up."""

    def __init__(self, scenario: Scenario, warm_up_days: int = 2) -> None:
        self.scenario = scenario
        self.chance = Random(scenario.load.seed)  # noqa: S311 - nothing secret
        self.now = 0.0
        self._agenda: list[tuple[float, int, Callable[[], None]]] = []
        self._number = 0
        self._next_turn = 0.0
        """The quota: one moment that says when the next call may leave."""
        self._queues: dict[bool, deque[Case]] = {False: deque(), True: deque()}
        """Orders that wait for a worker; those of their own queue apart."""
        self._free = {False: scenario.system.order_workers, True: scenario.system.urgent_workers}
        self._urgent_until = 0.0
        self._turns_since = 0
        """The turns of orders since Enedis responded again."""
        self._following: dict[int, Case] = {}
        self._running = 0
        self._waiting_for_turn = 0
        self._warm_up = warm_up_days * DAY
        self.measures = Measures()

    def run(self) -> Measures:
        load = self.scenario.load
        self._come()
        if load.flow_at is not None:
            for day in range(load.days):
                self.at(day * DAY + load.flow_at, self._flow)
        if load.outage is not None:
            self._break_down(load.outage)
        self._look()
        end = load.days * DAY
        while self._agenda and self._agenda[0][0] < end:
            self.now, _, act = heapq.heappop(self._agenda)
            act()
        return self.measures

    @property
    def _is_back(self) -> bool:
        outage = self.scenario.load.outage
        return outage is not None and self.now > outage.begins and self.down_since is None

    @property
    def is_measured(self) -> bool:
        return self.now >= self._warm_up

    @property
    def down_since(self) -> float | None:
        """When the outage began; None while calls are made. It ends for us with the first probe after its end."""
        outage = self.scenario.load.outage
        if outage is None or not outage.begins <= self.now:
            return None
        probe = self.scenario.system.probe_every
        return outage.begins if self.now < outage.begins + math.ceil(outage.lasts / probe) * probe else None

    def _break_down(self, outage: Outage) -> None:
        """Let customers pay while Enedis is away, as far apart as each other, the urgent ones among them by lot."""
        chance = Random(self.scenario.load.seed)  # noqa: S311 - nothing secret
        urgent = set(chance.sample(range(outage.waiting), outage.urgent))
        for number in range(outage.waiting):
            came_at = outage.begins + outage.lasts * number / outage.waiting
            case = Case(came_at, is_urgent=number in urgent, in_outage=True)
            self.at(case.came_at, lambda case=case: self._begin(case))  # type: ignore[misc]

    # The agenda

    def at(self, moment: float, act: Callable[[], None]) -> None:
        self._number += 1
        heapq.heappush(self._agenda, (moment, self._number, act))

    def after(self, seconds: float, act: Callable[[], None]) -> None:
        self.at(self.now + seconds, act)

    def _resume(self, case: Case) -> None:
        assert case.steps is not None  # noqa: S101 - a case that was begun has steps
        if (pause := next(case.steps, None)) is not None:
            self.after(pause, lambda: self._resume(case))

    def _come(self) -> None:
        """Let cases come, hour by hour, at moments that know nothing of one another."""
        load = self.scenario.load
        total = sum(CUSTOMERS_PAY)
        length = DAY / len(CUSTOMERS_PAY)
        for day in range(load.days):
            for part, weight in enumerate(CUSTOMERS_PAY):
                begin = day * DAY + part * length
                mean = load.cases_a_day * weight / total
                moment = 0.0
                while mean > 0 and (moment := moment + self.chance.expovariate(mean / length)) < length:
                    self.at(begin + moment, lambda: self._begin(Case(self.now)))

    def _begin(self, case: Case) -> None:
        self._running += 1
        case.steps = self._steps(case)
        self._resume(case)

    def _look(self) -> None:
        """Count once a minute."""
        if self.is_measured:
            self.measures.running.append(self._running)
            self.measures.waiting.append(self._waiting_for_turn)
        self.at(self.now + 60, self._look)

    # A case

    def _steps(self, case: Case) -> Steps:
        system, enedis = self.scenario.system, self.scenario.enedis
        yield system.before_the_first_read
        outage = self.scenario.load.outage
        if not (case.in_outage and outage and outage.found_read) and not (yield from self._read(FIRST_READ, case)):
            return
        technician = self.chance.random() < enedis.technician_share
        while True:
            yield from self._order(case)
            took = (enedis.technician if technician else enedis.remote).draw(self.chance)
            is_done = technician or self.chance.random() >= enedis.not_done_share
            case.enedis_took += took
            case.done_at = self.now + took
            if not (yield from self._follow(case)):
                return
            if is_done:
                break
            technician = True
        self._settle(case)

    def _follow(self, case: Case) -> Generator[float | None, None, bool]:
        """Wait and read until a read comes after the case's end; False when the execution failed."""
        reads = 0
        while True:
            yield from self._wait(case, self.scenario.system.curve.wait(reads))
            reads += 1
            if case.woken_by_flow:
                # The look reads the point, and then the case.
                case.woken_by_flow = False
                if not ((yield from self._read(FLOW)) and (yield from self._read(FLOW))):
                    return False
            elif not (yield from self._read(FOLLOW)):
                return False
            if case.done_at is not None and self.now >= case.done_at:
                return True

    def _settle(self, case: Case) -> None:
        self._running -= 1
        if case.came_at < self._warm_up or case.done_at is None:
            return
        measures = self.measures
        measures.late_power.append(case.done_at - case.came_at - case.enedis_took)
        measures.late_knowledge.append(self.now - case.done_at)

    def _wait(self, case: Case, seconds: float) -> Steps:
        case.waits += 1
        case.is_waiting = True
        self._following[id(case)] = case
        number = case.waits

        def time_is_up() -> None:
            if case.is_waiting and case.waits == number:
                self._wake(case)

        self.at(self.now + seconds, time_is_up)
        yield None

    def _wake(self, case: Case) -> None:
        case.is_waiting = False
        del self._following[id(case)]
        self._resume(case)

    def _flow(self) -> None:
        """Wake each case that Enedis had closed when the daily flow was taken."""
        taken_at = self.now - self.scenario.load.flow_age
        for case in list(self._following.values()):
            if case.done_at is not None and case.done_at <= taken_at:
                case.woken_by_flow = True
                self._wake(case)

    # Calls

    def _read(self, kind: str, case: Case | None = None) -> Generator[float, None, bool]:
        """Read at Enedis; False when the execution outlived its retries."""
        system = self.scenario.system
        asked_at, failed = self.now, 0
        self._waiting_for_turn += 1
        longest = system.quota.read_longest_wait
        if case and case.is_urgent and self.scenario.first is First.SECOND_QUEUE:
            longest = system.quota.order_longest_wait
        while self.down_since is not None or (turn := self._book(longest)) is None:
            failed += 1
            self.measures.refused_turns += self.is_measured
            if failed > system.reads.attempts:
                self._waiting_for_turn -= 1
                self._running -= 1
                self.measures.gave_up += 1
                return False
            yield system.reads.wait(failed, self.chance)
        yield turn - self.now
        self._waiting_for_turn -= 1
        self._count(kind)
        if self.is_measured:
            self.measures.read_waits.append(self.now - asked_at)
        yield self.scenario.enedis.call_seconds
        return True

    def _order(self, case: Case) -> Steps:
        """Queue the order: a worker waits for its turn and sends it, or puts it back, until it is accepted."""
        case.queued_at = self.now
        self._waiting_for_turn += 1
        own = case.is_urgent and self.scenario.first is First.SECOND_QUEUE
        while True:
            if not self._free[own]:
                self._queues[own].append(case)
                yield None
            self._free[own] -= 1
            turn, delay = self._turn_or_delay(case, own)
            if turn is not None:
                break
            self.measures.put_back += self.is_measured
            self.after(HANDLING, lambda: self._release(own))
            yield HANDLING + min(delay, LONGEST_DELAY.total_seconds())
        yield turn - self.now
        self._waiting_for_turn -= 1
        self._turns_since += self._is_back
        self._count(ORDER)
        if self.is_measured:
            self.measures.order_waits.append(self.now - case.queued_at)
        if case.in_outage and case.ordered_at is None:
            self.measures.burst.append(Placed(case.is_urgent, self.now - case.came_at, self._turns_since))
        yield self.scenario.enedis.call_seconds
        self.after(0.0, lambda: self._release(own))
        if case.ordered_at is None and self.now >= self._warm_up:
            self.measures.to_order.append(self.now - case.came_at)
        case.ordered_at = case.ordered_at or self.now

    def _turn_or_delay(self, case: Case, own: bool) -> tuple[float | None, float]:  # noqa: FBT001 - which of two queues
        """The moment of an order's turn; where it has none, the seconds for which it is put back."""
        system, chance = self.scenario.system, self.chance.random()
        retry = system.order_retry * (1 + chance)
        if self.down_since is not None:
            if own:
                return None, retry
            spans = (self.now - case.queued_at, self.now - self.down_since, system.order_retry)
            return None, retry + place_in_line(*(timedelta(seconds=each) for each in spans)).total_seconds()
        if own and not self._has_share():
            return None, retry
        return self._book(system.quota.order_longest_wait), retry

    def _book(self, longest_wait: float) -> float | None:
        """The moment of a call's turn; None when it would come too late."""
        turn = max(self.now, self._next_turn)
        if turn > self.now + longest_wait:
            return None
        self._next_turn = turn + self.scenario.system.quota.spacing
        return turn

    def _has_share(self) -> bool:
        """Whether urgent calls are not further ahead than they may be of half of all turns."""
        if self._urgent_until > self.now + _AHEAD:
            return False
        self._urgent_until = max(self.now, self._urgent_until) + 2 * self.scenario.system.quota.spacing
        return True

    def _release(self, own: bool) -> None:  # noqa: FBT001 - which of two queues
        """Let a worker take the next order."""
        self._free[own] += 1
        if self._queues[own]:
            self._resume(self._queues[own].popleft())

    def _count(self, kind: str) -> None:
        if self.is_measured:
            self.measures.calls[kind] += 1
            self.measures.calls_by_hour[int(self.now // HOUR)] += 1
