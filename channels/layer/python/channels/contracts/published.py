"""The events of the channels for billing, and one for the core's messages; the process hears others.

Those are in :mod:`restoration.contracts.received`. All are put on the core's bus with the source ``channels``. Billing
listens: what is asked of it is decided there, and comes back as an event of its own (``PaymentPlanAgreed``,
``ProtectionGranted``). A reader ignores a repeated ``id``.
"""

from datetime import date
from enum import StrEnum
from typing import Annotated

from pydantic import Field, StringConstraints

from restoration.contracts.notifications import RequestOverdue
from restoration.contracts.received_details import SaidDetail
from restoration.contracts.wire import Identifier, Moment, PositiveEuros, WireModel

SOURCE = "channels"
Words = Annotated[str, StringConstraints(strip_whitespace=True, max_length=500)]
"""Free text of a person. It is never put into a log, and escaped wherever it is shown."""


class Asked(SaidDetail):
    """What somebody asked for.

    Parameters
    ----------
    id
        Of the form that was sent: one that is sent again has the same.
    """

    id: Identifier
    at: Moment
    contract_id: Identifier


class PlanAsked(Asked):
    """A customer asks for a payment plan (échéancier)."""

    instalments: Annotated[int, Field(ge=2, le=36)]
    first_amount: PositiveEuros
    first_on: date


class DebtDisputed(Asked):
    """A customer disputes the debt, or a part of it; ``amount`` is that part, in euro."""

    amount: PositiveEuros | None = None
    words: Words


class Protection(StrEnum):
    """The protections that somebody may claim; billing asks for the proof, and decides."""

    ENERGY_VOUCHER = "ENERGY_VOUCHER"
    HOUSING_AID = "HOUSING_AID"
    OVER_INDEBTEDNESS = "OVER_INDEBTEDNESS"
    MEDICAL = "MEDICAL"


class ProtectionClaimed(Asked):
    """A customer claims a protection. It is told to billing alone: one of them is about health."""

    kind: Protection


class ReviewAsked(Asked):
    """A customer wants a person to look at what was decided (GDPR art. 22)."""

    words: Words


REQUESTS: dict[str, type[Asked]] = {each.__name__: each for each in Asked.__subclasses__()}
"""What people ask of billing, by detail type."""
PUBLISHED: dict[str, type[WireModel]] = {**REQUESTS, "RequestOverdue": RequestOverdue}
"""All of them, by detail type."""
