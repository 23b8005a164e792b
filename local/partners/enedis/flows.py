"""Enedis' daily flows as the simulated Enedis writes them: our own XML of their shape, zipped, quirks included."""

import io
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

from lxml import etree
from lxml.builder import E

from restoration.adapters.enedis.flows.parser import NAMESPACE
from restoration.domain.point import CaseState, CaseStatus, SupplyState

STATUS_LABELS = {CaseStatus.RUNNING: "En cours", CaseStatus.ENDED: "Terminée", CaseStatus.CANCELLED: "Annulée"}
STATE_LABELS = {
    CaseState.SENT: "Demande transmise",
    CaseState.ADMISSIBLE: "Demande recevable",
    CaseState.PLANNED: "Intervention planifiée",
    CaseState.DONE: "Clôturée - prestation réalisée",
}


@dataclass(frozen=True, slots=True)
class FlowRow:
    """One row as it is to be written; ``effective_on`` is written in Enedis' way: a date, and yet a zone."""

    case_id: str
    number: int
    point_id: str
    contract_id: str
    effective_on: date
    supply_state: SupplyState | None = None
    limited_power_kva: str = ""
    limitation_reason: str = ""
    reference: str = ""
    state: str = CaseState.DONE
    status: str = CaseStatus.ENDED
    event: str = ""
    label: bool = True

    def xml(self) -> bytes:
        state = STATE_LABELS.get(CaseState(self.state), "") if self.state else ""
        status = STATUS_LABELS[CaseStatus(self.status)] if self.status and self.label else ""
        power = [E.Puissance_Limitation(self.limited_power_kva, unite="kVA")] if self.limited_power_kva else []
        reason = _told("Motif_Limitation_Puissance", self.limitation_reason)
        case = E.affaire(
            *_told("pointId", self.point_id),
            *_told("contratId", self.contract_id),
            E.prestation("Intervention pour impayé et rétablissement", code="F200B"),
            *_told("refFournisseur", self.reference),
            _coded("etat", self.state, state),
            _coded("statut", self.status, status),
            E.dateEffet(f"{self.effective_on.isoformat()}+00:00"),
            *_told("evenement", self.event),
            *([E.Alimentation(E.Etat_Alimentation(it), *power, *reason)] if (it := self.supply_state) else []),
            id=self.case_id,
            num=str(self.number),
        )
        content: bytes = etree.tostring(case, encoding="utf-8", pretty_print=True)
        return content


def _told(name: str, text: str) -> list[etree._Element]:
    return [E(name, text)] if text else []


def _coded(name: str, code: str, label: str) -> etree._Element:
    return E(name, label, code=code) if code else E(name)


def flow_blocks(
    rows: Iterable[FlowRow], taken_at: datetime, *, flow: str = "X12", sequence: int = 1
) -> Iterator[bytes]:
    """Write a flow as XML, row by row, so that a large one needs no memory."""
    yield (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<flux xmlns="{NAMESPACE}" code="{flow}" version="1.0">\n'
        f"  <entete>\n    <dateExtraction>{taken_at.isoformat()}</dateExtraction>\n"
        f"    <numSequence>{sequence}</numSequence>\n  </entete>\n  <affaires>\n"
    ).encode()
    yield from (row.xml() for row in rows)
    yield b"  </affaires>\n</flux>\n"


def zipped_flow(rows: Iterable[FlowRow], taken_at: datetime, *, flow: str = "X12", sequence: int = 1) -> bytes:
    """A flow as Enedis drops it: one XML file in a zip."""
    target = io.BytesIO()
    member = f"{flow}_{taken_at:%Y%m%d}_{sequence:03}.xml"
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(member, b"".join(flow_blocks(rows, taken_at, flow=flow, sequence=sequence)))
    return target.getvalue()
