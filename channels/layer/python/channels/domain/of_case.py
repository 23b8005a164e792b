"""What the channels keep of one case."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from channels.domain.act import Act
from channels.domain.work import Work
from restoration.clock import from_text


@dataclass(frozen=True, slots=True)
class OfCase:
    """The acts, oldest first, the work, and by name what is kept for a while: half-filled forms, a visit's slots."""

    acts: Sequence[Act]
    work: Sequence[Work]
    for_a_while: Mapping[str, Mapping[str, Any]]

    def lasting(self, name: str, now: datetime) -> Mapping[str, Any] | None:
        """What is kept for a while under a name; None once its time is over."""
        found = self.for_a_while.get(name)
        return found if found and is_kept(found, now) else None

    def work_of(self, work_id: str) -> Work | None:
        return next((each for each in self.work if each.id == work_id), None)


def is_kept(kept: Mapping[str, Any], now: datetime) -> bool:
    """Whether the time of what is kept for a while is not over."""
    return from_text(str(kept["until"])) > now
