"""An order is placed exactly once: whatever is refused, lost or repeated, and whichever worker dies."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any
from unittest.mock import Mock

import pytest

from restoration.adapters.dynamodb.orders import OrderTable
from restoration.domain.order import OpenOrder, OrderRecord, OrderStatus, Placing
from restoration.errors import EnedisCircuitOpen, InvalidEvent
from restoration.use_cases.place_order import Later, OrderOutcome, check_against
from tests.explore import tables
from tests.explore.calls import Broken, Call
from tests.explore.partners import Enedis, Fault
from tests.fakes.claims import CANCELLATION, REMOTELY, order
from tests.fakes.order_world import (
    ALL,
    LEASE,
    OPEN_ORDER,
    PLACING,
    REFERENCE,
    RETRY,
    SETTLE,
    START,
    VISIBILITY,
    World,
    result_of,
)

ACCEPTED = OrderOutcome("ACCEPTED", case_id="A1", accepted_at=START, due_at=START + timedelta(hours=24))


def delay_of(outcome: OrderOutcome | Later) -> timedelta:
    assert isinstance(outcome, Later)
    return outcome.delay


def outcome_of(outcome: OrderOutcome | Later) -> OrderOutcome:
    assert isinstance(outcome, OrderOutcome)
    return outcome


def sending(world: World, placing: Placing = PLACING) -> Call:
    """A worker that has said that it sends, and dies or goes on later."""
    call = world.call(placing)
    while not world.records:
        call.go(1)
    return call


def test_an_accepted_order_has_its_case_and_deadline() -> None:
    world = World()
    assert world.place() == ACCEPTED
    assert (world.record.status, world.record.due_at) == (OrderStatus.ACCEPTED, ACCEPTED.due_at), "channels read it"
    told = {"acceptedAt": "2026-05-04T12:00:00.000Z", "dueAt": "2026-05-05T12:00:00.000Z", "caseId": "A1", "code": None}
    assert ACCEPTED.facts(REFERENCE).items() >= told.items()


def test_a_refusal_has_its_code_and_is_kept() -> None:
    world = World(fault=Fault.REFUSED)
    refused = OrderOutcome("REFUSED", code="SGT4B8", label="Demande non recevable")
    assert world.place() == refused
    world.fault = Fault.NONE
    assert world.place() == refused
    assert world.calls == ["order"]


def test_an_unreachable_enedis_is_tried_again_later_without_reading() -> None:
    world = World(fault=Fault.UNAVAILABLE)
    assert delay_of(world.place()) == RETRY
    assert delay_of(world.place(chance=lambda: 0.5)) == RETRY * 1.5, "spread"
    assert world.record.status is OrderStatus.NOT_SENT
    world.fault = Fault.NONE
    assert world.place() == ACCEPTED
    assert world.calls == ["order", "order", "order"]


@pytest.mark.parametrize(
    ("waited", "lasted", "later"),
    [(0, 40, 10), (10, 40, 7.5), (40, 40, 0), (50, 40, 0), (-5, 40, 10), (0, 480, 14), (0, 0, 0.25 / 60)],
)
def test_after_an_outage_the_order_that_has_waited_longest_is_tried_first(
    waited: float, lasted: float, later: float
) -> None:
    opened = EnedisCircuitOpen("the breaker is open", START - timedelta(minutes=lasted))
    enedis = Mock(**{"place_order.side_effect": opened})
    asked = replace(PLACING, asked_at=START - timedelta(minutes=waited))
    assert delay_of(World().place(asked, enedis=enedis)) == RETRY + timedelta(minutes=later)


def test_only_two_reads_without_a_case_let_the_order_be_sent_again_under_its_name() -> None:
    world = World(fault=Fault.REQUEST_LOST)
    assert delay_of(world.place()) == SETTLE
    world.fault = Fault.NONE
    for read in range(1, 3):
        world.now += SETTLE - timedelta(seconds=1)
        assert delay_of(world.place()) == timedelta(seconds=1)
        world.now += timedelta(seconds=1)
        outcome = world.place()
        assert world.calls == ["order", "read"] if read == 1 else ["order", "read", "read", "order"]
    assert outcome_of(outcome).case_id == "A1"
    assert world.accepted[0].reference == str(REFERENCE)


def test_an_order_that_no_read_shows_is_not_sent_again_when_full_power_is_back_without_it() -> None:
    world = World(fault=Fault.REQUEST_LOST)
    world.place()
    world.fault = Fault.NONE
    world.enedis.lift()
    for _ in range(2):
        world.now += SETTLE
        outcome = world.place()
    assert outcome == OrderOutcome("SUPERSEDED")
    assert world.record.status is OrderStatus.WITHDRAWN
    assert world.calls == ["order", "read", "read"]


def test_an_unreachable_enedis_counts_as_no_read() -> None:
    world = World(fault=Fault.ANSWER_LOST, enedis=Enedis(lag=SETTLE))
    world.place()
    world.fault = Fault.UNAVAILABLE
    for _ in range(5):
        world.now += SETTLE
        assert isinstance(world.place(), Later)
    assert world.calls.count("order") == 1


def test_another_worker_s_order_is_not_touched_until_its_lease_is_over() -> None:
    world = World()
    sending(world)  # and dies
    assert delay_of(world.place()) == LEASE
    assert world.calls == []


@pytest.mark.parametrize(("execution", "generation"), [("execution-1", 1), ("execution-2", 1), ("execution-1", 3)])
def test_an_execution_that_lost_the_claim_sends_nothing(execution: str, generation: int) -> None:
    world = World(holder="execution-2", generation=2)
    assert world.place(Placing(OPEN_ORDER, execution, generation, 0)) == OrderOutcome("SUPERSEDED")
    assert world.calls == []
    assert not world.records


MAY_FORBID = (
    "PaymentRejected|PAY-1@2026-05-04T10:00:00.000Z:PaymentRejected",
    "HousingAidRefused|AID-1:HousingAidRefused",
    "EnedisFlow|05-05",
)


@pytest.mark.parametrize("fact", MAY_FORBID)
def test_order_is_not_sent_after_something_came_that_may_forbid_it_before_the_execution_has_looked(fact: str) -> None:
    world = World(facts={fact: 3})
    assert world.place(replace(PLACING, seen=2)) == OrderOutcome("SUPERSEDED")
    assert (world.calls, world.record.status) == ([], OrderStatus.NOT_SENT)
    assert outcome_of(world.place(replace(PLACING, seen=3))).status == "ACCEPTED"


def test_order_is_not_sent_for_a_point_that_the_limitation_has_left() -> None:
    left = "30000000000099"
    world = World(open_order=replace(order(), point_id=left))
    assert world.place(replace(PLACING, order=replace(OPEN_ORDER, point_id=left))) == OrderOutcome("SUPERSEDED")
    assert (world.calls, world.record.status) == ([], OrderStatus.NOT_SENT)


def test_order_does_not_wait_for_a_look_at_what_can_only_help() -> None:
    world = World(facts={"PaymentReceived|PAY-2:CAPTURED": 3, "HousingAidGranted|AID-1:HousingAidGranted": 4})
    assert outcome_of(world.place(replace(PLACING, seen=2))).status == "ACCEPTED"


def test_order_that_enedis_may_have_is_finished_whatever_came_back() -> None:
    world = World(facts={MAY_FORBID[0]: 3})
    sending(world, replace(PLACING, seen=3)).go(2)  # and dies
    world.now += LEASE
    assert outcome_of(world.place(replace(PLACING, seen=2))).status == "ACCEPTED"
    assert len(world.accepted) == 1


def test_an_execution_that_lost_the_claim_still_gets_the_order_s_outcome() -> None:
    world = World()
    world.place()
    world.holder, world.generation = "execution-2", 2
    assert world.place() == ACCEPTED


def test_an_order_for_a_limitation_that_is_not_registered_is_refused() -> None:
    with pytest.raises(InvalidEvent, match="no limitation LIM-1"):
        check_against(None, PLACING)


FORGED: dict[str, dict[str, Any]] = {
    "a foreign point": {"point_id": "99999999999999"},
    "a foreign contract": {"contract_id": "CON-2"},
    "more power": {"wanted": replace(REMOTELY, floor_kva=Decimal(36))},
}


@pytest.mark.parametrize("forged", FORGED.values(), ids=FORGED.keys())
def test_an_order_that_the_limitation_does_not_name_is_refused_and_leaves_nothing(forged: dict[str, Any]) -> None:
    world = World()
    with pytest.raises(InvalidEvent, match=str(REFERENCE)):
        world.place(replace(PLACING, order=replace(OPEN_ORDER, **forged)))
    assert (world.calls, world.records) == ([], {})


@pytest.mark.parametrize("open_order", [None, order(ordinal=2)])
def test_an_order_that_is_not_the_open_one_is_not_sent(open_order: OpenOrder | None) -> None:
    world = World(open_order=open_order)
    assert world.place() == OrderOutcome("SUPERSEDED")
    assert (world.calls, world.records) == ([], {})


def test_an_order_that_is_withdrawn_while_it_is_about_to_be_sent_is_not_sent() -> None:
    world = World()
    call = world.call()
    call.go(1)  # it has read the claim
    world.orders().withdraw(REFERENCE)
    assert call.go(ALL)
    assert world.calls == []


def test_an_order_that_another_worker_was_sending_a_moment_ago_is_sent_later() -> None:
    world = World()
    other, call = world.call(), world.call()
    other.go(2)  # it has written that it is sending the order
    call.go(2)  # it could not write so
    world.orders().write(OrderRecord(REFERENCE, OrderStatus.NOT_SENT, START), known=world.record)
    assert call.go(ALL)
    assert isinstance(call.result, Later)
    assert world.calls == []


def test_a_cancellation_that_no_read_shows_is_sent_again_to_a_point_that_is_not_limited_yet() -> None:
    """Full power proves nothing there: Enedis has not carried out what is to be cancelled."""
    cancellation = order(CANCELLATION)
    world = World(open_order=cancellation, fault=Fault.REQUEST_LOST)
    world.enedis.lift()
    placing = replace(PLACING, order=cancellation)
    world.place(placing)
    world.fault = Fault.NONE
    for _ in range(2):
        world.now += SETTLE
        outcome = world.place(placing)
    assert outcome_of(outcome).status == "ACCEPTED"
    assert world.calls.count("cancel L1") == 2


# ── Whichever worker dies, and however the steps of two workers mix ──


def two_workers(world: World, schedule: int) -> tuple[int, list[Call]]:
    """Let two workers with one order go on in turns: a bit of the schedule for each step, to their ends.

    Returns the number of bits that chose between them, and the two.
    """
    chosen, calls = 0, [world.call(), world.call()]
    running = list(calls)
    while running:
        call = running[(schedule >> chosen) & 1 if len(running) > 1 else 0]
        chosen += len(running) > 1
        if call.go(1):
            running.remove(call)
    return chosen, calls


@pytest.mark.parametrize("second", Fault)
@pytest.mark.parametrize("first", Fault)
@pytest.mark.parametrize("show_after", [timedelta(), SETTLE / 2, SETTLE])
def test_a_worker_that_dies_after_any_effect_leaves_one_order_and_an_outcome(
    first: Fault, second: Fault, show_after: timedelta
) -> None:
    for effects in range(12):
        world = World(fault=first, enedis=Enedis(lag=show_after))
        world.call().go(effects)  # and dies
        world.now, world.fault = START + VISIBILITY, second
        world.settled(world.place())
        assert world.accepted or Fault.REFUSED in {first, second}


@pytest.mark.parametrize("fault", Fault)
@pytest.mark.parametrize("lost", [1, 2, 3])
def test_a_write_whose_response_was_lost_looks_like_a_conflict_and_costs_time_but_no_second_order(
    fault: Fault, lost: int
) -> None:
    class Forgetful(OrderTable):
        writes = 0

        def write(self, record: OrderRecord, *, known: OrderRecord | None) -> bool:
            written = super().write(record, known=known)
            self.writes += 1
            return written and self.writes != lost

    world = World(fault=fault, enedis=Enedis(lag=SETTLE))
    world.settled(world.place(orders=Forgetful(world.tables, "orders")))  # type: ignore[arg-type]


@pytest.mark.explored
@pytest.mark.parametrize("fault", Fault)
@pytest.mark.parametrize("before", [None, Fault.UNAVAILABLE, Fault.REQUEST_LOST, Fault.ANSWER_LOST])
def test_two_workers_with_one_order_place_it_once_however_their_steps_mix(fault: Fault, before: Fault | None) -> None:
    played: set[tuple[int, int]] = set()
    for schedule in range(2**10):
        if any((chosen, schedule % 2**chosen) in played for chosen in range(11)):
            continue
        world = World(enedis=Enedis(lag=SETTLE))
        if before:
            world.fault = before
            world.place()
            world.now += SETTLE
        world.fault = fault
        chosen, calls = two_workers(world, schedule)
        played.add((chosen, schedule % 2**chosen))
        world.settled(*map(result_of, calls))


def test_the_mixed_steps_would_place_it_twice_if_writes_were_unconditional(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tables, "REWRITE", lambda update, _condition: (update, ""))
    with pytest.raises(Broken, match="two orders at work on one point"):
        two_workers(World(), 0b101010101010)
