"""A delivery point (PRM) as Enedis sees it: its supply and its cases, from ``consulterDonneesPoint``."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal
from enum import StrEnum
from typing import NamedTuple, Self

SEGMENT_KVA = 36
"""The most that our customers' segment (C5) may subscribe. A larger point is left to an advisor, by the rules."""


class SupplyState(StrEnum):
    """``etatAlimentation``: whether and how a point is supplied."""

    SUPPLIED = "ALIM"
    CUT = "COUP"
    LIMITED = "LIMI"
    NOT_CONNECTED = "NRAC"
    NOT_SUPPLIED = "NALI"


class CutReason(StrEnum):
    """The reason of a cut (``coupure/motif``). No list of Enedis' codes is public, so these words are ours."""

    UNPAID = "UNPAID"
    SAFETY = "SAFETY"
    FRAUD = "FRAUD"
    WORKS = "WORKS"
    OTHER = "OTHER"
    """Any other that Enedis names, such as the customer's own request."""


class CaseState(StrEnum):
    """``etat`` of a case (affaire); a case Enedis has just created may have none yet."""

    SENT = "DMTR"
    ADMISSIBLE = "DMREC"
    PLANNED = "INPL"
    DONE = "CPRE"
    NOT_DONE = "CPNR"
    INADMISSIBLE = "CNRE"
    REPLANNED = "INRP"


class CaseStatus(StrEnum):
    """``statut`` of a case: the coarse one."""

    RUNNING = "COURS"
    ENDED = "TERMN"
    CANCELLED = "ANNUL"


@dataclass(frozen=True, slots=True)
class Visit:
    """A technician's planned visit: ``datePrevue`` and, in Enedis' own words, ``creneauHorairePrevu``."""

    on: date
    slot: str = ""

    def __str__(self) -> str:
        return f"{self.on.isoformat()} {self.slot}"

    @classmethod
    def read(cls, text: str) -> Self:
        """Read what ``str`` gives. Raises :class:`ValueError` where it is none."""
        on, _, slot = text.partition(" ")
        return cls(date.fromisoformat(on), slot)


class OfferedVisits(NamedTuple):
    """When a technician comes as planned now, if so, and the slots that Enedis offers instead; none while it can't."""

    planned: Visit | None
    slots: tuple[Visit, ...]


@dataclass(frozen=True, slots=True)
class Case:
    """One case (affaire) in a point's history.

    ``state`` is kept as Enedis wrote it (about sixteen states have been seen in the field, seven are named in
    :class:`CaseState`); empty when Enedis gave none. ``reference`` is the supplier's own (``refFournisseur``).
    ``visit`` is known of a case under way, once its intervention is planned.
    """

    case_id: str
    service: str
    reference: str | None
    state: str
    status: str
    sent_at: datetime | None = None
    effective_at: datetime | None = None
    closing_reason: str | None = None
    visit: Visit | None = None
    kind: str | None = None  # what an F200B case asks for: RESTORATION, LIMITATION, RAISE_FLOOR …


@dataclass(frozen=True, slots=True)
class PointSituation:
    """A point, as one read shows it.

    Parameters
    ----------
    limited_power_kva
        The power the point is limited to, in kVA, whatever its supply state; ``None`` when it is not limited.
    contract_state
        ``etatContractuel``: SERVC, RESIL, ECRES, ECRAC, IMPRO or INACCE.
    cases
        The history, newest last, running cases included.
    read_at
        The moment before Enedis was asked: what happens after it may be missing.
    cut_reason
        Why a point is cut; ``None`` when it is not, or Enedis does not say.
    """

    point_id: str
    supply_state: SupplyState
    remotely_operable: bool
    contract_state: str
    contract_id: str | None
    subscribed_power_kva: Decimal | None
    limited_power_kva: Decimal | None
    read_at: datetime
    cases: Sequence[Case] = field(default_factory=tuple)
    cut_reason: CutReason | None = None

    @property
    def limit_kva(self) -> Decimal | None:
        """The limit that holds power back: one below the contract's power, or any while Enedis says limited (LIMI)."""
        limit, subscribed = self.limited_power_kva, self.subscribed_power_kva
        if self.supply_state is SupplyState.SUPPLIED and limit is not None and subscribed is not None:
            return limit if limit < subscribed else None
        return limit

    @property
    def has_full_power(self) -> bool:
        """Whether Enedis shows the point supplied (ALIM) and not limited: power on with a limit is not full."""
        return self.supply_state is SupplyState.SUPPLIED and self.limit_kva is None

    def case_with_reference(self, reference: str) -> Case | None:
        """The newest case that bears our reference, whatever its state."""
        return next((case for case in reversed(self.cases) if case.reference == reference), None)
