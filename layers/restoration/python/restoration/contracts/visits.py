"""What the channels ask ``read_point`` about a technician's visit or about the power, and what it replies."""

from decimal import Decimal
from enum import StrEnum
from typing import Annotated, Literal

from pydantic import StringConstraints

from restoration.contracts.wire import LimitationId, Moment, WireModel
from restoration.domain.point import SupplyState, Visit


class VisitAsked(WireModel):
    """Somebody has no power, asks for slots, or has agreed one of those that were shown for the order ``reference``.

    ``present`` is the name of the person who will be there. It goes to Enedis, and into no log and no table.
    """

    asks: Literal["VISIT", "POWER"]
    limitation_id: LimitationId
    reference: str = ""
    agreed: Visit | None = None
    present: Annotated[str, StringConstraints(max_length=80)] = ""


class VisitStatus(StrEnum):
    """What became of it."""

    READ = "READ"
    OFFERED = "OFFERED"
    AGREED = "AGREED"
    NOTHING = "NOTHING"
    """No order waits for a technician, or another than the one that people were shown."""
    REFUSED = "REFUSED"
    """Enedis refused: the slot is not free any more, or the case waits for nobody."""
    UNAVAILABLE = "UNAVAILABLE"
    """Surely nothing happened: Enedis could not be reached, or has no turn for people just now."""
    UNKNOWN = "UNKNOWN"
    """The agreement was sent, and no intelligible response came: look before choosing again."""


class PowerShown(WireModel):
    """What one read of the point showed; ``kva`` is its limit, or else the contract's power, where Enedis names one."""

    supply: SupplyState
    kva: Decimal | None
    read_at: Moment


class VisitReply(WireModel):
    """The reply; ``code`` is Enedis' own where it refused. Slots are offered for the order ``reference``."""

    status: VisitStatus
    reference: str = ""
    code: str = ""
    planned: Visit | None = None
    slots: tuple[Visit, ...] = ()
    power: PowerShown | None = None
