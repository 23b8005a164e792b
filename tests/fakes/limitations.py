"""A limitation as the register keeps it."""

from decimal import Decimal

from restoration.domain.limitation import Limitation, LimitationStatus
from restoration.domain.point import PointSituation, SupplyState
from tests.fakes.samples import NOON, POINT


def limitation(number: int = 1, status: LimitationStatus = LimitationStatus.LIMITED, contract: str = "") -> Limitation:
    return Limitation(
        limitation_id=f"LIM-{number}",
        contract_id=contract or f"CON-{number}",
        point_id=POINT,
        customer_id=f"CUS-{number}",
        status=status,
        last_event_at=NOON,
        debt=Decimal("123.45"),
        limited_power_kva=Decimal(1),
        subscribed_power_kva=Decimal("6.5"),
        registered_at=NOON,
    )


LIMITED_POINT = PointSituation(
    point_id=POINT,
    supply_state=SupplyState.LIMITED,
    remotely_operable=True,
    contract_state="SERVC",
    contract_id="CON-1",
    subscribed_power_kva=Decimal(6),
    limited_power_kva=Decimal(1),
    read_at=NOON,
)
"""What Enedis shows of it."""
