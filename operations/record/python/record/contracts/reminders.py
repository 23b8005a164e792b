"""What billing confirms of its dunning: supervision alone hears it, and nothing is restored by it."""

from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from restoration.contracts.envelope import Envelope
from restoration.contracts.moments import Moment
from restoration.contracts.wire import Identifier, LimitationId, WireModel


class RemindersSuppressedDetail(WireModel):
    """Billing did not send reminders that were due, since we had asked it not to (relances non parties).

    Parameters
    ----------
    suppression_id
        Unique to the confirmation: one that comes twice counts once.
    request_id
        The ``id`` of our event that asked for it: ``DunningHoldRequested``, ``DunningHoldExtended`` or
        ``DunningStopRequested``.
    at
        When the reminders would have left.
    means
        How they would have left.
    """

    suppression_id: Identifier
    request_id: Identifier
    limitation_id: LimitationId
    contract_id: Identifier
    at: Moment
    means: Literal["LETTER", "EMAIL", "SMS", "CALL"] = "LETTER"
    reminders: Annotated[int, Field(ge=1, le=100)] = 1


class RemindersSuppressed(Envelope):
    detail_type: Annotated[Literal["RemindersSuppressed"], Field(alias="detail-type")]
    detail: RemindersSuppressedDetail


BILLINGS_WORD: TypeAdapter[RemindersSuppressed] = TypeAdapter(RemindersSuppressed)
