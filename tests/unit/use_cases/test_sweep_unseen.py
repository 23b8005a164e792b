"""The sweep looks at facts that no execution has looked at, and starts one only where there is something to do."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from restoration.domain.claim import Claim, HolderStatus
from restoration.domain.limitation import LimitationStatus, LimitedPoint, Trigger
from restoration.errors import BillingUnavailable
from restoration.record_trace import in_trace
from restoration.use_cases.sweep_unseen import Sweep, Swept
from tests.cases import cases
from tests.fakes import look_world
from tests.fakes.claims import LATER, OTHER, free, held, numbered, trigger
from tests.fakes.samples import POINT
from tests.fakes.situations import EVERYBODY_S

REGISTERED = "LimitationRegistered|LIM-1:2026-05-01T08:00:00.000Z"
PAYMENT = "PaymentReceived|PAY-1:CAPTURED"
LAG = timedelta(minutes=15)
DOWN = BillingUnavailable("billing is down")
UNPAID = EVERYBODY_S.model_copy(update={"payments": ()})


class World(look_world.World):
    """Billing shows no payment, if a test says nothing else."""

    def sweep(self, after: timedelta = timedelta()) -> Swept:
        return Sweep(self.claims, self.check, self.start, LAG, lambda: LATER + after).sweep()

    def unseen(self) -> list[str]:
        return [limitation_id for limitation_id, _ in self.claims.unseen()]


def unseen(*facts: str, of: Claim | None = None, name: str = "LIM-1") -> Claim:
    """A limitation with facts that nobody has looked at."""
    return replace(
        of or free(), limitation_id=name, facts=numbered(*facts), trigger_count=len(facts), unseen_since=LATER
    )


def world_of(*claims: Claim, **more: Any) -> World:
    return World.of(*claims, **{"shown": UNPAID, **more})


def test_registration_is_looked_at_at_once_and_when_billing_has_caught_up() -> None:
    world = world_of(unseen(REGISTERED))
    looks = [world.sweep(timedelta(minutes=minute)).looked for minute in (0, 5, 14)]
    assert (looks, world.looked, world.unseen()) == ([0, 0, 0], ["LIM-1"], ["LIM-1"])
    assert world.sweep(LAG).looked == 1
    assert (world.looked, world.unseen(), world.started()) == (["LIM-1"] * 2, [], [])


REPORTED, DECLARED = "PowerLimited|LIM-1:2026-05-01T09:00:00.000Z", "PaymentDeclared|D-1"
COVERED = {"coverage": {"outcome": "RESTORE", "reason": "COVERED"}}
PAID = {"shown": EVERYBODY_S}
REOPENED = free(generation=1, last_outcome="NO_ORDER")


@cases(
    "claim, billing, after, started",
    {
        "a limitation that was paid before": (unseen(REGISTERED), COVERED, timedelta(), [REGISTERED]),
        "one whose payment billing shows late": (unseen(REGISTERED), COVERED, LAG, [REGISTERED]),
        "one that was paid in part, to tell the balance": (unseen(REGISTERED), PAID, timedelta(), [REGISTERED]),
        "none whose balance was told before": (unseen(REPORTED), PAID, timedelta(), []),
        "one that was opened again": (unseen(REGISTERED, of=REOPENED), COVERED, timedelta(), [REGISTERED]),
        "one whose holder died": (unseen(REGISTERED, of=held(holder=OTHER)), {}, LAG, [REGISTERED]),
        "none that was closed": (unseen(PAYMENT, of=free(status=LimitationStatus.CLOSED)), {}, LAG, []),
        "a declared payment": (unseen(DECLARED), COVERED, timedelta(minutes=30), [DECLARED]),
    },
)
def test_execution_is_started_for(claim: Claim, billing: dict[str, Any], after: timedelta, started: list[str]) -> None:
    world = world_of(claim, **billing)
    assert world.sweep(after).started == len(started)
    assert world.started() == [("LIM-1", fact) for fact in started]
    assert world.unseen() == ([] if claim.status is LimitationStatus.CLOSED else ["LIM-1"])


def test_fact_whose_start_was_lost_is_started_once_its_own_execution_would_be_there() -> None:
    world = world_of(unseen(REGISTERED, PAYMENT))
    assert (world.sweep(timedelta(seconds=59)).started, world.started()) == (0, [])
    assert world.sweep(timedelta(minutes=1)).started == 1
    assert (world.started(), world.looked) == ([("LIM-1", PAYMENT)], [])


def test_fact_whose_start_was_lost_is_acted_on_in_the_trace_of_its_event() -> None:
    world = world_of(free())
    with in_trace("Root=1-5759e988-bd862e3fe1be46a994272793"):
        world.claims.note("LIM-1", trigger())
    world.sweep(timedelta(days=365))
    [(_, started)] = world.executions.started.values()
    assert (started.fact, started.trace) == (PAYMENT, "Root=1-5759e988-bd862e3fe1be46a994272793")


def test_fact_whose_execution_has_ended_without_a_look_is_left_to_operations_and_to_the_night() -> None:
    world = world_of(unseen(PAYMENT))
    world.sweep(LAG)
    assert world.unseen() == ["LIM-1"], "it may be on its way"
    world.sweep(LAG)
    assert (world.unseen(), len(world.started())) == ([], 1)


def test_fact_that_a_live_holder_will_see_is_left_to_it() -> None:
    world = world_of(unseen(PAYMENT, of=held(holder=OTHER)))
    world.executions.statuses[OTHER] = HolderStatus.ALIVE
    assert (world.sweep(LAG), world.unseen()) == (Swept(), ["LIM-1"])


def test_fact_that_comes_while_the_limitation_is_looked_at_is_looked_at_next() -> None:
    world = world_of(unseen(REGISTERED))
    world.claims.tables.meanwhile = lambda: world.claims.note(
        "LIM-1", Trigger("PaymentReceived", "PAY-1:CAPTURED", LATER, "event-1")
    )
    world.sweep(LAG)
    assert world.unseen() == ["LIM-1"]
    assert world.sweep(LAG).started == 1


def test_limitation_for_which_billing_has_an_error_is_left_to_the_next_sweep_and_stops_no_other() -> None:
    world = world_of(unseen(REGISTERED), unseen(REGISTERED, name="LIM-2"), failing={"LIM-1"}, billing_error=DOWN)
    swept = world.sweep(LAG)
    assert (swept.looked, swept.failed, world.unseen()) == (1, 1, ["LIM-1"])


def test_limitation_that_is_open_again_after_a_cancellation_is_looked_at_like_a_new_one() -> None:
    world = world_of(unseen(REGISTERED, "PowerLimitationCancelled|LIM-1:PowerLimitationCancelled", f"{REGISTERED}2"))
    assert (world.sweep().started, world.looked, world.unseen()) == (0, ["LIM-1"], ["LIM-1"])


def test_limitation_whose_payment_came_before_a_cancellation_is_looked_at_when_it_is_open_again() -> None:
    """The payment's execution found it cancelled, and its name is used up."""
    world = world_of(unseen(PAYMENT, REGISTERED), coverage={"outcome": "RESTORE", "reason": "COVERED"})
    paid = Trigger("PaymentReceived", "PAY-1:CAPTURED", LATER, "event-1")
    world.executions.start(LimitedPoint("LIM-1", POINT, "CON-1"), paid)
    assert world.sweep(LAG).started == 1
    assert world.started() == [("LIM-1", PAYMENT), ("LIM-1", REGISTERED)]


def test_age_of_what_nobody_acts_on_is_told() -> None:
    world = world_of(unseen(REGISTERED))
    assert world.sweep(timedelta(minutes=7)).oldest == timedelta(minutes=7)
    assert world.sweep(LAG).oldest == timedelta()


def test_declared_payment_is_looked_for_every_half_hour_for_six_hours_and_is_no_trouble_meanwhile() -> None:
    world = world_of(unseen(DECLARED))
    minutes = (0, 5, 15, 30, 33, 60, 330, 360)
    swept = [world.sweep(timedelta(minutes=minute)) for minute in minutes]
    assert [each.looked for each in swept] == [0, 0, 0, 0, 0, 0, 0, 1]
    assert len(world.looked) == len((0, 30, 60, 330, 360))
    assert {each.oldest for each in swept} == {timedelta()}
    assert (world.unseen(), world.started()) == ([], [])


def test_second_declaration_is_looked_for_as_long_as_the_first() -> None:
    later = LATER + timedelta(hours=5, minutes=50)
    world = world_of(unseen(DECLARED, "PaymentDeclared|D-2", of=free(noted_at={"PaymentDeclared|D-2": later})))
    swept = [world.sweep(timedelta(hours=hours, minutes=50)) for hours in (5, 6, 11)]
    assert ([each.looked for each in swept], len(world.looked)) == ([0, 0, 1], 3)
