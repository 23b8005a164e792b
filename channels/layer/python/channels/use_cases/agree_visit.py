"""Somebody agrees when Enedis' technician comes: the slots are asked for, shown for a while, and one is chosen.

Enedis is asked only when somebody wants to see the slots, and then to agree one: pages show what is kept. An agreement
is noted once Enedis has it. A form that is sent again after a crash finds its slot planned, and is noted then.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from channels.domain.of_case import OfCase
from channels.ports import Standings, Table, Visits
from channels.use_cases.speak import ONE_HOUR, NotSaid, Speaker, known, left_of_hour, was_noted
from restoration.contracts.visits import VisitAsked, VisitReply, VisitStatus
from restoration.domain.point import Visit

SHOWN_FOR = timedelta(minutes=10)
"""Enedis is asked once in that time for the slots of a case, but where what was shown proved wrong."""
CALLS_AN_HOUR = 6
"""To Enedis for the visit of one case, by customer and advisors together, within a clock hour."""
TOLD = {
    VisitStatus.NOTHING: "said_no_visit",
    VisitStatus.REFUSED: "said_slot_gone",
    VisitStatus.UNAVAILABLE: "said_visit_later",
    VisitStatus.UNKNOWN: "said_visit_unknown",
}
"""The sentence for each reply that is none of the wanted ones."""
VISIT = "VISIT"
"""The name under which a case's slots are kept."""


def slots_shown(case: OfCase, now: datetime) -> VisitReply | None:
    """The slots that somebody asked for a moment ago; None where nobody did. Enedis is not asked."""
    kept = case.lasting(VISIT, now)
    return VisitReply.model_validate_json(kept["reply"]) if kept else None


@dataclass(frozen=True, slots=True)
class VisitDesk:
    """Shows slots, and agrees one. Each method raises :class:`NoSuchCase` or :class:`NotSaid`."""

    table: Table
    standings: Standings
    visits: Visits
    now: Callable[[], datetime]

    def look(self, limitation_id: str) -> VisitReply:
        """The slots."""
        if not known(self.standings, limitation_id).situation.awaits_visit:
            raise NotSaid(TOLD[VisitStatus.NOTHING])
        if shown := slots_shown(self.table.of_case(limitation_id), self.now()):
            return shown
        self._count(limitation_id)
        reply = self.visits.ask(VisitAsked(asks="VISIT", limitation_id=limitation_id))
        if reply.status is VisitStatus.UNAVAILABLE:
            raise NotSaid(TOLD[reply.status])
        if not reply.slots:
            raise NotSaid(TOLD[VisitStatus.NOTHING])
        content = {"reply": reply.model_dump_json(by_alias=True)}
        self.table.keep(VISIT, content, self.now() + SHOWN_FOR, limitation_id)
        return reply

    def agree(self, limitation_id: str, speaker: Speaker, visit: Visit, present: str) -> None:
        """Agree one of the slots; ``present`` is the name of the person who will be there, told to Enedis alone."""
        act = speaker.act("VisitAgreed", self.now(), {"visit": str(visit)})
        if was_noted(self.table, limitation_id, act):
            return
        shown = self.look(limitation_id)
        if visit != shown.planned:
            self._agree(limitation_id, shown, visit, present)
        self.table.note_act(limitation_id, act)

    def _agree(self, limitation_id: str, shown: VisitReply, visit: Visit, present: str) -> None:
        if visit not in shown.slots:
            raise NotSaid(TOLD[VisitStatus.REFUSED])
        self._count(limitation_id)
        reply = self.visits.ask(
            VisitAsked(
                asks="VISIT", limitation_id=limitation_id, reference=shown.reference, agreed=visit, present=present
            )
        )
        if reply.status is not VisitStatus.UNAVAILABLE:
            self.table.take(VISIT, self.now(), limitation_id)
        if reply.status is not VisitStatus.AGREED:
            raise NotSaid(TOLD[reply.status])

    def _count(self, limitation_id: str) -> None:
        if self.table.count(f"VISITS#{limitation_id}", self.now(), ONE_HOUR) > CALLS_AN_HOUR:
            raise NotSaid("said_visit_often", left_of_hour(self.now()))
