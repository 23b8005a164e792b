"""How far a case has come, by the states that it was in."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from record.domain.course_event import End
from record.domain.record import STAGES, Stage
from record.domain.visit import Visit

BROUGHT_BACK = "RESTORED"
"""The outcome of a case in which power is back by an order that Enedis accepted."""
FOLLOWED = frozenset({"AnnounceOrder", "WaitForEnedis", "ReadCase"})
"""The states in which an order that Enedis has accepted is followed."""
MORE_THAN_WANTED = "ORDER_FINISHED"
"""The reason of one in which full power came though the rules want less: a floor, or nothing any more."""
LIFTED_BY_ENEDIS = "LIFTED_BY_ENEDIS"
"""The reason of one in which Enedis' daily flow was right: power is back, whatever is owed."""


@dataclass(frozen=True, slots=True)
class Reach:
    """How far a case has come.

    Parameters
    ----------
    certain_at
        Since when the rules say that power may come back (milliseconds since 1970); None where they do not.
    granted_at
        When they said so last: another look may have said it again.
    """

    stage: Stage
    certain_at: int | None
    granted_at: int | None = None

    @property
    def stages(self) -> Sequence[Stage]:
        """The stages that it has come through: an order was wanted by the rules, also by those of an earlier look."""
        return STAGES[: STAGES.index(self.stage) + 1]


NOT_CERTAIN = Reach(Stage.CONCERNED, None)


def reach_of(visits: Sequence[Visit], end: End | None = None) -> Reach:
    """How far a case has come.

    The rules give power back where ``MayPowerComeBack`` leads to ``ReadPoint``, by ``DecidePriority`` where the urgent
    are first. It also does where Enedis' daily flow, or the law's floor, asks for a look at the point; that look goes
    back to the rules, or finds that Enedis lifted the limitation. Until then the two cannot be told apart.

    A customer whose floor is raised has not paid: while the case runs, :class:`record.domain.course.Recorded` says so,
    then the outcome does, or the reason where full power came instead. Where a payment follows within the case, its
    certainty is dated from the floor.

    Parameters
    ----------
    end
        How it ended; None while it runs.
    """
    now = before_look = NOT_CERTAIN
    for before, after in pairwise(visits):
        match before.state, after.state:
            case "MayPowerComeBack", "DecidePriority" | "ReadPoint":
                before_look = now
                since = now.certain_at if now.certain_at is not None else after.entered_at
                now = Reach(Stage.CERTAIN, since, after.entered_at)
            case "MayPowerComeBack", _:
                now = Reach(now.stage, None)
            case "WhatToOrder", "MayPowerComeBack" | "DecideProtection":
                now = before_look
    outcome, reason = (end.outcome, end.reason) if end else ("", "")
    if reason == LIFTED_BY_ENEDIS:
        now = before_look
    is_floor = outcome == "FLOOR_RAISED" or (reason == MORE_THAN_WANTED and now.certain_at is not None)
    if outcome == BROUGHT_BACK:
        stage = Stage.RESTORED
    elif any(visit.state in FOLLOWED for visit in visits) and not is_floor:
        stage = Stage.ORDERED
    else:
        stage = Stage.CONCERNED if is_floor else now.stage
    return Reach(stage, None if is_floor else now.certain_at, now.granted_at)
