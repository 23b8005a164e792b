"""When an order that Enedis could not take comes back: bounded, spread, and the oldest first."""

from datetime import timedelta
from itertools import pairwise

from restoration.domain.order import (
    LONGEST_DELAY,
    AcceptedCase,
    OrderStatus,
    Placing,
)
from restoration.errors import EnedisCircuitOpen, EnedisQuotaExhausted, EnedisUnavailable
from restoration.use_cases.place_order import Later
from tests.fakes.order_world import ORDER, RETRY, START, WANTED, World

OUTAGES = [timedelta(0), timedelta(seconds=5), timedelta(minutes=10), timedelta(days=3)]


class Closed(World):
    """Enedis behind a gate that lets nothing through."""

    error: EnedisUnavailable = EnedisUnavailable("connection: refused")

    def send(self, name: str, sent: object) -> AcceptedCase:
        del name, sent
        raise self.error


def delay(error: EnedisUnavailable, *, asked_after: timedelta, lasted: timedelta, chance: float = 0.0) -> timedelta:
    """How long an order is put back that was first asked for some time after the outage began."""
    world = Closed(now=START + lasted)
    world.error = error
    placing = Placing(ORDER, WANTED, world.holder, world.generation, world.seen, asked_at=START + asked_after)
    later = world.place(placing, chance=lambda: chance)
    assert isinstance(later, Later)
    assert world.record.status is OrderStatus.NOT_SENT, "nothing left"
    return later.delay


def test_of_orders_that_wait_the_oldest_come_back_first() -> None:
    for lasted in OUTAGES:
        asked = [lasted * part / 10 for part in range(11)]
        delays = [delay(EnedisCircuitOpen("open", START), asked_after=each, lasted=lasted) for each in asked]
        assert all(older <= younger for older, younger in pairwise(delays))


def test_delay_is_never_longer_than_a_message_can_be_delayed() -> None:
    for lasted in OUTAGES:
        for chance in (0.0, 1.0):
            error = EnedisCircuitOpen("open", START)
            assert RETRY <= delay(error, asked_after=lasted, lasted=lasted, chance=chance) <= LONGEST_DELAY


def test_short_outage_costs_a_quarter_more_than_its_length() -> None:
    short = timedelta(seconds=20)
    assert delay(EnedisCircuitOpen("open", START), asked_after=short, lasted=short, chance=1.0) <= 2 * RETRY + short / 4


def test_orders_asked_for_at_one_moment_do_not_come_back_at_one_moment() -> None:
    for error in (EnedisCircuitOpen("open", START), EnedisQuotaExhausted("quota"), EnedisUnavailable("down")):
        delays = {
            delay(error, asked_after=timedelta(0), lasted=timedelta(hours=1), chance=part / 10) for part in range(10)
        }
        assert len(delays) == 10
        assert max(delays) <= 2 * RETRY


def test_order_from_before_the_outage_is_among_the_first() -> None:
    error = EnedisCircuitOpen("open", START)
    assert delay(error, asked_after=timedelta(hours=-5), lasted=timedelta(hours=1)) == RETRY
