"""The contracts of the events on limitations, apart from the others: who registers them loads nothing else."""

from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from restoration.contracts.envelope import BY_TYPE, LATER, Envelope
from restoration.contracts.moments import Moment
from restoration.contracts.wire import Euros, Identifier, Kva, LeftKva, LimitationId, PointId, Reason, WireModel


class PowerLimitationDetail(WireModel):
    """A limitation was requested from Enedis, or has been carried out. ``debt`` is the amount claimed, in euro.

    ``limited_power_kva`` is 0 for a cut (coupure).
    """

    limitation_id: LimitationId
    contract_id: Identifier
    point_id: PointId
    customer_id: Identifier
    at: Moment
    debt: Euros
    currency: Literal["EUR"]
    limited_power_kva: LeftKva
    subscribed_power_kva: Kva


class PowerLimitationCancelledDetail(WireModel):
    """Billing took a limitation back."""

    limitation_id: LimitationId
    contract_id: Identifier
    at: Moment
    reason: Reason | None = None


class ContractEndedDetail(WireModel):
    """The contract ended: moved, another supplier, terminated, deceased."""

    contract_id: Identifier
    point_id: PointId
    at: Moment
    reason: Reason | None = None


class PowerLimitation(Envelope):
    detail_type: Annotated[Literal["PowerLimitationRequested", "PowerLimited"], Field(alias="detail-type")]
    detail: PowerLimitationDetail


class PowerLimitationCancelled(Envelope):
    detail_type: Annotated[Literal["PowerLimitationCancelled"], Field(alias="detail-type")]
    detail: PowerLimitationCancelledDetail


class ContractEnded(Envelope):
    detail_type: Annotated[Literal["ContractEnded"], Field(alias="detail-type")]
    detail: ContractEndedDetail


LimitationEvent = PowerLimitation | PowerLimitationCancelled | ContractEnded
LIMITATION_EVENTS: TypeAdapter[LimitationEvent] = TypeAdapter(Annotated[LimitationEvent, BY_TYPE], config=LATER)
