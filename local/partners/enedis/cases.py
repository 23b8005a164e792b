"""Cases (affaires) as the simulated Enedis keeps them: their path of states, walked in scaled time."""

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from decimal import Decimal
from enum import Enum

from restoration.adapters.enedis.soap.codes import InterventionType, Realisation, Sheet
from restoration.clock import PARIS
from restoration.domain.point import Case, CaseState, CaseStatus, Visit


class Ending(Enum):
    """The path of states that a case walks; its last state is where it stays."""

    DONE = (CaseState.SENT, CaseState.ADMISSIBLE, CaseState.PLANNED, CaseState.DONE)
    NOT_DONE = (CaseState.SENT, CaseState.ADMISSIBLE, CaseState.PLANNED, CaseState.NOT_DONE)
    INADMISSIBLE = (CaseState.SENT, CaseState.INADMISSIBLE)
    REPLANNED = (CaseState.SENT, CaseState.ADMISSIBLE, CaseState.PLANNED, CaseState.REPLANNED, CaseState.DONE)
    NEVER = (CaseState.SENT, CaseState.ADMISSIBLE, CaseState.PLANNED)
    POSTPONED = (CaseState.SENT, CaseState.ADMISSIBLE, CaseState.PLANNED, CaseState.REPLANNED)


_FINAL = frozenset({CaseState.DONE, CaseState.NOT_DONE, CaseState.INADMISSIBLE})
_CLOSING_REASONS = {
    CaseState.NOT_DONE: "Intervention non réalisée",
    CaseState.INADMISSIBLE: "Demande non recevable",
}


@dataclass(slots=True, kw_only=True)
class SimulatedCase:
    """One case; where it stands is computed from the moment asked about, never by a timer."""

    case_id: str
    kind: InterventionType
    sheet: Sheet = Sheet.UNPAID_BILL
    mode: Realisation = Realisation.REMOTE
    reference: str | None = None
    sent_at: datetime
    step: timedelta
    ending: Ending = Ending.DONE
    power_kva: Decimal | None = None
    target_case_id: str | None = None  # of a cancellation: the limitation's case
    visible_from: datetime | None = None  # a read shows it only from then on
    cancelled_at: datetime | None = None
    overtaken: bool = False  # a cancellation that came too late
    visit: Visit | None = None  # planned by hand or agreed, instead of when the pace says
    comes_at: datetime | None = None  # the end of the slot that people agreed: until then it is planned
    applied: bool = False  # its effect on the point has been taken into account

    @property
    def ends_at(self) -> datetime | None:
        """When it closes; None when it never does, or was cancelled."""
        if self.cancelled_at is not None or self.ending.value[-1] not in _FINAL:
            return None
        return self.comes_at or self.sent_at + self.step * (len(self.ending.value) - 1)

    def is_visible(self, now: datetime) -> bool:
        return self.visible_from is None or now >= self.visible_from

    def is_running(self, now: datetime) -> bool:
        if self.cancelled_at is not None:
            return now < self.cancelled_at
        return self.ends_at is None or now < self.ends_at

    def is_moving(self, now: datetime) -> bool:
        """Whether it will be in another state by itself; what people agreed on is days away."""
        ends = self.sent_at + self.step * (len(self.ending.value) - 1)
        return self.cancelled_at is None and self.comes_at is None and now < ends

    def state(self, now: datetime) -> CaseState:
        path = self.ending.value
        until = now if self.cancelled_at is None else min(now, self.cancelled_at)
        if self.comes_at is not None:
            index = len(path) - (1 if until >= self.comes_at else 2)
        else:
            index = len(path) - 1 if not self.step else int((until - self.sent_at) / self.step)
        state = path[max(0, min(index, len(path) - 1))]
        return CaseState.NOT_DONE if self.overtaken and state is CaseState.DONE else state

    def awaits_visit(self, now: datetime) -> bool:
        """Whether a technician is to come, so that a slot can be agreed."""
        planned = {CaseState.PLANNED, CaseState.REPLANNED}
        return self.mode is Realisation.TRIP and self.is_running(now) and self.state(now) in planned

    def agree(self, visit: Visit) -> None:
        """Let the technician come in a slot, and carry the order out then."""
        end = datetime.combine(visit.on, time.fromisoformat(visit.slot[-5:]), PARIS)
        self.visit, self.comes_at, self.ending = visit, end, Ending.DONE

    def view(self, now: datetime) -> Case:
        """What Enedis shows of it: no status at all on a case just sent (seen in the field)."""
        state = self.state(now)
        if self.cancelled_at is not None and now >= self.cancelled_at:
            status = CaseStatus.CANCELLED.value
        elif not self.is_running(now):
            status = CaseStatus.ENDED.value
        else:
            status = "" if state is CaseState.SENT else CaseStatus.RUNNING.value
        return Case(
            self.case_id,
            self.sheet,
            self.reference,
            state,
            status,
            self.sent_at,
            self.ends_at if state is CaseState.DONE else None,
            _CLOSING_REASONS.get(state),
            self._visit(state),
            self.kind.name,
        )

    def _visit(self, state: CaseState) -> Visit | None:
        """When the technician comes; a visit that is planned again is a day later."""
        if self.mode is not Realisation.TRIP or state not in {CaseState.PLANNED, CaseState.REPLANNED}:
            return None
        if self.visit is not None:
            return self.visit
        planned = self.sent_at + self.step * Ending.DONE.value.index(CaseState.DONE)
        day = planned.astimezone(PARIS).date() + timedelta(days=state is CaseState.REPLANNED)
        return Visit(day, "08:00-12:00")
