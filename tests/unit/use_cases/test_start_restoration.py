"""A fact is noted, and an execution looks at it: the one that holds the limitation, or one that is started."""

from dataclasses import replace

from restoration.domain.claim import Claim, HolderStatus
from restoration.domain.limitation import LimitationStatus, LimitedPoint, Started, Trigger
from tests.cases import cases
from tests.fakes.claims import OTHER, Core, free, held, numbered, trigger
from tests.fakes.samples import POINT

PAYMENT = trigger()


class World(Core):
    """One limitation, and the executions of ``restoration``."""

    def hear(self, heard: Trigger = PAYMENT) -> Started:
        return self.start.hear(LimitedPoint("LIM-1", POINT, "CON-1"), heard)


ALIVE, ENDED, UNKNOWN = HolderStatus.ALIVE, HolderStatus.ENDED, HolderStatus.UNKNOWN
SEEN = {"facts": numbered(PAYMENT.fact), "trigger_count": 1, "seen": 1}


@cases(
    "claim, holder, outcome",
    {
        "starts an execution where nobody holds the limitation": (free(), ALIVE, Started.STARTED),
        "is left to a live holder": (held(holder=OTHER), ALIVE, Started.NOTED),
        "also to one whose wait timed out": (held(holder=OTHER, waiting_token="gone"), ALIVE, Started.NOTED),
        "also where the limitation ended at billing": (
            held(holder=OTHER, status=LimitationStatus.CANCELLED), ALIVE, Started.NOTED,
        ),
        "starts an execution beside a holder that ended": (held(holder=OTHER), ENDED, Started.STARTED),
        "and beside one that nobody knows": (held(holder=OTHER), UNKNOWN, Started.STARTED),
        "starts nothing when a look has seen it": (free(**SEEN), ALIVE, Started.ABSORBED),
        "nor where the limitation is closed": (free(status=LimitationStatus.CLOSED), ALIVE, Started.ABSORBED),
    },
)  # fmt: skip
def test_fact_is_noted_and(claim: Claim, holder: HolderStatus, outcome: Started) -> None:
    world = World.of(claim, holder=holder)
    assert world.hear() is outcome
    assert (world.claim.facts, world.claim.trigger_count) == (numbered(PAYMENT.fact), 1)
    assert len(world.executions.started) == (outcome is Started.STARTED)


def test_fact_wakes_the_holder_that_waits_and_starts_nothing() -> None:
    world = World.of(held(holder=OTHER, waiting_token="token-1"))
    world.executions.waiting.add("token-1")
    assert world.hear() is Started.RESUMED
    assert world.executions.woken == [("token-1", "PaymentReceived", "PAY-1:CAPTURED")]
    assert (world.claim.facts, world.executions.started) == (numbered(PAYMENT.fact), {})


def test_fact_wakes_by_the_token_that_is_stored_while_it_is_noted() -> None:
    world = World.of(held(holder=OTHER))
    world.executions.waiting.add("token-1")
    world.claims.tables.meanwhile = lambda: world.claims.change(waiting_token="token-1")
    assert world.hear() is Started.RESUMED


def test_fact_of_a_limitation_that_nobody_registered_starts_nothing() -> None:
    world = World.of()
    assert (world.hear(), world.executions.started) == (Started.ABSORBED, {})


def test_fact_that_comes_again_with_other_content_is_a_conflict_and_without_content_it_contradicts_nothing() -> None:
    world = World.of(held(holder=OTHER))
    heard = [world.hear(replace(PAYMENT, digest=digest)) for digest in ("one", "two", "one")]
    assert heard == [Started.NOTED, Started.CONFLICT, Started.NOTED]
    assert world.claim.digests == {PAYMENT.fact: "one"}
    assert world.hear(PAYMENT) is Started.NOTED
