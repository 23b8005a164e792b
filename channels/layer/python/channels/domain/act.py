"""What people did on a case."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Self

from record.domain.kept import Kept, Moment


@dataclass(frozen=True, slots=True)
class Act(Kept):
    """What somebody did: ``key`` is of the form that they sent, ``content`` what they filled in.

    Of missing power, ``shown`` is what Enedis showed then (:class:`~restoration.contracts.visits.PowerShown`).
    """

    key: str
    kind: str
    at: Moment
    channel: str
    role: str
    by: str = ""
    content: Mapping[str, Any] = field(default_factory=dict)
    shown: Mapping[str, Any] = field(default_factory=dict)

    @property
    def health(self) -> bool:
        """Whether it may say something of somebody's health."""
        return self.kind == "ProtectionClaimed"

    def repeats(self, other: Self) -> bool:
        """Whether both are one form that was sent twice; the rules may say another thing of it by then."""
        of_rules = {"person": "", "paused": ""}
        mine, theirs = ((each.kind, each.role, each.by, {**each.content, **of_rules}) for each in (self, other))
        return mine == theirs
