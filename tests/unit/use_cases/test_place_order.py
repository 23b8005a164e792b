"""An order is placed exactly once, whatever is lost and whichever worker dies: each case by itself."""

from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

import pytest

from restoration.contracts.queued_order import order_for
from restoration.domain.order import (
    AcceptedCase,
    Aim,
    Intent,
    LimitationCancellation,
    OpenOrder,
    OrderRecord,
    OrderReference,
    OrderStatus,
    Placing,
    RestorationOrder,
    Wanted,
)
from restoration.domain.point import SupplyState
from restoration.errors import InvalidEvent
from restoration.use_cases.place_order import Later, OrderOutcome
from tests.fakes.order_world import (
    LEASE,
    ORDER,
    REFERENCE,
    RETRY,
    SETTLE,
    START,
    WANTED,
    Fault,
    QueuedOrder,
    Stepper,
    Worker,
    World,
    desk_of,
    settle_everything,
)
from tests.fakes.samples import POINT

PLACING = Placing(ORDER, WANTED, "execution-1", 1)
ACCEPTED = OrderOutcome("ACCEPTED", case_id="A1", accepted_at=START, due_at=START + timedelta(hours=24))


def place(world: World, placing: Placing = PLACING) -> OrderOutcome | Later:
    return desk_of(world, lambda: world.now).place(placing)


def delay_of(outcome: OrderOutcome | Later) -> timedelta:
    assert isinstance(outcome, Later)
    return outcome.delay


def outcome_of(outcome: OrderOutcome | Later) -> OrderOutcome:
    assert isinstance(outcome, OrderOutcome)
    return outcome


def status(world: World) -> OrderStatus:
    return world.records[str(REFERENCE)].status


def test_an_accepted_order_has_its_case_and_deadline() -> None:
    world = World()
    assert place(world) == ACCEPTED
    assert status(world) is OrderStatus.ACCEPTED


def test_an_order_is_written_before_it_is_sent() -> None:
    world = World()
    stepper = Stepper(world)
    while not world.calls:
        stepper.run(PLACING)
        if not world.calls and str(REFERENCE) in world.records:
            assert status(world) is OrderStatus.SENDING
    assert status(world) is OrderStatus.SENDING


def test_a_repeated_record_gets_the_same_outcome_and_sends_nothing() -> None:
    world = World()
    place(world)
    world.now += timedelta(hours=5)
    assert place(world) == ACCEPTED
    assert world.calls == ["order"]


def test_a_refusal_has_its_code_and_is_kept() -> None:
    world = World(fault=Fault.REFUSED)
    refused = OrderOutcome("REFUSED", code="SGT4B8", label="Demande non recevable")
    assert place(world) == refused
    world.fault = Fault.NONE
    assert place(world) == refused
    assert world.calls == ["order"]


def test_an_unreachable_enedis_is_tried_again_later_without_reading() -> None:
    world = World(fault=Fault.UNAVAILABLE)
    assert delay_of(place(world)) == RETRY
    assert status(world) is OrderStatus.NOT_SENT
    world.fault = Fault.NONE
    assert place(world) == ACCEPTED
    assert world.calls == ["order", "order"]


def test_an_outage_of_days_keeps_the_order_waiting() -> None:
    world = World(fault=Fault.UNAVAILABLE)
    for _ in range(500):
        world.now += delay_of(place(world))
    world.fault = Fault.NONE
    assert isinstance(place(world), OrderOutcome)
    assert len(world.accepted) == 1


def test_an_unknown_outcome_waits_before_it_looks() -> None:
    world = World(fault=Fault.ANSWER_LOST)
    assert delay_of(place(world)) == SETTLE
    world.now += SETTLE - timedelta(seconds=1)
    assert delay_of(place(world)) == timedelta(seconds=1)
    assert world.calls == ["order"]


def test_a_case_that_bears_our_reference_is_adopted() -> None:
    world = World(fault=Fault.ANSWER_LOST, show_after=SETTLE)
    place(world)
    world.now += SETTLE
    world.fault = Fault.NONE
    outcome = outcome_of(place(world))
    assert (outcome.status, outcome.case_id) == ("ACCEPTED", "A1")
    assert world.calls == ["order", "read"]


def test_the_deadline_of_an_adopted_case_counts_from_its_adoption() -> None:
    world = World(fault=Fault.ANSWER_LOST)
    place(world)
    world.now += SETTLE
    world.fault = Fault.NONE
    first, world.now = place(world), world.now + timedelta(hours=2)
    assert place(world) == first


def test_only_two_reads_without_a_case_let_the_order_be_sent_again_under_its_name() -> None:
    world = World(fault=Fault.REQUEST_LOST)
    place(world)
    world.fault = Fault.NONE
    world.now += SETTLE
    assert isinstance(place(world), Later)
    assert world.calls == ["order", "read"]
    assert isinstance(place(world), Later)
    assert world.calls == ["order", "read"]
    world.now += SETTLE
    outcome = outcome_of(place(world))
    assert outcome.case_id == "A1"
    assert world.calls == ["order", "read", "read", "order"]
    assert world.accepted[0].case.reference == str(REFERENCE)


def test_an_order_that_no_read_shows_is_not_sent_again_when_full_power_is_back_without_it() -> None:
    world = World(fault=Fault.REQUEST_LOST)
    place(world)
    world.fault, world.supply = Fault.NONE, SupplyState.SUPPLIED
    for _ in range(2):
        world.now += SETTLE
        outcome = place(world)
    assert outcome == OrderOutcome("SUPERSEDED")
    assert status(world) is OrderStatus.WITHDRAWN
    assert world.calls == ["order", "read", "read"]


def test_a_dead_worker_s_order_needs_the_second_read_since_enedis_may_show_it_late() -> None:
    world = World(show_after=SETTLE)
    dying = Stepper(world)
    while not world.calls:
        dying.run(PLACING)
    accepted_at = world.now
    world.now += LEASE
    assert isinstance(place(world), Later)
    world.now = accepted_at + LEASE + SETTLE
    outcome = outcome_of(place(world))
    assert outcome.case_id == "A1"
    assert world.calls == ["order", "read", "read"]


def test_an_unreachable_enedis_counts_as_no_read() -> None:
    world = World(fault=Fault.ANSWER_LOST, show_after=SETTLE)
    place(world)
    world.fault = Fault.UNAVAILABLE
    for _ in range(5):
        world.now += SETTLE
        assert isinstance(place(world), Later)
    assert world.calls.count("order") == 1


def test_another_worker_s_order_is_not_touched_until_its_lease_is_over() -> None:
    world = World()
    dying = Stepper(world)
    while str(REFERENCE) not in world.records:
        dying.run(PLACING)
    assert delay_of(place(world)) == LEASE
    assert world.calls == []


@pytest.mark.parametrize(("execution", "generation"), [("execution-1", 1), ("execution-2", 1), ("execution-1", 3)])
def test_an_execution_that_lost_the_claim_sends_nothing(execution: str, generation: int) -> None:
    world = World(holder="execution-2", generation=2)
    assert place(world, Placing(ORDER, WANTED, execution, generation)) == OrderOutcome("SUPERSEDED")
    assert world.calls == []
    assert not world.records


def test_an_execution_that_lost_the_claim_still_gets_the_order_s_outcome() -> None:
    world = World()
    place(world)
    world.holder, world.generation = "execution-2", 2
    assert place(world) == ACCEPTED


def test_an_execution_that_takes_over_adopts_the_order_of_the_dead_holder() -> None:
    world = World(fault=Fault.ANSWER_LOST)
    place(world)
    world.holder, world.generation, world.fault = "execution-2", 2, Fault.NONE
    world.now += SETTLE
    outcome = outcome_of(place(world, Placing(ORDER, WANTED, "execution-2", 2)))
    assert outcome.case_id == "A1"
    assert world.calls == ["order", "read"]


class Unknown(World):
    """A world whose register does not hold the limitation."""

    def claim(self, limitation_id: str) -> None:
        assert limitation_id == "LIM-1"


def test_an_order_for_a_limitation_that_is_not_registered_is_refused() -> None:
    world = Unknown()
    with pytest.raises(InvalidEvent, match="no limitation LIM-1"):
        place(world)
    assert (world.calls, world.records) == ([], {})


FORGED = {
    "a foreign point": Placing(RestorationOrder(REFERENCE, "99999999999999", "CON-1"), WANTED, "execution-1", 1),
    "a foreign contract": Placing(RestorationOrder(REFERENCE, POINT, "CON-2"), WANTED, "execution-1", 1),
    "more power": Placing(
        RestorationOrder(REFERENCE, POINT, "CON-1", power_kva=Decimal(36)),
        Wanted(Intent.RESTORE_REMOTELY, Aim.FULL, floor_kva=Decimal(36)),
        "execution-1",
        1,
    ),
}


@pytest.mark.parametrize("placing", FORGED.values(), ids=FORGED.keys())
def test_an_order_that_the_limitation_does_not_name_is_refused_and_leaves_nothing(placing: Placing) -> None:
    world = World()
    with pytest.raises(InvalidEvent, match=str(REFERENCE)):
        place(world, placing)
    assert (world.calls, world.records) == ([], {})


@pytest.mark.parametrize("open_order", [None, OpenOrder(OrderReference("LIM-1", Intent.RESTORE_REMOTELY, 2), WANTED)])
def test_an_order_that_is_not_the_open_one_is_not_sent(open_order: OpenOrder | None) -> None:
    world = World(open_order=open_order)
    assert place(world) == OrderOutcome("SUPERSEDED")
    assert (world.calls, world.records) == ([], {})


def test_a_withdrawn_order_is_never_sent() -> None:
    world = World(records={str(REFERENCE): OrderRecord(REFERENCE, OrderStatus.WITHDRAWN, START)})
    assert place(world) == OrderOutcome("SUPERSEDED")
    assert world.calls == []


def test_an_order_that_is_withdrawn_while_it_is_about_to_be_sent_is_not_sent() -> None:
    world = World()
    sending = Stepper(world)
    sending.run(PLACING, effects=3)  # it has read the claim, and that no worker has begun to send
    world.records[str(REFERENCE)] = OrderRecord(REFERENCE, OrderStatus.WITHDRAWN, world.now)
    sending.run(PLACING, effects=None)
    assert world.calls == []


CANCELS = OrderReference("LIM-1", Intent.CANCEL_LIMITATION, 1)
TO_CANCEL = Wanted(Intent.CANCEL_LIMITATION, Aim.FULL, limitation_case_id="LIMITATION-9")
CANCELLATION = LimitationCancellation(CANCELS, POINT, "CON-1", "LIMITATION-9")


class Cancelling(World):
    """Takes a cancellation as it takes an order."""

    def cancel_limitation(self, cancellation: LimitationCancellation) -> AcceptedCase:
        self.calls.append(f"cancel {cancellation.case_id}")
        return self.place_order(RestorationOrder(cancellation.reference, POINT, "CON-1"))


def cancel(world: World) -> OrderOutcome | Later:
    desk = replace(desk_of(world, lambda: world.now), due=lambda _intent, at: at)
    return desk.place(Placing(CANCELLATION, TO_CANCEL, "execution-1", 1))


def test_a_cancellation_is_placed_as_one() -> None:
    world = Cancelling(open_order=OpenOrder(CANCELS, TO_CANCEL))
    assert outcome_of(cancel(world)).status == "ACCEPTED"
    assert world.calls == ["cancel LIMITATION-9", "order"]


def test_a_cancellation_that_no_read_shows_is_sent_again_to_a_point_that_is_not_limited_yet() -> None:
    """Full power proves nothing there: Enedis has not carried out what is to be cancelled."""
    world = Cancelling(open_order=OpenOrder(CANCELS, TO_CANCEL), fault=Fault.REQUEST_LOST, supply=SupplyState.SUPPLIED)
    cancel(world)
    world.fault = Fault.NONE
    for _ in range(2):
        world.now += SETTLE
        outcome = cancel(world)
    assert outcome_of(outcome).status == "ACCEPTED"
    assert world.calls.count("cancel LIMITATION-9") == 2


def test_the_outcome_has_the_form_that_the_state_machine_reads() -> None:
    assert ACCEPTED.facts(REFERENCE) == {
        "status": "ACCEPTED",
        "reference": "LIM-1/R/1",
        "caseId": "A1",
        "acceptedAt": "2026-05-04T12:00:00.000Z",
        "dueAt": "2026-05-05T12:00:00.000Z",
        "code": None,
        "label": None,
    }


@pytest.mark.parametrize(
    ("intent", "text"),
    [
        (Intent.RESTORE_REMOTELY, "LIM-1/R/2"),
        (Intent.RESTORE_BY_TECHNICIAN, "LIM-1/T/2"),
        (Intent.RAISE_FLOOR, "LIM-1/F/2"),
        (Intent.CANCEL_LIMITATION, "LIM-1/C/2"),
    ],
)
def test_a_reference_shows_limitation_intent_and_ordinal(intent: Intent, text: str) -> None:
    assert str(OrderReference("LIM-1", intent, 2)) == text


@pytest.mark.parametrize("intent", [Intent.RAISE_FLOOR, Intent.RESTORE_BY_TECHNICIAN])
def test_a_floor_is_raised_to_its_power_remotely_or_by_a_technician(intent: Intent) -> None:
    reference = OrderReference("LIM-1", intent, 1)
    order = order_for(reference, POINT, "CON-1", floor_kva=Decimal(3), after_cut=False, limitation_case_id=None)
    assert isinstance(order, RestorationOrder)
    assert (order.aim, order.power_kva) == (Aim.FLOOR, Decimal(3))


@pytest.mark.parametrize("intent", [Intent.RESTORE_REMOTELY, Intent.RESTORE_BY_TECHNICIAN])
def test_an_order_without_a_floor_aims_at_full_power(intent: Intent) -> None:
    reference = OrderReference("LIM-1", intent, 1)
    order = order_for(reference, POINT, "CON-1", floor_kva=None, after_cut=False, limitation_case_id=None)
    assert isinstance(order, RestorationOrder)
    assert (order.aim, order.power_kva) == (Aim.FULL, None)


@pytest.mark.parametrize("intent", [Intent.RAISE_FLOOR, Intent.CANCEL_LIMITATION])
def test_an_order_that_lacks_what_it_needs_is_refused_by_name(intent: Intent) -> None:
    reference = OrderReference("LIM-1", intent, 1)
    with pytest.raises(InvalidEvent, match=str(reference)):
        order_for(reference, POINT, "CON-1", floor_kva=None, after_cut=False, limitation_case_id=None)


@pytest.mark.parametrize("second", Fault)
@pytest.mark.parametrize("first", Fault)
@pytest.mark.parametrize("show_after", [timedelta(), SETTLE / 2, SETTLE])
def test_a_worker_that_dies_after_any_effect_leaves_one_order_and_an_outcome(
    first: Fault, second: Fault, show_after: timedelta
) -> None:
    for effects in range(12):
        world = World(fault=first, show_after=show_after)
        world.ask()
        queued = world.receive()
        assert queued is not None
        Stepper(world).run(queued.placing, effects=effects)  # and dies
        world.now, world.fault = queued.visible_at, second
        again = Worker.start(world, queued)
        while not again.step():
            pass
        settle_everything(world)
        assert len(world.accepted) <= 1
        ((_, outcome),) = world.outcomes
        assert outcome.status == ("ACCEPTED" if world.accepted else "REFUSED")
        assert world.accepted or Fault.REFUSED in {first, second}


@pytest.mark.parametrize("fault", Fault)
@pytest.mark.parametrize("lost", [1, 2, 3])
def test_a_write_whose_response_was_lost_looks_like_a_conflict_and_costs_time_but_no_second_order(
    fault: Fault, lost: int
) -> None:
    class Forgetful(World):
        writes = 0

        def write(self, record: OrderRecord, *, known: OrderRecord | None) -> bool:
            written = super().write(record, known=known)
            self.writes += 1
            return written and self.writes != lost

    world = Forgetful(fault=fault, show_after=SETTLE)
    world.ask()
    queued = world.receive()
    assert queued is not None
    worker = Worker.start(world, queued)
    while not worker.step():
        pass
    settle_everything(world)
    assert len(world.accepted) <= 1
    ((_, outcome),) = world.outcomes
    assert outcome.status == ("ACCEPTED" if world.accepted else "REFUSED")


def interleave(one: Worker, other: Worker, schedule: int) -> None:
    """Let two workers go on in turns: a bit of the schedule for each step, to their ends."""
    running = [one, other]
    while running:
        worker = running[schedule & 1 if len(running) > 1 else 0]
        schedule >>= 1
        if worker.step():
            running.remove(worker)


@pytest.mark.explored
@pytest.mark.parametrize("fault", Fault)
@pytest.mark.parametrize("before", [None, Fault.UNAVAILABLE, Fault.REQUEST_LOST, Fault.ANSWER_LOST])
def test_two_workers_with_one_order_place_it_once_however_their_steps_mix(fault: Fault, before: Fault | None) -> None:
    for schedule in range(2**11):
        world = World(show_after=SETTLE)
        if before:
            world.fault = before
            place(world)
            world.now += SETTLE
        world.fault = fault
        records = [QueuedOrder(PLACING, world.now), QueuedOrder(PLACING, world.now)]
        world.queue = list(records)
        interleave(Worker.start(world, records[0]), Worker.start(world, records[1]), schedule)
        settle_everything(world)
        assert len(world.accepted) <= 1
        assert {outcome.status for _, outcome in world.outcomes} == ({"ACCEPTED"} if world.accepted else {"REFUSED"})
        assert {outcome.case_id for _, outcome in world.outcomes} == ({"A1"} if world.accepted else {None})


def test_the_mixed_steps_would_place_it_twice_if_writes_were_unconditional() -> None:
    worst = 0
    for schedule in range(2**11):
        world = World(conditional=False)
        records = [QueuedOrder(PLACING, world.now), QueuedOrder(PLACING, world.now)]
        world.queue = list(records)
        interleave(Worker.start(world, records[0]), Worker.start(world, records[1]), schedule)
        worst = max(worst, len(world.accepted))
    assert worst == 2
