"""What may cross, be lost, or die on the way: each ends with one order and power back, or says why not."""

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime

from local.customers import entry, fields_of
from tests.end_to_end.world import World


def test_order_that_waited_in_its_queue_does_not_leave_once_an_advisor_has_refused(world: World) -> None:
    customer = world.limited_customer()
    [place_order] = world.cloud.pollers_of("OrdersQueue")
    place_order.enabled = False
    world.advise(customer, "RESTORE", at="2026-05-04T10:00:00Z")
    world.wait_in_state(customer, "OrderAtEnedis")
    world.advise(customer, "REFUSE", at="2026-05-04T10:05:00Z")
    world.wait(lambda: len(world.limitation(customer)["facts"]) == 3, "the refusal")
    place_order.enabled = True
    world.wait_for_outcome(customer, "REFUSED")
    assert world.orders(customer) == []


def test_order_that_waits_in_its_queue_leaves_for_the_point_to_which_billing_moves_the_limitation(world: World) -> None:
    customer = world.limited_customer()
    moved = replace(customer, point_id=world.new_customer().point_id)
    world.enedis.network.change_point(moved.point_id, contract_id=customer.contract_id)
    [place_order] = world.cloud.pollers_of("OrdersQueue")
    place_order.enabled = False
    world.pay(customer)
    world.wait_in_state(customer, "OrderAtEnedis")
    world.register(moved, at="2026-05-02T08:00:00Z")
    place_order.enabled = True
    world.wait_for_outcomes(customer, "RESTORED")
    assert ([str(each.reference) for each in world.orders(moved)], world.orders(customer)) == (
        [f"{customer.limitation_id}/R/2"],
        [],
    )


def test_advisors_hear_of_a_limitation_that_was_cancelled_and_carried_out_although_no_execution_ever_held_it(
    world: World,
) -> None:
    """Billing reports the three in one batch, and not as they happened."""
    customer = world.new_customer()
    reports = (("PowerLimitationRequested", 8), ("PowerLimitationCancelled", 10), ("PowerLimited", 9))
    world.put_entries(
        [
            entry(kind, fields_of(kind, (customer,), datetime(2026, 5, 1, hour, tzinfo=UTC), ""))
            for kind, hour in reports
        ]
    )
    world.wait(lambda: "CancelledLimitationCarriedOut" in world.published(customer), "the news for the advisors")
    world.wait_for_messages()
    assert (world.told(customer), world.outcomes(customer)) == ([], [])


def test_decision_that_meets_a_transaction_of_its_limitation_is_taken_at_once(world: World) -> None:
    """Its event is not handled a second time, after minutes."""
    customer = world.limited_customer()
    world.dispute(customer)
    handled: list[bytes] = []

    def note(payload: bytes, go_on: Callable[[], bytes]) -> bytes:
        handled.append(payload)
        return go_on()

    met = world.cloud.dispatcher.transactions.met
    with world.cloud.functions.named("ResumeRestorationFunction").wrapped(note):
        with world.cloud.item_in_transaction("LimitationsTable", {"limitationId": customer.limitation_id}):
            before = met["UpdateItem"]
            world.advise(customer, "RESTORE")
            world.wait(lambda: met["UpdateItem"] >= before + 2, "a write that is made again")
        world.wait_for_outcomes(customer, "RESTORED")
    assert sum(customer.limitation_id.encode() in payload for payload in handled) == 1


def test_second_limitation_of_a_point_is_closed_once_power_is_back_for_the_first_and_nobody_is_asked_to_pay(
    world: World,
) -> None:
    first = world.limited_customer()
    second = replace(first, limitation_id=world.new_customer().limitation_id)
    world.register(second, at="2026-05-02T08:00:00Z")
    [place_order] = world.cloud.pollers_of("OrdersQueue")
    place_order.enabled = False
    world.pay(first)
    world.wait_for_outcome(second, "BALANCE_DUE")
    place_order.enabled = True
    world.wait_for_outcome(first, "RESTORED")
    world.wait_for_outcomes(second, "BALANCE_DUE", "ALREADY_RESTORED")
    assert world.limitation(second)["status"] == "CLOSED"
    assert len(world.orders(first)) == 1
    published = world.published(second)
    assert (published[-1], published.count("BalanceDue")) == ("DunningHoldReleased", 1)
    assert "PowerRestored" not in published
