"""A fact is noted, and an execution looks at it: the one that holds the limitation, or one that is started."""

from dataclasses import dataclass, field, replace

import pytest

from restoration.domain.claim import Claim, HolderStatus
from restoration.domain.limitation import LimitationStatus, LimitedPoint, Started, Trigger
from restoration.use_cases.start_restoration import RestorationStart
from tests.fakes.claims import OTHER, InMemoryClaims, free, held, numbered, trigger
from tests.fakes.register import Crash, InMemoryExecutions
from tests.fakes.samples import POINT

PAYMENT = trigger()


@dataclass
class World:
    """One limitation, and the executions of ``restoration``."""

    claims: InMemoryClaims
    executions: InMemoryExecutions = field(default_factory=InMemoryExecutions)
    incidents: list[str] = field(default_factory=list)

    def hear(self, heard: Trigger = PAYMENT) -> Started:
        start = RestorationStart(self.executions, self.claims)
        return start.hear(LimitedPoint("LIM-1", POINT, "CON-1"), heard)

    @property
    def claim(self) -> Claim:
        return self.claims["LIM-1"]


def world_of(claim: Claim, holder: HolderStatus = HolderStatus.ALIVE) -> World:
    world = World(InMemoryClaims(claim))
    world.executions.statuses[OTHER] = holder
    return world


def test_fact_of_a_free_limitation_is_noted_and_starts_an_execution() -> None:
    world = world_of(free())
    assert world.hear() is Started.STARTED
    assert (world.claim.facts, len(world.executions.started)) == (numbered(PAYMENT.fact), 1)


def test_fact_wakes_the_holder_that_waits_and_starts_nothing() -> None:
    world = world_of(held(holder=OTHER, waiting_token="token-1"))
    world.executions.waiting.add("token-1")
    assert world.hear() is Started.RESUMED
    assert world.executions.woken == [("token-1", "PaymentReceived", "PAY-1:CAPTURED")]
    assert (world.claim.facts, world.executions.started) == (numbered(PAYMENT.fact), {})


def test_fact_wakes_by_the_token_that_is_stored_while_it_is_noted() -> None:
    world = world_of(held(holder=OTHER))
    world.executions.waiting.add("token-1")
    world.claims.tables.meanwhile = lambda: world.claims.change(waiting_token="token-1")
    assert world.hear() is Started.RESUMED


@pytest.mark.parametrize("token", [None, "token-that-timed-out"])
def test_fact_is_left_to_a_live_holder(token: str | None) -> None:
    world = world_of(held(holder=OTHER, waiting_token=token))
    assert world.hear() is Started.NOTED
    assert (world.claim.trigger_count, world.executions.started) == (1, {})


@pytest.mark.parametrize("status", [HolderStatus.ENDED, HolderStatus.UNKNOWN])
def test_fact_starts_an_execution_beside_a_holder_that_may_be_dead(status: HolderStatus) -> None:
    assert world_of(held(holder=OTHER), status).hear() is Started.STARTED


def test_fact_that_a_look_has_seen_starts_nothing() -> None:
    world = world_of(free(facts=numbered(PAYMENT.fact), trigger_count=1, seen=1))
    assert (world.hear(), world.executions.started) == (Started.ABSORBED, {})


def test_fact_of_a_closed_limitation_is_noted_and_starts_nothing() -> None:
    world = world_of(free(status=LimitationStatus.CLOSED))
    assert (world.hear(), world.executions.started) == (Started.ABSORBED, {})
    assert world.claim.trigger_count == 1


def test_fact_of_a_limitation_that_ended_at_billing_still_reaches_its_holder() -> None:
    assert world_of(held(holder=OTHER, status=LimitationStatus.CANCELLED)).hear() is Started.NOTED


def test_fact_of_a_limitation_that_nobody_registered_starts_nothing() -> None:
    world = World(InMemoryClaims())
    assert (world.hear(), world.executions.started) == (Started.ABSORBED, {})


def test_repeat_of_a_fact_whose_start_was_lost_starts_it() -> None:
    world = world_of(free())
    world.executions.crash_on = frozenset({"LIM-1"})
    with pytest.raises(Crash):
        world.hear()
    world.executions.crash_on = frozenset()
    assert (world.hear(), world.claim.trigger_count) == (Started.STARTED, 1)


def test_fact_that_comes_again_with_other_content_is_a_conflict_whoever_looks_at_it() -> None:
    said, contradicted = replace(PAYMENT, digest="one"), replace(PAYMENT, digest="two")
    world = world_of(held(holder=OTHER))
    assert [world.hear(said), world.hear(contradicted), world.hear(said)] == [
        Started.NOTED,
        Started.CONFLICT,
        Started.NOTED,
    ]
    assert world.claim.digests == {PAYMENT.fact: "one"}


def test_fact_without_content_to_compare_contradicts_nothing() -> None:
    world = world_of(held(holder=OTHER))
    world.hear(replace(PAYMENT, digest="one"))
    assert world.hear(PAYMENT) is Started.NOTED
