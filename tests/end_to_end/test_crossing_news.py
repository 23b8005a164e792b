"""What comes while an order is under way, or is known late: it is looked at, and nothing is ordered or told twice."""

import pytest

from tests.end_to_end.world import World

OWN_CLOUD = {"Billing.lagSeconds": "86400"}
"""A cloud in which billing may take any time to show a payment."""


def test_payment_that_billing_shows_a_little_later_than_it_tells_restores(world: World) -> None:
    customer = world.limited_customer()
    entry = world.payment(customer)
    world.put_entries([entry])
    checking = world.wait_in_state(customer, "CheckPayment")
    world.wait_about(
        customer,
        lambda: "PaymentNotShown" in {failure.error for failure in checking.failures},
        "billing asked in vain",
    )
    world.billing.record(entry)
    world.wait_for_outcomes(customer, "RESTORED")
    assert "BalanceDue" not in world.published(customer)


@pytest.mark.parametrize("payments", [100])
def test_many_payments_on_one_limitation_pass_every_limit(world: World, payments: int) -> None:
    customer = world.limited_customer(debt=float(payments))
    for number in range(payments - 1):
        world.pay(customer, amount=1.0, told=False, means="CHEQUE" if number % 2 else "CARD", status="CLEARED")
    world.pay(customer, amount=1.0)
    world.wait_for_outcomes(customer, "RESTORED")
