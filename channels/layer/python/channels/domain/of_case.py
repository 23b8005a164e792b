"""What the channels keep of one case, and what somebody sees of it: on the page, at the desk and by the API."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any, Self

from channels.domain.work import Work
from record.cases.standing import Standing
from record.domain.kept import Kept, Moment
from restoration.clock import from_text
from restoration.contracts.visits import VisitReply

KEPT_FOR = timedelta(days=430)
"""As long as the register keeps a closed limitation."""
DRAFTS_KEPT_FOR = timedelta(days=3)
KEPT = ("paiement", "echeancier", "contestation", "personne")
"""The acts whose forms stay with the case half-filled: they have no health fact, and no name."""
VISIT = "VISIT"
"""The name under which a visit's slots are kept."""


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

    def repeats(self, other: Self) -> bool:
        """Whether both are one form that was sent twice; the rules may say another thing of it by then."""
        of_rules = {"person": "", "paused": ""}
        mine, theirs = ((each.kind, each.role, each.by, {**each.content, **of_rules}) for each in (self, other))
        return mine == theirs


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

    def half_filled(self, now: datetime) -> Mapping[str, Mapping[str, str]]:
        """What was typed, by the act of the form, which customer and advisors share: the newest that was begun."""
        return {act: kept["fields"] for act in KEPT if (kept := self.lasting(draft_of(act), now))}

    def slots(self, now: datetime) -> VisitReply | None:
        """A visit's slots that somebody asked for a moment ago; None where nobody did. Enedis is not asked."""
        kept = self.lasting(VISIT, now)
        return VisitReply.model_validate_json(kept["reply"]) if kept else None

    def work_of(self, work_id: str) -> Work | None:
        return next((each for each in self.work if each.id == work_id), None)

    def shown(self, *, health: bool) -> Self:
        """With the work that is open, and the acts, of which somebody learns who may see health facts, or may not."""
        hidden = {each.id for each in self.work if each.health and not health}
        acts = [each for each in self.acts if each.content.get("work") not in hidden]
        return replace(
            self,
            work=[each for each in self.work if not each.done and each.id not in hidden],
            acts=[each for each in acts if health or each.kind != "ProtectionClaimed"],
        )


@dataclass(frozen=True, slots=True)
class Seen:
    """A case at a moment: where it stands, the sentence, and what is kept of it that its reader may see."""

    standing: Standing
    said: str
    at: datetime
    case: OfCase


def draft_of(act: str) -> str:
    """The name under which the half-filled form of an act is kept."""
    return f"DRAFT#{act}"


def is_kept(kept: Mapping[str, Any], now: datetime) -> bool:
    """Whether the time of what is kept for a while is not over."""
    return from_text(str(kept["until"])) > now
