"""What somebody sees of a case: on the page, at the desk and by the API."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Self

from channels.domain.act import Act
from channels.domain.of_case import HalfFilled, OfCase
from channels.domain.work import Work
from channels.use_cases.agree_visit import slots_shown
from record.cases.standing import Standing
from restoration.contracts.visits import VisitReply


@dataclass(frozen=True, slots=True)
class Seen:
    """A case at a moment: its sentence, the work that is open, what was done, and the forms that somebody began."""

    standing: Standing
    said: str
    at: datetime
    work: Sequence[Work]
    acts: Sequence[Act]
    visit: VisitReply | None
    drafts: HalfFilled

    @classmethod
    def of(cls, standing: Standing, said: str, at: datetime, case: OfCase, *, health: bool) -> Self:
        """The case as somebody sees it who may see health facts, or may not."""
        hidden = {each.id for each in case.work if each.health and not health}
        return cls(
            standing=standing,
            said=said,
            at=at,
            work=[each for each in case.work if not each.done and each.id not in hidden],
            acts=[each for each in case.acts if (health or not each.health) and each.content.get("work") not in hidden],
            visit=slots_shown(case, at),
            drafts=case.half_filled(at),
        )
