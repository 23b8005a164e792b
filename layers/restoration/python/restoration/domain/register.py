"""The whole register of limitations at once, as Enedis' flows are compared with it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from restoration.domain.limitation import LimitedPoint


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
