"""Enedis' daily flows (X12, X13, C15): the cases (affaires) and the points' supply in one snapshot.

A snapshot is cumulative: it holds every row known when it was taken, each keyed by the case and its number. The newest
row of a point that states its supply is therefore the point's supply at that moment (``docs/enedis-flows.md``).
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from enum import StrEnum

from restoration.clock import to_text
from restoration.domain.point import CaseStatus, SupplyState


class FlowCode(StrEnum):
    """The flow of a file: our own cases, others' cases on our points, or contract events of the C5 segment."""

    X12 = "X12"
    X13 = "X13"
    C15 = "C15"


@dataclass(frozen=True, slots=True)
class Snapshot:
    """One daily file: the moment when Enedis took it, and its number where one day has several."""

    flow: FlowCode
    taken_at: datetime
    sequence: int

    @property
    def order(self) -> str:
        """Text that sorts as snapshots of one flow follow each other."""
        return f"{to_text(self.taken_at)}#{self.sequence:06}"

    @property
    def name(self) -> str:
        return f"{self.flow}:{self.order}"


@dataclass(frozen=True, slots=True)
class CaseRow:
    """One row of a snapshot: case ``case_id``, number ``number``, as Enedis wrote it.

    ``state`` and ``status`` are empty where Enedis gave none, as it does for a new case. ``supply_state`` and
    ``limited_power_kva`` (kVA) are the point's supply from ``effective_at`` on, in the rows that state it.
    """

    case_id: str
    number: int
    point_id: str
    line: int
    contract_id: str = ""
    reference: str = ""
    state: str = ""
    status: str = ""
    effective_at: datetime | None = None
    supply_state: SupplyState | None = None
    limited_power_kva: Decimal | None = None
    limitation_reason: str = ""

    @property
    def has_ended(self) -> bool:
        return self.status in {CaseStatus.ENDED, CaseStatus.CANCELLED}


@dataclass(frozen=True, slots=True)
class RowProblem:
    """A row that cannot be read: it is reported and skipped, and never stops its file."""

    file: str
    line: int
    reason: str

    def __str__(self) -> str:
        return f"{self.file}, line {self.line}: {self.reason}"


type FlowRows = Iterator[CaseRow | RowProblem]

PLANNED_AHEAD = timedelta(days=1)
"""Enedis' dates without a time may lie ahead of the snapshot by their zone; a later one is only planned."""


@dataclass(frozen=True, slots=True)
class PointView:
    """A point's supply in one snapshot, from its newest row that states it."""

    effective_at: datetime
    number: int
    supply_state: SupplyState
    contract_id: str
    case_id: str
    limited_power_kva: Decimal | None
    limitation_reason: str

    @property
    def left_kva(self) -> Decimal | None:
        """The power that is left, in kVA: none of a cut, and None where it is not known."""
        return Decimal(0) if self.supply_state is SupplyState.CUT else self.limited_power_kva


@dataclass(slots=True)
class PointViews:
    """The supply of each point of a snapshot; rows may come in any order."""

    taken_at: datetime
    by_point: dict[str, PointView] = field(default_factory=dict)

    def add(self, row: CaseRow) -> None:
        """Take in a row, if it states a supply and is not only planned; of two rows of one moment, the last counts."""
        if row.supply_state is None or row.effective_at is None or row.effective_at > self.taken_at + PLANNED_AHEAD:
            return
        known = self.by_point.get(row.point_id)
        if known is not None and _is_newer(known, row, row.effective_at):
            return
        self.by_point[row.point_id] = PointView(
            row.effective_at,
            row.number,
            row.supply_state,
            row.contract_id,
            row.case_id,
            row.limited_power_kva,
            row.limitation_reason,
        )


def _is_newer(known: PointView, row: CaseRow, effective_at: datetime) -> bool:
    if known.case_id == row.case_id and known.effective_at == effective_at:
        return known.number > row.number
    return known.effective_at > effective_at


MAX_REPORTED_PROBLEMS = 100


class FlowOutcome(StrEnum):
    """The outcome of a file."""

    RECONCILED = "RECONCILED"
    REPEATED = "REPEATED"
    OUTDATED = "OUTDATED"


@dataclass(slots=True)
class FlowReport:
    """The content of a file and its effects, as counts; at most a hundred row problems are kept."""

    snapshot: Snapshot
    outcome: FlowOutcome = FlowOutcome.RECONCILED
    rows: int = 0
    skipped_rows: int = 0
    problems: list[RowProblem] = field(default_factory=list)
    points: int = 0
    ended_cases: int = 0
    """Cases of ours that Enedis has closed while their limitation is open."""
    woken: list[str] = field(default_factory=list)
    """Limitations whose order is still followed, although Enedis has closed its case."""
    lifted: list[str] = field(default_factory=list)
    lower: list[str] = field(default_factory=list)
    """Limitations whose points are cut, or limited to less than the register says."""
    unknown: list[str] = field(default_factory=list)
    superseded: list[str] = field(default_factory=list)
    still_shown: list[str] = field(default_factory=list)
    """Of the unknown ones, those that we had closed days before."""
    contradicted: list[str] = field(default_factory=list)
    lagging: int = 0
    deferred: int = 0

    def report(self, problem: RowProblem) -> None:
        self.skipped_rows += 1
        if len(self.problems) < MAX_REPORTED_PROBLEMS:
            self.problems.append(problem)
