"""Delivery points as the simulated Enedis keeps them."""

from collections.abc import Sequence
from dataclasses import dataclass, field, fields
from datetime import datetime, timedelta
from decimal import Decimal

from local.partners.enedis.cases import Ending, SimulatedCase
from restoration.adapters.enedis.soap.codes import InterventionType
from restoration.domain.point import CaseState, CutReason, PointSituation, SupplyState

LIMITED_POWER_KVA = Decimal(1)


@dataclass(frozen=True, slots=True)
class PendingLimitation:
    """A limitation that Enedis has accepted and not executed yet; without a delay it stays so until cancelled."""

    case_id: str
    executes_after: timedelta | None = None
    limited_power_kva: Decimal = LIMITED_POWER_KVA


@dataclass(slots=True)
class PointSetup:
    """How a point is when a test or the demo begins.

    ``cut_reason`` is shown where the point is cut. ``endings`` are those of the orders to come, in turn; when they are
    used up, orders are done as they should be.
    """

    point_id: str
    contract_id: str | None
    supply_state: SupplyState = SupplyState.LIMITED
    limited_power_kva: Decimal | None = LIMITED_POWER_KVA
    subscribed_power_kva: Decimal = Decimal(6)
    remotely_operable: bool = True
    contract_state: str = "SERVC"
    cut_reason: CutReason | None = CutReason.UNPAID
    endings: Sequence[Ending] = ()
    pending_limitation: PendingLimitation | None = None


@dataclass(slots=True)
class SimulatedPoint(PointSetup):
    """A point with its cases; :meth:`settle` brings it to a moment."""

    cases: list[SimulatedCase] = field(default_factory=list)

    @property
    def is_limited(self) -> bool:
        """Whether a limit holds power back, be the point said to be limited or supplied."""
        supplied = self.supply_state is SupplyState.SUPPLIED
        return self.supply_state is SupplyState.LIMITED or (supplied and self.limited_power_kva is not None)

    def settle(self, now: datetime) -> None:
        """Apply what the cases closed until now have done, in the order in which they closed."""
        while closed := [
            (ends_at, index, case)
            for index, case in enumerate(self.cases)
            if not case.applied and (ends_at := case.ends_at) is not None and ends_at <= now
        ]:
            ended_at, _, case = min(closed, key=lambda item: item[:2])
            case.applied = True
            if case.state(ended_at) is CaseState.DONE:
                self._apply(case, ended_at)

    def _apply(self, case: SimulatedCase, at: datetime) -> None:
        match case.kind:
            case InterventionType.RESTORATION:
                self.supply_state, self.limited_power_kva = SupplyState.SUPPLIED, None
            case InterventionType.RAISE_FLOOR | InterventionType.LIMITATION:
                self._limit(case.power_kva or LIMITED_POWER_KVA)
            case InterventionType.CANCELLATION:
                target = next((other for other in self.cases if other.case_id == case.target_case_id), None)
                if target is None or not target.is_running(at):
                    case.overtaken = True
                else:
                    target.cancelled_at = at

    def _limit(self, power_kva: Decimal) -> None:
        if power_kva >= self.subscribed_power_kva:
            self.supply_state, self.limited_power_kva = SupplyState.SUPPLIED, None
        else:
            self.supply_state, self.limited_power_kva = SupplyState.LIMITED, power_kva

    def running(self, kind: InterventionType, now: datetime) -> list[SimulatedCase]:
        """Cases of a kind that run and that Enedis' own check can see."""
        return [case for case in self.cases if case.kind is kind and case.is_running(now) and case.is_visible(now)]

    def view(self, now: datetime) -> PointSituation:
        """What a read shows."""
        own = {each.name: getattr(self, each.name) for each in fields(PointSituation) if hasattr(self, each.name)}
        seen = {} if self.supply_state is SupplyState.CUT else {"cut_reason": None}
        cases = tuple(case.view(now) for case in self.cases if case.is_visible(now))
        return PointSituation(**own | seen | {"cases": cases, "read_at": now})
