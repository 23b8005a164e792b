"""The claims, the events that settlements publish, and the contracts' lists, in memory."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from restoration.domain.claim import Settlement
from restoration.domain.ground import Basis, Ground
from restoration.domain.limitation import LimitedPoint, Started, Trigger
from restoration.use_cases.settle_limitation import ProposedEnd, SettlementDesk
from tests.fakes.claims import LATER, ME, BusDown, Core

POWER_IS_BACK = ["RESTORED", "ALREADY_RESTORED", "LIMITATION_CANCELLED"]
LET_GO = ["BALANCE_DUE", "REFUSED", "LEFT_TO_ADVISOR", "NO_ORDER", "SHADOW"]
COVERED = Ground(Basis.DEBT_COVERED, Decimal("0.40"), None, frozenset({"PAY-1"}))


@dataclass
class World(Core):
    """The claims, the published events, and the limitations taken off the contracts' lists."""

    taken_off: list[tuple[str, str, datetime | None]] = field(default_factory=list)
    told: list[tuple[str, str]] = field(default_factory=list)
    """The other limitations that are to be looked at, and the fact that says why."""
    listed: list[str] = field(default_factory=list)
    crash: bool = False

    def take_off_list(self, contract_id: str, limitation_id: str, closed_at: datetime | None) -> list[LimitedPoint]:
        if self.crash:
            raise BusDown("the register is unreachable")
        self.taken_off.append((contract_id, limitation_id, closed_at))
        return [each.limited_point for each in self.claims.all() if each.is_open and each.contract_id == contract_id]

    def list_if_needed(self, limitation_id: str) -> None:
        self.listed.append(limitation_id)

    def hear(self, limited: LimitedPoint, trigger: Trigger) -> Started:
        self.told.append((limited.limitation_id, trigger.fact))
        return Started.STARTED

    def settle(self, outcome: str = "RESTORED", *, by: str = ME, generation: int = 1, **more: Any) -> str:
        ground = COVERED if outcome in POWER_IS_BACK else None
        of_look = {name: more.pop(name) for name in ("seen", "point_id", "read_at", "ended_order") if name in more}
        end = Settlement(by, generation, outcome, **{"reason": "COVERED", "ground": ground, **more})
        register: Any = self
        desk = SettlementDesk(self.claims, self.claims.orders, register, self.bus, self.hear, lambda: LATER)
        return desk.settle(ProposedEnd("LIM-1", end, **{"seen": 0, **of_look}))

    def published(self, detail_type: str) -> Mapping[str, Any]:
        """The one event of a type."""
        (event,) = [event for event in self.bus.events if event.detail_type() == detail_type]
        return event.model_dump()
