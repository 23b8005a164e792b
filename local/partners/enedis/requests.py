"""The requests that the simulated network takes, and their outcomes."""

from dataclasses import dataclass
from decimal import Decimal
from typing import ClassVar

from local.partners.enedis.faults import Operation
from restoration.adapters.enedis.soap.codes import InterventionType, Realisation, Sheet
from restoration.domain.order import Intent
from restoration.domain.point import OfferedVisits, PointSituation, Visit


@dataclass(frozen=True, slots=True)
class Refusal:
    """A result code other than SGT200."""

    code: str
    label: str


@dataclass(frozen=True, slots=True)
class Acceptance:
    """A case was made of the order."""

    case_id: str
    sheet: Sheet
    mode: Realisation


@dataclass(frozen=True, slots=True)
class ReadRequest:
    operation: ClassVar[Operation] = Operation.READ
    reference: ClassVar[None] = None
    point_id: str


@dataclass(frozen=True, slots=True)
class OrderRequest:
    operation: ClassVar[Operation] = Operation.ORDER
    point_id: str
    contract_id: str
    reference: str | None
    sheet: Sheet
    kind: InterventionType
    mode: Realisation
    power_kva: Decimal | None = None


@dataclass(frozen=True, slots=True)
class CancelRequest:
    operation: ClassVar[Operation] = Operation.CANCEL
    point_id: str
    contract_id: str
    reference: str | None
    case_id: str


@dataclass(frozen=True, slots=True)
class VisitRequest:
    """A question about slots, or the choice of one; who will be there is read, and not kept."""

    operation: ClassVar[Operation] = Operation.VISIT
    point_id: str
    contract_id: str
    reference: str
    visit: Visit | None = None


Request = ReadRequest | OrderRequest | CancelRequest | VisitRequest
Outcome = PointSituation | Acceptance | OfferedVisits | Refusal


def intent_of(request: Request) -> Intent | None:
    match request:
        case ReadRequest() | VisitRequest():
            return None
        case CancelRequest():
            return Intent.CANCEL_LIMITATION
        case OrderRequest(mode=Realisation.TRIP):
            return Intent.RESTORE_BY_TECHNICIAN
        case OrderRequest(kind=InterventionType.RAISE_FLOOR):
            return Intent.RAISE_FLOOR
        case OrderRequest():
            return Intent.RESTORE_REMOTELY


def outcome_word(outcome: Outcome | None) -> str:
    match outcome:
        case None:
            return "NOT_HANDLED"
        case Refusal(code=code):
            return code
        case Acceptance():
            return "ACCEPTED"
        case PointSituation() | OfferedVisits():
            return "READ"
