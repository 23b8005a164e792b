"""Intake starts a restoration for the few limited customers, once for each fact and limitation."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from restoration.contracts.received import PAYMENT_EVENTS
from restoration.domain.limitation import LimitationStatus, Started
from restoration.errors import ConflictingEvent
from restoration.use_cases.receive_payments import Intake
from tests.fakes.claims import Core, Crash, InMemoryClaims, register_of
from tests.fakes.samples import NOON, body, payment


class World(Core):
    """The register, and the executions that are started."""

    def intake_of(self, *bodies: str) -> Intake:
        return Intake.of_batch(bodies, self.register, self.start, self.lost_grounds, NOON)

    def take(self, text: str) -> dict[str, Started]:
        return dict(self.intake_of(text).receive(text).started)


def world_of(*limited: tuple[str, str]) -> World:
    claims = InMemoryClaims()
    return World(claims, register=register_of(*limited, tables=claims.tables))


@pytest.fixture
def world() -> World:
    return world_of(("LIM-1", "CON-1"))


def test_the_contracts_of_a_batch_are_looked_up_once(world: World) -> None:
    bodies = [payment("PAY-1", "CON-1", "CON-2"), payment("PAY-2", "CON-3"), body("ProtectionGranted")]
    intake = world.intake_of(*bodies)
    for text in bodies:
        intake.receive(text)
    assert world.register.lookups == [("CON-1", "CON-2", "CON-3", "CON-1")]


def test_a_payment_that_came_back_is_noted_on_the_limitation_that_was_closed_since(world: World) -> None:
    world.register.change("LIM-1", status=LimitationStatus.CLOSED, closed_at=NOON)
    world.register.take_off_list("CON-1", "LIM-1", NOON)
    assert world.take(body("PaymentReceived", status="REVERSED")) == {}
    claim = world.claims.get("LIM-1")
    assert claim is not None
    assert "PaymentReceived|PAY-1:REVERSED" in claim.facts


@pytest.mark.parametrize("event_type", sorted(PAYMENT_EVENTS.json_schema()["discriminator"]["mapping"]))
def test_a_payment_plan_aid_or_protection_starts_a_restoration(world: World, event_type: str) -> None:
    assert world.take(body(event_type)) == {"LIM-1": Started.STARTED}


def test_a_start_that_failed_half_way_is_completed_by_the_repeated_record() -> None:
    world = world_of(("LIM-1", "CON-1"), ("LIM-2", "CON-2"))
    world.executions.crash_on = frozenset({"LIM-2"})
    text = payment("PAY-1", "CON-1", "CON-2")
    with pytest.raises(Crash):
        world.take(text)
    world.executions.crash_on = frozenset()
    again = world.take(text)
    assert again == {"LIM-1": Started.ABSORBED, "LIM-2": Started.STARTED}


@given(
    st.lists(st.sampled_from(["PAY-1", "PAY-2", "PAY-3"]), max_size=8),
    st.lists(st.lists(st.sampled_from(["CON-1", "CON-2", "CON-3"])), min_size=3, max_size=3),
)
def test_each_payment_starts_each_limitation_of_its_contracts_exactly_once(
    payment_ids: list[str], contracts_of: list[list[str]]
) -> None:
    batch = [(payment_id, contracts_of[int(payment_id[-1]) - 1]) for payment_id in payment_ids]
    world = world_of(("LIM-1", "CON-1"), ("LIM-2", "CON-2"))
    bodies = [payment(payment_id, *contracts) for payment_id, contracts in batch]
    intake = world.intake_of(*bodies)
    for text in bodies:
        intake.receive(text)
    limitation_of = {"CON-1": "LIM-1", "CON-2": "LIM-2"}
    expected = {
        (limitation_of[contract], f"{payment_id}:CAPTURED")
        for payment_id, contracts in batch
        for contract in contracts or ["CON-1"]
        if contract in limitation_of
    }
    assert {(limited.limitation_id, trigger.id) for limited, trigger in world.executions.started.values()} == expected


def test_a_new_status_of_a_payment_may_have_any_content(world: World) -> None:
    world.take(payment())
    dearer = {"amount": "60.00", "allocations": [{"contractId": "CON-1", "amount": "60.00"}]}
    assert world.take(body("PaymentReceived", status="SETTLED", **dearer)) == {"LIM-1": Started.STARTED}


def test_a_conflict_about_one_limitation_keeps_no_other_from_being_looked_at() -> None:
    world = world_of(("LIM-1", "CON-1"), ("LIM-2", "CON-2"))
    world.take(payment("PAY-1", "CON-1"))
    with pytest.raises(ConflictingEvent, match=r"^CONFLICT: PaymentReceived PAY-1:CAPTURED .*LIM-1.*ask billing"):
        world.take(payment("PAY-1", "CON-1", "CON-2"))
    assert {limited.limitation_id for limited, _ in world.executions.started.values()} == {"LIM-1", "LIM-2"}
