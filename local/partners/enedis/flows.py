"""Enedis' daily flows as the simulated Enedis writes them: our own XML of their shape, zipped, quirks included."""

import io
import random
import zipfile
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from xml.sax.saxutils import escape, quoteattr

from restoration.adapters.enedis.flows.parser import NAMESPACE
from restoration.domain.point import CaseState, CaseStatus, SupplyState

STATUS_LABELS = {CaseStatus.RUNNING: "En cours", CaseStatus.ENDED: "Terminée", CaseStatus.CANCELLED: "Annulée"}
STATE_LABELS = {
    CaseState.SENT: "Demande transmise",
    CaseState.ADMISSIBLE: "Demande recevable",
    CaseState.PLANNED: "Intervention planifiée",
    CaseState.DONE: "Clôturée - prestation réalisée",
}
_BLOCK_ROWS = 1000


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

    def xml(self) -> str:
        supply = "".join(
            [
                _tag("Etat_Alimentation", self.supply_state or ""),
                _tag("Puissance_Limitation", self.limited_power_kva, ' unite="kVA"'),
                _tag("Motif_Limitation_Puissance", self.limitation_reason),
            ]
        )
        state = STATE_LABELS.get(CaseState(self.state), "") if self.state else ""
        status = STATUS_LABELS[CaseStatus(self.status)] if self.status and self.label else ""
        parts = [
            f"<affaire id={quoteattr(self.case_id)} num={quoteattr(str(self.number))}>\n",
            _tag("pointId", self.point_id),
            _tag("contratId", self.contract_id),
            '      <prestation code="F200B">Intervention pour impayé et rétablissement</prestation>\n',
            _tag("refFournisseur", self.reference),
            f"      {_coded('etat', self.state, state)}\n",
            f"      {_coded('statut', self.status, status)}\n",
            f"      <dateEffet>{self.effective_on.isoformat()}+00:00</dateEffet>\n",
            _tag("evenement", self.event),
            f"      <Alimentation>\n{supply}      </Alimentation>\n" if self.supply_state else "",
            "    </affaire>\n",
        ]
        return "".join(parts)


def _tag(name: str, text: str, attributes: str = "") -> str:
    return f"      <{name}{attributes}>{escape(text)}</{name}>\n" if text else ""


def _coded(name: str, code: str, label: str) -> str:
    if not code:
        return f"<{name}/>"
    return f"<{name} code={quoteattr(code)}>{escape(label)}</{name}>" if label else f"<{name} code={quoteattr(code)}/>"


def flow_blocks(
    rows: Iterable[FlowRow], taken_at: datetime, *, flow: str = "X12", sequence: int = 1
) -> Iterator[bytes]:
    """Write a flow as XML, in blocks, so that a large one needs no memory."""
    yield (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<flux xmlns="{NAMESPACE}" code="{flow}" version="1.0">\n'
        f"  <entete>\n    <dateExtraction>{taken_at.isoformat()}</dateExtraction>\n"
        f"    <numSequence>{sequence}</numSequence>\n  </entete>\n  <affaires>\n"
    ).encode()
    block: list[str] = []
    for row in rows:
        block.append(f"    {row.xml()}")
        if len(block) >= _BLOCK_ROWS:
            yield "".join(block).encode()
            block.clear()
    yield f"{''.join(block)}  </affaires>\n</flux>\n".encode()


def zipped_flow(rows: Iterable[FlowRow], taken_at: datetime, *, flow: str = "X12", sequence: int = 1) -> bytes:
    """A flow as Enedis drops it: one XML file in a zip."""
    target = io.BytesIO()
    member = f"{flow}_{taken_at:%Y%m%d}_{sequence:03}.xml"
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(member, b"".join(flow_blocks(rows, taken_at, flow=flow, sequence=sequence)))
    return target.getvalue()


def crowd_rows(cases: int, day: date, seed: int = 1) -> Iterator[FlowRow]:
    """Rows of many limited points, as a day in spring has them: each limited once, some new, with every quirk."""
    dice = random.Random(seed)  # noqa: S311 - a repeatable file, nothing secret
    for number in range(cases):
        new = number % 50 == 0
        yield FlowRow(
            case_id=f"{number:08X}",
            number=1 + number % 3,
            point_id=f"{30_000_000_000_000 + _spread(number):014}",
            contract_id=f"CTR-{number:06}",
            effective_on=day - timedelta(days=dice.randrange(1, 60)),
            supply_state=None if new else SupplyState.LIMITED,
            limited_power_kva="" if new else "1",
            limitation_reason="" if new else "IMPAYE",
            reference=f"LIM-{number:06}/L/1",
            state="" if new else CaseState.DONE,
            status="" if new else (CaseStatus.RUNNING if number % 3 == 0 else CaseStatus.ENDED),
            label=number % 3 != 0,
        )


def _spread(number: int) -> int:
    """Spread points as they are in a real file, where neighbours in the file are none in the street."""
    return number * 7_919 % 1_000_003 * 1_000 + number % 1_000
