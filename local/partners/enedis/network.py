"""The simulated network operator, without any HTTP: points, cases, what is accepted and what is refused."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import fields, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from threading import RLock

from local.partners.enedis.cases import Ending, SimulatedCase
from local.partners.enedis.faults import ACCEPTED, PROPER_RESPONSES, Fault, FaultKind
from local.partners.enedis.journal import Call, Journal
from local.partners.enedis.points import PointSetup, SimulatedPoint
from local.partners.enedis.requests import (
    Acceptance,
    CancelRequest,
    OrderRequest,
    Outcome,
    ReadRequest,
    Refusal,
    Request,
    VisitRequest,
    intent_of,
    outcome_word,
)
from restoration.adapters.enedis.soap.codes import InterventionType, Realisation, Sheet
from restoration.clock import PARIS
from restoration.domain.deadlines import is_working_day
from restoration.domain.point import OfferedVisits, PointSituation, SupplyState, Visit

_LIVING_CONTRACTS = frozenset({"SERVC", "ECRES"})

UNKNOWN_POINT = Refusal("SGT401", "Point inexistant")
FUNCTIONAL_ERROR = Refusal("SGT400", "Erreur fonctionnelle")
CASE_RUNNING = Refusal("SGT4B8", "Plusieurs demandes déjà en cours sur le point")
ALREADY_ACTIVE = Refusal("SGT570", "Service déjà actif")
SLOT_TAKEN = Refusal("SGT400", "Créneau indisponible")
NOT_ELIGIBLE = Refusal("SGT4G2", "Demandeur non éligible")


class EnedisNetwork:
    """Points and cases, driven by a clock (UTC).

    Parameters
    ----------
    step : timedelta
        How long a case stays in each state.
    """

    def __init__(self, step: timedelta) -> None:
        self.journal = Journal()
        self.on_connection_fault: Callable[[], None] = lambda: None
        self._clock: Callable[[], datetime] = lambda: datetime.now(UTC)
        self._step = step
        self._faults: list[Fault] = []  # in force, the oldest first
        self._points: dict[str, SimulatedPoint] = {}
        self._case_numbers = count(1)
        self._taken: set[Visit] = set()
        self._lock = RLock()

    # What a test or the demo sets up

    def add_point(self, setup: PointSetup) -> None:
        point = SimulatedPoint(*(getattr(setup, each.name) for each in fields(setup)))
        if point.supply_state is not SupplyState.LIMITED:
            point.limited_power_kva = None
        if (pending := setup.pending_limitation) is not None:
            executes = pending.executes_after
            point.cases.append(
                SimulatedCase(
                    case_id=pending.case_id,
                    kind=InterventionType.LIMITATION,
                    sent_at=self._clock(),
                    step=self._step if executes is None else executes / (len(Ending.DONE.value) - 1),
                    ending=Ending.NEVER if executes is None else Ending.DONE,
                    power_kva=pending.limited_power_kva,
                )
            )
        with self._lock:
            self._points[setup.point_id] = point

    def change_point(self, point_id: str, **changes: object) -> None:
        """Somebody else changes the point: any field of :class:`SimulatedPoint`."""
        with self._lock:
            point = self._settled(point_id, self._clock())
            for name, value in changes.items():
                setattr(point, name, value)

    def take_slots(self, *visits: Visit) -> None:
        """Others have agreed some slots, or none that there were: nobody else is offered these."""
        with self._lock:
            self._taken |= set(visits)

    @contextmanager
    def at(self, moment: datetime) -> Iterator[None]:
        """Let it be another moment at Enedis, such as the day of a visit, within the block."""
        clock, self._clock = self._clock, lambda: moment
        try:
            yield
        finally:
            self._clock = clock

    def change_ending(self, point_id: str, ending: Ending) -> None:
        """Let what is under way at a point go on along another path, as if it had been on it from the beginning."""
        with self._lock:
            now = self._clock()
            for case in self._settled(point_id, now).cases:
                if case.is_running(now):
                    case.ending = ending

    def inject(self, fault: Fault) -> None:
        with self._lock:
            self._faults.append(fault)
        if fault.is_of_connection:
            self.on_connection_fault()

    def begin_outage(self, lasts: timedelta | None = None) -> None:
        """Nobody reaches it from now on, for a time or until :meth:`end_outage`."""
        ends_at = None if lasts is None else self._clock() + lasts
        self.inject(Fault(FaultKind.CONNECTION_REFUSED, count=None, ends_at=ends_at))

    def end_outage(self) -> None:
        """End the outages; other faults stay."""
        with self._lock:
            self._faults = [fault for fault in self._faults if not fault.is_of_connection]

    def clear_faults(self) -> None:
        """End all faults and outages."""
        with self._lock:
            self._faults.clear()

    # What a test or the demo looks at

    def view(self, point_id: str) -> PointSituation:
        """The point as it is, unseen by the journal; case visibility is that of a read."""
        with self._lock:
            now = self._clock()
            return self._settled(point_id, now).view(now)

    def view_if_known(self, point_id: str) -> PointSituation | None:
        """The point as it is; None when Enedis does not know it."""
        return self.view(point_id) if point_id in self._points else None

    def open_orders(self, point_id: str) -> list[str]:
        """Case ids of the restorations and raised floors under way on a point; two of them is one too many."""
        return [case.case_id for case in self._orders(point_id) if case.is_running(self._clock())]

    def is_moving(self, point_id: str) -> bool:
        """Whether a restoration or a raised floor on a point will soon show another state by itself."""
        return any(case.is_moving(self._clock()) for case in self._orders(point_id))

    def _orders(self, point_id: str) -> list[SimulatedCase]:
        kinds = {InterventionType.RESTORATION, InterventionType.RAISE_FLOOR}
        with self._lock:
            return [case for case in self._settled(point_id, self._clock()).cases if case.kind in kinds]

    # What the HTTPS server calls

    def receive_connection(self) -> Fault | None:
        """The fault that strikes a new connection, if any."""
        with self._lock:
            now = self._clock()
            fault = self._struck(lambda it: it.is_of_connection, now)
        if fault is not None:
            self.journal.record(Call(now, None, "", None, None, "NOT_HANDLED", fault=fault.kind))
        return fault

    def receive(self, request: Request) -> tuple[Outcome | None, Fault | None]:
        """Meet one call: carry it out unless a fault prevents it, and keep it in the journal.

        Gives its outcome, if it was carried out, and the fault that spoils its response.
        """
        with self._lock:
            now = self._clock()
            fault = self._struck(
                lambda it: (
                    not it.is_of_connection
                    and it.operation in {None, request.operation}
                    and it.point_id in {None, request.point_id}
                ),
                now,
            )
            outcome = self._outcome(request, fault, now)
        self.journal.record(
            Call(
                at=now,
                operation=request.operation,
                point_id=request.point_id,
                reference=request.reference,
                intent=intent_of(request),
                outcome=outcome_word(outcome),
                case_id=outcome.case_id if isinstance(outcome, Acceptance) else None,
                fault=None if fault is None else fault.kind,
            )
        )
        return outcome, fault

    def _struck(self, fits: Callable[[Fault], bool], now: datetime) -> Fault | None:
        """The first fault that fits and is not over; it counts one strike."""
        for place, fault in enumerate(self._faults):
            if fits(fault) and (fault.ends_at is None or now < fault.ends_at):
                if fault.count == 1:
                    del self._faults[place]
                elif fault.count is not None:
                    self._faults[place] = replace(fault, count=fault.count - 1)
                return fault
        return None

    def _outcome(self, request: Request, fault: Fault | None, now: datetime) -> Outcome | None:
        if fault is None:
            return self._carry_out(request, now)
        if fault.kind is FaultKind.RESULT_CODE:
            return Refusal(fault.code, fault.label)
        if fault.kind not in PROPER_RESPONSES | ACCEPTED:
            return None
        if fault.kind is FaultKind.POINT_CHANGED:
            self.change_point(request.point_id, **fault.change)
        outcome = self._carry_out(request, now)
        if isinstance(outcome, Acceptance):
            point = self._points[request.point_id]
            if fault.kind is FaultKind.LATE_VISIBILITY:
                point.cases[-1].visible_from = now + fault.delay
            if fault.kind is FaultKind.DUPLICATE_ACCEPTANCE and isinstance(request, OrderRequest):
                self._open_case(point, request, now)
        return outcome

    def _carry_out(self, request: Request, now: datetime) -> Outcome:
        if request.point_id not in self._points:
            return UNKNOWN_POINT
        point = self._settled(request.point_id, now)
        if isinstance(request, ReadRequest):
            return point.view(now)
        if request.contract_id != point.contract_id or point.contract_state not in _LIVING_CONTRACTS:
            return NOT_ELIGIBLE
        if isinstance(request, VisitRequest):
            return self._plan(point, request, now)
        if isinstance(request, CancelRequest):
            return self._cancel(point, request, now)
        return self._refusal(point, request, now) or self._open_case(point, request, now)

    def _refusal(self, point: SimulatedPoint, request: OrderRequest, now: datetime) -> Refusal | None:
        if point.running(request.kind, now):
            return CASE_RUNNING
        if point.supply_state is SupplyState.SUPPLIED and point.limited_power_kva is None:
            return ALREADY_ACTIVE
        if request.kind is InterventionType.RAISE_FLOOR:
            if request.power_kva is None or not point.is_limited:
                return FUNCTIONAL_ERROR
            if point.limited_power_kva is not None and request.power_kva <= point.limited_power_kva:
                return ALREADY_ACTIVE
        impossible = (
            not (point.is_limited or point.supply_state is SupplyState.CUT)
            or (request.sheet is Sheet.SAME_DAY_SUPPLY and point.supply_state is not SupplyState.CUT)
            or (request.mode is Realisation.REMOTE and not point.remotely_operable)
        )
        return FUNCTIONAL_ERROR if impossible else None

    def _plan(self, point: SimulatedPoint, request: VisitRequest, now: datetime) -> Outcome:
        """Say which slots are free for a case, or agree one; the one that it has is agreed once more."""
        case = next((each for each in point.cases if each.reference == request.reference), None)
        if case is None or not case.awaits_visit(now):
            return FUNCTIONAL_ERROR
        if request.visit not in {None, case.view(now).visit}:
            if request.visit not in self._free(now):
                return SLOT_TAKEN
            case.agree(request.visit)
        return OfferedVisits(case.view(now).visit, tuple(self._free(now)))

    def _free(self, now: datetime) -> list[Visit]:
        """Two slots on each of the three working days to come, without those that others have."""
        today = now.astimezone(PARIS).date()
        days = [each for ahead in range(1, 8) if is_working_day(each := today + timedelta(days=ahead))][:3]
        slots = [Visit(day, slot) for day in days for slot in ("08:00-10:00", "14:00-16:00")]
        agreed = {case.visit for point in self._points.values() for case in point.cases if case.comes_at}
        return [each for each in slots if each not in self._taken | agreed]

    def _open_case(self, point: SimulatedPoint, request: OrderRequest, now: datetime) -> Acceptance:
        ending, *point.endings = point.endings or (Ending.DONE,)
        case = SimulatedCase(
            case_id=self._next_case_id(),
            kind=request.kind,
            sheet=request.sheet,
            mode=request.mode,
            reference=request.reference,
            sent_at=now,
            step=self._step,
            ending=ending,
            power_kva=request.power_kva,
        )
        return self._accept(point, case, request, now)

    def _cancel(self, point: SimulatedPoint, request: CancelRequest, now: datetime) -> Outcome:
        running = point.running(InterventionType.LIMITATION, now)
        if not any(case.case_id == request.case_id for case in running):
            return FUNCTIONAL_ERROR
        if point.running(InterventionType.CANCELLATION, now):
            return CASE_RUNNING
        case = SimulatedCase(
            case_id=self._next_case_id(),
            kind=InterventionType.CANCELLATION,
            reference=request.reference,
            sent_at=now,
            step=self._step,
            target_case_id=request.case_id,
        )
        return self._accept(point, case, request, now)

    def _accept(
        self, point: SimulatedPoint, case: SimulatedCase, request: OrderRequest | CancelRequest, now: datetime
    ) -> Acceptance:
        point.cases.append(case)
        told = request.operation, point.point_id, case.reference, intent_of(request)
        self.journal.record(Call(now, *told, "ACCEPTED", case.case_id), as_order=True)
        return Acceptance(case.case_id, case.sheet, case.mode)

    def _settled(self, point_id: str, now: datetime) -> SimulatedPoint:
        point = self._points[point_id]
        point.settle(now)
        return point

    def _next_case_id(self) -> str:
        return f"A{next(self._case_numbers):07d}"
