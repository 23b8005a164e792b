"""A queued order is read as what Enedis is asked for: full power, a floor, or a cancellation."""

from decimal import Decimal

import pytest

from restoration.contracts.queued_order import order_for
from restoration.domain.order import Aim, Intent, OrderReference, RestorationOrder
from restoration.errors import InvalidEvent
from tests.fakes.samples import POINT


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
