"""An order is placed exactly once: hypothesis looks for a course of events in which it is not.

Workers go on one effect at a time, in any mix; they die, records are delivered twice, claims are taken over, Enedis
loses requests and responses, shows an accepted case only after a while, at most the settle delay, and notices a second
order. The last test
lets Enedis break its promise, to show that the search finds what there is to find.
"""

from datetime import timedelta

import pytest
from hypothesis import Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from tests.explore.partners import Fault
from tests.fakes.order_world import SETTLE, QueuedOrder, Worker, World, settle_everything

pytestmark = pytest.mark.explored

MOST_WORKERS = 3
SEED = 3
"""What both searches begin with: it finds the second order after half of the examples."""
SEARCH = settings(derandomize=False, max_examples=500, stateful_step_count=30)
FIRST_FOUND = settings(SEARCH, phases=[Phase.generate], report_multiple_bugs=False)


class OrderMachine(RuleBasedStateMachine):
    """Anything may happen between any two effects."""

    latest_show = SETTLE

    @initialize()
    def ask(self) -> None:
        self.world = World()
        self.world.ask()
        self.workers: list[Worker] = []

    @rule(fault=st.sampled_from(Fault), share=st.sampled_from([0.0, 0.3, 1.0]))
    def let_enedis_be(self, fault: Fault, share: float) -> None:
        self.world.fault = fault
        self.world.enedis.lag = self.latest_show * share

    def can_receive(self) -> bool:
        return len(self.workers) < MOST_WORKERS and any(it.visible_at <= self.world.now for it in self.world.queue)

    @precondition(can_receive)
    @rule()
    def receive(self) -> None:
        if queued := self.world.receive():
            self.workers.append(Worker.start(self.world, queued))

    @precondition(lambda self: 0 < len(self.world.queue) < MOST_WORKERS)
    @rule()
    def deliver_twice(self) -> None:
        self.world.queue.append(QueuedOrder(self.world.queue[0].placing, self.world.now))

    @precondition(lambda self: self.workers)
    @rule(which=st.integers(0, MOST_WORKERS - 1), effects=st.integers(1, 8))
    def go_on(self, which: int, effects: int) -> None:
        worker = self.workers[which % len(self.workers)]
        for _ in range(effects):
            if worker.step():
                self.workers.remove(worker)
                return

    @precondition(lambda self: self.workers)
    @rule(which=st.integers(0, MOST_WORKERS - 1), handed_on=st.booleans())
    def die(self, which: int, *, handed_on: bool) -> None:
        """A worker dies, perhaps after it passed its result on, before its record is deleted."""
        worker = self.workers.pop(which % len(self.workers))
        if handed_on:
            worker.hand_on()

    @rule(passing=st.sampled_from([1, 30, 39, 45, 60, 75]))
    def time_passes(self, passing: int) -> None:
        self.world.now += timedelta(seconds=passing)
        self.workers = [worker for worker in self.workers if not worker.is_dead]

    @precondition(lambda self: self.world.generation < MOST_WORKERS)
    @rule()
    def take_over(self) -> None:
        """The holder died; another execution takes the limitation over and asks for the same order."""
        self.world.generation += 1
        self.world.holder = f"execution-{self.world.generation}"
        self.world.ask()

    @invariant()
    def only_the_true_case_is_answered(self) -> None:
        if hasattr(self, "world"):
            cases = {outcome.case_id for _, outcome in self.world.outcomes if outcome.status == "ACCEPTED"}
            assert cases <= {work.case_id for work in self.world.accepted}

    def teardown(self) -> None:
        if not hasattr(self, "world"):
            return
        settle_everything(self.world)
        self.only_the_true_case_is_answered()
        last = [outcome for execution, outcome in self.world.outcomes if execution == self.world.holder]
        assert last, "the holder never got an outcome"
        assert {outcome.status for outcome in last} == ({"ACCEPTED"} if self.world.accepted else {"REFUSED"})


class ImpatientMachine(OrderMachine):
    """Enedis shows a case later than the settle delay allows."""

    latest_show = SETTLE * 4


def test_no_course_of_events_places_an_order_twice_or_leaves_it_without_an_outcome() -> None:
    run_state_machine_as_test(seed(SEED)(OrderMachine), settings=SEARCH)


def test_the_search_finds_the_second_order_when_enedis_shows_cases_too_late() -> None:
    with pytest.raises(AssertionError, match="two orders"):
        run_state_machine_as_test(seed(SEED)(ImpatientMachine), settings=FIRST_FOUND)
