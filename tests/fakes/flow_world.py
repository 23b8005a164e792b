"""Enedis' flows on a flow desk of fakes."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from typing import Any, cast

from restoration.adapters.dynamodb.registered import RegisteredLimitations
from restoration.domain.flow import CaseRow, FlowCode, FlowReport, RowProblem, Snapshot
from restoration.domain.point import SupplyState
from restoration.domain.register import OpenLimitations, RegisteredLimitation
from restoration.use_cases.ingest_enedis_flow import FlowDesk
from tests.fakes.limitations import limitation
from tests.fakes.register import InMemoryExecutions, InMemoryRegister

MAY_1 = datetime(2026, 5, 1, 8, tzinfo=UTC)
MAY_5 = datetime(2026, 5, 5, 2, tzinfo=UTC)
POINT, OTHER_POINT = "30000000000001", "30000000000002"


@dataclass
class World:
    """A flow desk on fakes; the state machine leaves ``closed_at`` on a contract when it closes."""

    register: InMemoryRegister = field(default_factory=InMemoryRegister)
    executions: InMemoryExecutions = field(default_factory=InMemoryExecutions)
    closed_at: dict[str, datetime] = field(default_factory=dict)
    seen: dict[str, str] = field(default_factory=dict)
    files: int = 0

    def newest(self, flow: str) -> str | None:
        return self.seen.get(flow)

    def done(self, snapshot: Snapshot, file: str) -> None:
        assert file
        self.seen[snapshot.flow] = max(snapshot.order, self.seen.get(snapshot.flow, ""))

    def open_limitations(self, closed_since: datetime) -> OpenLimitations:
        found = OpenLimitations()
        for contract_id in {*self.register.listed, *self.closed_at}:
            closed_at = self.closed_at.get(contract_id)
            listed = self.register.listed.get(contract_id, {})
            found.add(contract_id, listed, closed_at if closed_at and closed_at > closed_since else None)
        return found

    def many(self, limitation_ids: Iterable[str]) -> Mapping[str, RegisteredLimitation]:
        return RegisteredLimitations(cast("Any", self.register.tables), "limitations").many(limitation_ids)

    def ordered(self, limitation_id: str, reference: str) -> None:
        """Let a limitation have an open order."""
        items = self.register.tables.items["limitations"]
        items[limitation_id] = {**items[limitation_id], "openOrder": {"reference": reference}}

    def limited(self, name: str = "LIM-1", contract: str = "CTR-1", point: str = POINT, **changes: Any) -> None:
        named = {"limitation_id": name, "contract_id": contract, "point_id": point}
        since = {"last_event_at": MAY_1, "registered_at": MAY_1}
        self.register.save(replace(limitation(), **{**named, **since, **changes}), known=None)

    def ingest(self, *rows: CaseRow | RowProblem, at: datetime = MAY_5, flow: FlowCode = FlowCode.X12) -> FlowReport:
        def content() -> Iterator[Snapshot | CaseRow | RowProblem]:
            yield Snapshot(flow, at, 1)
            yield from rows

        self.files += 1
        desk = FlowDesk(self, self, self, self.register, now=lambda: datetime(2026, 6, 1, tzinfo=UTC))
        return desk.ingest(f"file-{self.files}", content(), self.executions.start, "event")

    @property
    def checked(self) -> list[str]:
        return sorted(limited.limitation_id for limited, _ in self.executions.started.values())


def row(
    state: SupplyState | None,
    on: datetime = MAY_1,
    case_id: str = "A1B2",
    contract: str = "CTR-1",
    point: str = POINT,
    **changes: object,
) -> CaseRow:
    fields: dict[str, object] = {"number": 1, "line": 9} | changes
    return CaseRow(case_id, point_id=point, contract_id=contract, effective_at=on, supply_state=state, **fields)  # type: ignore[arg-type]


LIMI, ALIM, COUP = SupplyState.LIMITED, SupplyState.SUPPLIED, SupplyState.CUT
