"""Billing's dunning, as far as our events steer it: which reminders do not leave since we asked, as it confirms."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from itertools import count
from typing import Any

from restoration.clock import paris_date

RANKS = {"DunningHoldRequested": 0, "DunningHoldReleased": 1, "DunningHoldExtended": 2, "DunningStopRequested": 3}
"""What billing hears: within one generation the highest counts."""


@dataclass(slots=True)
class Dunning:
    """The newest word for each limitation. A held reminder is confirmed each night, the last one before a stop once."""

    _words: dict[str, tuple[tuple[int, int], str, Mapping[str, Any]]] = field(default_factory=dict)
    _stopped: set[str] = field(default_factory=set)
    _numbers: "count[int]" = field(default_factory=lambda: count(1))

    def hear(self, detail_type: str, detail: Mapping[str, Any]) -> None:
        """Take one of our events; any other, and an older one, changes nothing."""
        if detail_type in RANKS:
            rank = int(detail["generation"]), RANKS[detail_type]
            known = self._words.get(detail["limitationId"])
            if known is None or rank > known[0]:
                self._words[detail["limitationId"]] = rank, detail_type, detail

    def newest(self, limitation_id: str) -> str | None:
        """The type of the event that counts for a limitation; None where it has heard none."""
        _, detail_type, _ = self._words.get(limitation_id, ((0, 0), None, {}))
        return detail_type

    def night(self, at: datetime) -> list[dict[str, Any]]:
        """The reminders of a night that do not leave: one for each limitation of which we asked it."""
        return [
            {
                "suppressionId": f"SUP-{next(self._numbers):06}",
                "requestId": detail["id"],
                "limitationId": limitation_id,
                "contractId": detail["contractId"],
                "at": at.isoformat().replace("+00:00", "Z"),
                "means": "LETTER",
                "reminders": 1,
            }
            for limitation_id, (_, detail_type, detail) in sorted(self._words.items())
            if self._is_held(detail_type, detail, paris_date(at))
        ]

    def _is_held(self, detail_type: str, detail: Mapping[str, Any], today: date) -> bool:
        match detail_type:
            case "DunningHoldRequested":
                return True
            case "DunningHoldExtended":
                return today < date.fromisoformat(detail["reviewOn"])
            case "DunningStopRequested" if detail["id"] not in self._stopped:
                self._stopped.add(detail["id"])
                return True
        return False
