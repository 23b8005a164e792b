"""The register of limitations, as those see it who only read."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal

from restoration.domain.limitation import OPEN_STATUSES, LimitationStatus, LimitedPoint
from restoration.domain.switch import Mode


@dataclass(frozen=True, slots=True)
class RegisteredLimitation:
    """A limitation, as all see it who only read: what it is, who holds it, and what its last claim came to.

    Parameters
    ----------
    last_event_at, floor_raised_at
        The moments of billing's newest report, and of the read that showed the raised limit.
    holder
        The execution (its ARN) that works on it.
    generation
        Of the newest claim.
    open_order
        The reference of the order under way, if any.
    settled_by
        The execution that settled its last claim.
    claim_mode
        The switch as the newest claim met it; None before the first.
    waits
        Whether its execution waits for the bank, an advisor or Enedis, and does not look.
    left_since
        Since when the advisors have had it, also while they are asked about it again.
    """

    limitation_id: str
    contract_id: str
    point_id: str
    customer_id: str
    status: LimitationStatus
    limited_power_kva: Decimal
    last_event_at: datetime
    registered_at: datetime
    floor_raised_at: datetime | None = None
    holder: str | None = None
    generation: int = 0
    open_order: str | None = None
    outcome: str = ""
    outcome_reason: str = ""
    settled_by: str | None = None
    left_since: datetime | None = None
    claim_mode: Mode | None = None
    waits: bool = False

    @property
    def is_open(self) -> bool:
        return self.status in OPEN_STATUSES


@dataclass(slots=True)
class OpenLimitations:
    """All open limitations at once: their ids, those of each point, and when a contract's last one was closed."""

    ids: set[str] = field(default_factory=set)
    by_point: dict[str, tuple[LimitedPoint, ...]] = field(default_factory=dict)
    closed_at: dict[str, datetime] = field(default_factory=dict)

    def add(self, contract_id: str, limitations: Mapping[str, str], closed_at: datetime | None) -> None:
        """Take in a contract: its open limitations with their points, and when one of it was last closed."""
        for limitation_id, point_id in limitations.items():
            self.ids.add(limitation_id)
            limited = LimitedPoint(limitation_id, point_id, contract_id)
            self.by_point[point_id] = (*self.by_point.get(point_id, ()), limited)
        if closed_at is not None:
            self.closed_at[contract_id] = closed_at

    def named(self, limitation_id: str, point_id: str) -> LimitedPoint | None:
        """An open limitation by its id and point."""
        return next((each for each in self.by_point.get(point_id, ()) if each.limitation_id == limitation_id), None)

    def at(self, point_id: str, contract_id: str) -> tuple[LimitedPoint, ...]:
        """The open limitations of one contract on one point."""
        return tuple(each for each in self.by_point.get(point_id, ()) if each.contract_id == contract_id)
