"""Reconciling the register with Enedis' daily flows (docs/enedis-flows.md).

Whatever a snapshot shows, only a ``restoration`` execution changes anything: it asks billing, reads the point at
Enedis and closes, orders or does nothing, as for any other trigger. So a snapshot that is late or wrong costs a look
and no more. A lifted limitation is never believed without that look; an unknown one is registered and looked at.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal

from restoration.domain.claim import Claim
from restoration.domain.flow import CaseRow, FlowOutcome, FlowReport, PointView, PointViews, RowProblem, Snapshot
from restoration.domain.limitation import Limitation, LimitationStatus, LimitedPoint, Trigger
from restoration.domain.point import SupplyState
from restoration.domain.register import OpenLimitations
from restoration.errors import InvalidFlow
from restoration.ports import ManyClaims, Register, Snapshots
from restoration.use_cases.start_restoration import Hear

TRIGGER_TYPE = "EnedisFlow"
UNKNOWN_PREFIX = "ENEDIS-"
"""Begins the id of a limitation that Enedis shows and billing has not reported: the case and its number follow."""

SETTLING = timedelta(days=2)
"""How long the daily flow may lag behind billing and us; within it, the older of two facts is not believed."""

STILL_SHOWN = timedelta(days=30)
"""So long after our closing, a limitation that the flow still shows is known to be the one that we closed."""

MAX_CHECKS = 2000
"""Checks started for one file, so that a wrong file is not a stampede; the rest is left to the next day's file."""

MAX_AHEAD = timedelta(days=1)
FOR_ARREARS = "IMPAYE"
ARREARS = frozenset({"", FOR_ARREARS})
"""``Motif_Limitation_Puissance``: a limitation for another reason (works, the customer's own wish) is none of ours."""
REDUCED = frozenset({SupplyState.LIMITED, SupplyState.CUT})
DEFAULT_LIMIT_KVA = Decimal(1)


@dataclass(frozen=True, slots=True)
class FlowDesk:
    """Works through one file after the other.

    Parameters
    ----------
    open_limitations
        Reads all of the register at once, with what was closed since a moment.
    """

    snapshots: Snapshots
    open_limitations: Callable[[datetime], OpenLimitations]
    claims: ManyClaims
    register: Register
    now: Callable[[], datetime]

    def ingest(
        self, file: str, content: Iterator[Snapshot | CaseRow | RowProblem], hear: Hear, event_id: str
    ) -> FlowReport:
        """Reconcile the register with one file.

        Nothing is done before the whole file is read, and nothing twice: a check's name holds the snapshot's, and a
        snapshot that was worked through, or is older than one that was, changes nothing.

        Raises
        ------
        InvalidFlow
            When the file is broken or holds a snapshot of the future.
        """
        snapshot = next(content, None)
        if not isinstance(snapshot, Snapshot):
            raise InvalidFlow(f"{file}: holds no snapshot")
        if snapshot.taken_at > self.now() + MAX_AHEAD:
            raise InvalidFlow(f"{file}: dateExtraction {snapshot.taken_at.isoformat()} lies in the future")
        report = FlowReport(snapshot)
        newest = self.snapshots.newest(snapshot.flow)
        if newest is not None and snapshot.order <= newest:
            report.outcome = FlowOutcome.REPEATED if snapshot.order == newest else FlowOutcome.OUTDATED
            return report
        known = self.open_limitations(snapshot.taken_at - STILL_SHOWN)
        views, ended = _read(content, snapshot, known, report)
        self._act(_Findings.of(views, ended, known, report), file, report, hear, event_id)
        self.snapshots.done(snapshot, file)
        return report

    def _act(self, found: "_Findings", file: str, report: FlowReport, hear: Hear, event_id: str) -> None:
        snapshot = report.snapshot
        checks = _Checks(hear, Trigger(TRIGGER_TYPE, snapshot.name, snapshot.taken_at, event_id), report)
        shown = [limited for limited, _ in (*found.lifted, *found.reduced)]
        known = [*shown, *found.ended.values(), *found.repeated, *found.doubles]
        details = self.claims.many(each.limitation_id for each in known)
        for point_id, view in found.unknown:
            self._add(file, point_id, view, checks, is_still_shown=point_id in found.still_shown)
        for limited in found.repeated:
            detail = details.get(limited.limitation_id)
            if detail and detail.registered_at == _stored(snapshot.taken_at):
                hear(limited, checks.trigger)
        for limited, view in found.lifted:
            if not _is_lifted(details.get(limited.limitation_id), view, snapshot):
                report.lagging += 1
            elif checks.begin(limited):
                report.lifted.append(limited.limitation_id)
        checks.begin_where_lower(found.reduced, details)
        for reference, limited in found.ended.items():
            detail = details.get(limited.limitation_id)
            is_followed = detail is not None and detail.open_reference == reference
            if is_followed and limited.limitation_id not in report.lifted and checks.begin(limited):
                report.woken.append(limited.limitation_id)
        for limited in found.doubles:
            self._supersede(limited.limitation_id, checks.trigger, report, hear)

    def _add(self, file: str, point_id: str, view: PointView, checks: "_Checks", *, is_still_shown: bool) -> None:
        """Register a limitation that only the flow knows, and have it checked."""
        report = checks.report
        if not checks.may_begin():
            return
        if not view.contract_id:
            report.report(RowProblem(file, 0, f"point {point_id} is limited, and no row names its contract"))
            return
        limitation = _unknown_limitation(point_id, view, report.snapshot)
        known = self.register.get(limitation.limitation_id)
        if known is not None and not known.is_open:
            # We closed it after reading the point, and the flow still shows it limited: people should look at it.
            report.contradicted.append(limitation.limitation_id)
            return
        self.register.save(known or limitation, known=known)
        checks.begin(limitation.limited_point)
        report.unknown.append(limitation.limitation_id)
        if known is None and is_still_shown:
            report.still_shown.append(limitation.limitation_id)

    def _supersede(self, limitation_id: str, trigger: Trigger, report: FlowReport, hear: Hear) -> None:
        """Cancel a limitation that we registered from a flow, since billing has reported it under its own id."""
        known = self.register.get(limitation_id)
        if known is None:
            return
        gone = known.ended(LimitationStatus.CANCELLED, trigger.at)
        if gone.is_open:
            return
        self.register.save(gone, known=known, because=trigger)
        hear(known.limited_point, trigger)
        self.register.take_off_contract(gone)
        report.superseded.append(limitation_id)


def _read(
    content: Iterator[Snapshot | CaseRow | RowProblem], snapshot: Snapshot, known: OpenLimitations, report: FlowReport
) -> tuple[PointViews, dict[str, LimitedPoint]]:
    """The points as the file shows them, and the open limitations of the orders whose cases have ended."""
    views = PointViews(snapshot.taken_at)
    ended: dict[str, LimitedPoint] = {}
    for row in content:
        if isinstance(row, RowProblem):
            report.report(row)
        elif isinstance(row, CaseRow):
            report.rows += 1
            views.add(row)
            limitation_id = row.reference.partition("/")[0]
            if row.has_ended and limitation_id in known.ids:
                report.ended_cases += 1
                if limited := known.named(limitation_id, row.point_id):
                    ended[row.reference] = limited
    report.points = len(views.by_point)
    return views, ended


@dataclass(slots=True)
class _Checks:
    """The checks that are started for one file, so many and no more."""

    hear: Hear
    trigger: Trigger
    report: FlowReport
    started: int = 0

    def may_begin(self) -> bool:
        """Whether another check may be started; one that may not is left to the next day's file."""
        if self.started < MAX_CHECKS:
            return True
        self.report.deferred += 1
        return False

    def begin(self, limited: LimitedPoint) -> bool:
        """Start a check, if another one may be started."""
        if not self.may_begin():
            return False
        self.hear(limited, self.trigger)
        self.started += 1
        return True

    def begin_where_lower(
        self, reduced: Iterable[tuple[LimitedPoint, PointView]], details: Mapping[str, Claim]
    ) -> None:
        """Check the known limitations whose points have less power than the register says."""
        for limited, view in reduced:
            if _is_lower(details.get(limited.limitation_id), view, self.report.snapshot) and self.begin(limited):
                self.report.lower.append(limited.limitation_id)


@dataclass(slots=True)
class _Findings:
    """The differences between flow and register, before anything more is read."""

    lifted: list[tuple[LimitedPoint, PointView]] = field(default_factory=list)
    reduced: list[tuple[LimitedPoint, PointView]] = field(default_factory=list)
    """Known limitations whose points the flow shows cut or limited: perhaps to less than the register says."""
    unknown: list[tuple[str, PointView]] = field(default_factory=list)
    still_shown: set[str] = field(default_factory=set)
    """Unknown points whose limitation is older than our closing of it, which the flow should know by now."""
    repeated: list[LimitedPoint] = field(default_factory=list)
    """Registered from a row of this very snapshot: by a first attempt that broke off, or by an earlier file."""
    doubles: list[LimitedPoint] = field(default_factory=list)
    ended: dict[str, LimitedPoint] = field(default_factory=dict)
    """By the reference of the order whose case Enedis has closed."""

    @classmethod
    def of(
        cls, views: PointViews, ended: dict[str, LimitedPoint], known: OpenLimitations, report: FlowReport
    ) -> "_Findings":
        found = cls(ended=ended)
        for point_id, view in views.by_point.items():
            if view.supply_state is SupplyState.SUPPLIED:
                found.lifted += [(each, view) for each in known.by_point.get(point_id, ())]
            elif view.supply_state in REDUCED and view.limitation_reason in ARREARS:
                found._add_reduced(point_id, view, known, report)
        return found

    def _add_reduced(self, point_id: str, view: PointView, known: OpenLimitations, report: FlowReport) -> None:
        ours = known.at(point_id, view.contract_id) if view.contract_id else known.by_point.get(point_id, ())
        self.reduced += [(each, view) for each in ours]
        if not ours and view.supply_state is SupplyState.CUT and view.limitation_reason != FOR_ARREARS:
            return  # a cut has many reasons that are no arrears
        from_flow = [each for each in ours if each.limitation_id.startswith(UNKNOWN_PREFIX)]
        if not ours:
            closed_at = known.closed_at.get(view.contract_id)
            is_older = closed_at is not None and view.effective_at <= closed_at
            if closed_at and is_older and report.snapshot.taken_at < closed_at + SETTLING:
                report.lagging += 1
                return
            self.unknown.append((point_id, view))
            if is_older:
                self.still_shown.add(point_id)
        elif len(from_flow) < len(ours):
            self.doubles += from_flow
        else:
            self.repeated += [each for each in from_flow if each.limitation_id == _unknown_id(view)]


def _is_lifted(known: Claim | None, view: PointView, snapshot: Snapshot) -> bool:
    """Whether a supplied point shows that its open limitation is gone, not only that the flow lags behind."""
    if known is None or known.status not in {LimitationStatus.LIMITED, LimitationStatus.FLOOR_RAISED}:
        return False
    return view.effective_at > known.last_event_at or snapshot.taken_at >= known.last_event_at + SETTLING


def _is_lower(known: Claim | None, view: PointView, snapshot: Snapshot) -> bool:
    """Whether the point has less power than the register says, not only less than before we raised its floor."""
    if known is None or not known.is_open or view.left_kva is None or view.left_kva >= known.limited_power_kva:
        return False
    since = max(known.last_event_at, known.floor_raised_at or known.last_event_at)
    return view.effective_at > since or snapshot.taken_at >= since + SETTLING


def _unknown_id(view: PointView) -> str:
    return f"{UNKNOWN_PREFIX}{view.case_id}-{view.number}"


def _unknown_limitation(point_id: str, view: PointView, snapshot: Snapshot) -> Limitation:
    """The limitation that a flow shows; billing states its debt and its customer when it is checked."""
    return Limitation(
        limitation_id=_unknown_id(view),
        contract_id=view.contract_id,
        point_id=point_id,
        customer_id="",
        status=LimitationStatus.LIMITED,
        last_event_at=min(view.effective_at, snapshot.taken_at),
        debt=Decimal(0),
        limited_power_kva=DEFAULT_LIMIT_KVA if view.left_kva is None else view.left_kva,
        subscribed_power_kva=Decimal(0),
        registered_at=_stored(snapshot.taken_at),
    )


def _stored(moment: datetime) -> datetime:
    """The moment as it comes back from the register, which keeps milliseconds."""
    return moment.replace(microsecond=moment.microsecond // 1000 * 1000)
