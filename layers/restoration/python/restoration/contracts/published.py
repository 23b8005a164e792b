"""The contracts of the business events that leave us: the only place that knows their JSON.

The state machine and its functions put them on the bus with the source ``restoration``; the customer's messages,
billing's dunning, the advisors' work list and supervision listen. All have the form of
:mod:`restoration.contracts.business_event`. Within one generation *stop* outranks *extended*, which outranks *release*,
which outranks *hold*.

Details hold ids and amounts, never a name, an address or a protection's reason.
"""

from dataclasses import asdict
from datetime import date, datetime
from typing import Annotated, ClassVar, Literal

from pydantic import Field

from restoration.contracts.business_event import BusinessEvent
from restoration.contracts.wire import Euros, Identifier, Kva, LeftKva, Moment, PointId, WireModel
from restoration.domain.ground import Asks, Basis, Demand
from restoration.domain.order import Intent


class TriggerReference(WireModel):
    """The reason why we look: a payment, a plan, an advisor."""

    type: str
    id: str


class DemandDetail(WireModel):
    """What is asked of the customer for full power (:class:`~restoration.domain.ground.Demand`)."""

    asks: Asks
    amount: Euros
    due_on: date | None = None
    household: bool = True

    @classmethod
    def of(cls, demand: Demand | None) -> "DemandDetail | None":
        return cls(**asdict(demand)) if demand else None

    @property
    def demand(self) -> Demand:
        return Demand(self.asks, self.amount, self.due_on, self.household)


# ── For billing: dunning (relances) ──


class DunningHoldRequested(BusinessEvent):
    """Billing must send no reminder while we look (relances suspendues)."""

    trigger: TriggerReference


class DunningHoldReleased(BusinessEvent):
    """Billing may go on with its reminders."""

    outcome: str
    reason: str


class DunningStopRequested(BusinessEvent):
    """Billing must send no reminder or letter, and limit no more, for this debt (fin des relances): it is covered."""

    outcome: str
    basis: Basis
    residual: Euros


class DunningHoldExtended(BusinessEvent):
    """Power is back and the debt is not covered: billing sends no reminder before a date, and then looks again.

    Parameters
    ----------
    basis
        The ground on which power came back.
    residual
        The part of the debt, in euro, that is not collected for certain.
    review_on
        The first day on which billing may go on.
    """

    outcome: str
    basis: Basis
    residual: Euros
    review_on: date


class LimitationBeingLifted(BusinessEvent):
    """An order is about to leave: no dunning batch may limit the point again, however long Enedis is down."""

    keyed_by: ClassVar[tuple[str, ...]] = ("reference",)

    point_id: PointId
    reference: str


# ── The course of a restoration ──


class PaymentPending(BusinessEvent):
    """The payment is not certain yet; ``until`` is the date by which we look at it again, whatever comes before."""

    keyed_by: ClassVar[tuple[str, ...]] = ("until",)

    until: date | None


class RestorationOrdered(BusinessEvent):
    """Enedis accepted an order, which it has not carried out yet.

    Parameters
    ----------
    aim
        FULL power, or the FLOOR of a protection.
    intent
        How it is carried out.
    paid
        Whether a payment of this claim counted for it: nobody else is thanked.
    """

    keyed_by: ClassVar[tuple[str, ...]] = ("reference",)

    point_id: PointId
    reference: str
    case_id: str | None
    aim: Literal["FULL", "FLOOR"]
    intent: Intent
    due_at: datetime | None
    paid: bool


class VisitPlanned(BusinessEvent):
    """Enedis planned a technician's visit, or planned it again.

    Parameters
    ----------
    on, slot
        The day, and Enedis' own words for the hours (``creneauHorairePrevu``), which may be empty.
    number
        Counts the visits that were announced for the case: one that is moved away and back again is announced three
        times.
    aim
        What it brings: FULL power, or the FLOOR of a protection.
    """

    keyed_by: ClassVar[tuple[str, ...]] = ("number",)

    point_id: PointId
    reference: str | None
    case_id: str | None
    on: date
    slot: str
    number: Annotated[int, Field(ge=1)]
    aim: Literal["FULL", "FLOOR"]


class RestorationDelayed(BusinessEvent):
    """Enedis is late with a case; published once for each order, for operations and the customer."""

    keyed_by: ClassVar[tuple[str, ...]] = ("reference",)

    point_id: PointId
    reference: str | None
    case_id: str | None
    due_at: datetime | None


# ── How it ended ──


class PowerRestored(BusinessEvent):
    """Full power is back, or never left (``LIMITATION_CANCELLED``: the limitation was called back in time).

    Parameters
    ----------
    reference
        The order that brought it; None when nothing was ordered.
    basis, residual, review_on
        The ground, the part of the debt in euro that is not collected for certain, and the date until which the ground
        holds; None where the rules did not give power back (an order that had to be finished).
    communicating_meter
        Whether the point's meter is operated remotely; None when Enedis was not read.
    unclaimable
        The part of the debt in euro that the law freezes: no message and no plan asks for it.
    """

    point_id: PointId
    outcome: Literal["RESTORED", "ALREADY_RESTORED", "LIMITATION_CANCELLED"]
    reference: str | None
    basis: Basis | None
    residual: Euros | None
    review_on: date | None
    communicating_meter: bool | None
    unclaimable: Euros
    demand: DemandDetail | None = None


class PowerFloorRaised(BusinessEvent):
    """A protection raised the limit to a floor, in kVA; the limitation stays open.

    Parameters
    ----------
    raised_at
        When the point showed it to the look that says so. Each look has its own event: it may ask for another amount.
    unclaimable
        As :class:`PowerRestored` has it.
    rejected
        Whether the bank returned a payment: who paid has to pay again then.
    """

    keyed_by: ClassVar[tuple[str, ...]] = ("raised_at", "point_id")

    point_id: PointId
    floor_kva: Kva
    raised_at: Moment
    unclaimable: Euros
    demand: DemandDetail | None = None
    rejected: bool = False


class BalanceDue(BusinessEvent):
    """The payments do not cover what power needs; ``balance`` in euro is to be paid now.

    Parameters
    ----------
    paid
        Whether a payment counted for it.
    rejected, rejected_means
        Whether a payment for it was returned, and the means of all that were.
    unclaimable
        As :class:`PowerRestored` has it; the balance is without it.
    """

    balance: Euros
    paid: bool
    rejected: bool
    unclaimable: Euros
    rejected_means: tuple[str, ...] = ()
    demand: DemandDetail | None = None


class RestorationRefused(BusinessEvent):
    """Power does not come back: an advisor (``advisor_word`` is the id of that decision) or a rule refused."""

    reason: str
    advisor_word: str | None
    demand: DemandDetail | None = None


class RestorationLeftToAdvisor(BusinessEvent):
    """Neither rules nor questions settled it, or Enedis says that the point is not ours: the advisors keep it."""

    point_id: PointId
    reason: str


# ── After it ended ──


class RestoredPaymentReversed(BusinessEvent):
    """A payment that counted for a restoration was returned afterwards. Nothing is limited again by itself."""

    keyed_by: ClassVar[tuple[str, ...]] = ("payment_id",)

    point_id: PointId
    payment_id: Identifier
    basis: Basis
    residual: Euros


class RestoredPlanBroken(BusinessEvent):
    """A payment plan on which power came back was broken afterwards. Nothing is limited again by itself."""

    keyed_by: ClassVar[tuple[str, ...]] = ("plan_id",)

    point_id: PointId
    plan_id: Identifier
    residual: Euros


class SocialServicesNoticeDue(BusinessEvent):
    """A limitation has been held for five days: billing informs the social services on the next working day.

    Source: décret 2008-780, art. 6.
    """

    limited_since: date


class LetterRequested(BusinessEvent):
    """A customer has neither mobile nor e-mail: billing writes them a letter, or calls.

    Parameters
    ----------
    key
        The message's id: of two requests with one key, one is a repetition.
    text
        The letter's words, in the customer's language, without subject and address.
    by_telephone
        Whether a letter would come too late: billing calls, and writes where nobody can be called.
    """

    keyed_by: ClassVar[tuple[str, ...]] = ("key",)

    kind: str
    key: str
    text: str
    by_telephone: bool


# ── For advisors and operations ──


class PaymentReversedWhileOrdered(BusinessEvent):
    """A payment was returned while its restoration was under way at Enedis: the order is followed to its end."""

    keyed_by: ClassVar[tuple[str, ...]] = ("payment_id",)

    point_id: PointId
    payment_id: Identifier
    reference: str


class UnclaimableDebtPaid(BusinessEvent):
    """Power is back, and the customer paid what the law forbids to pay: an advisor sees what becomes of the money.

    ``amount`` is what was paid of the part of the debt, in euro, that the law freezes.
    """

    point_id: PointId
    amount: Euros


class CancelledLimitationCarriedOut(BusinessEvent):
    """Enedis has carried out a limitation that billing cancelled: the advisors see that power comes back.

    Nothing is ordered by itself. ``limited_power_kva`` is what the customer is left with, 0 for a cut. A limitation may
    be carried out once more after it was cancelled, and a floor may have been raised before it is cancelled again.
    """

    keyed_by: ClassVar[tuple[str, ...]] = ("limited_since", "limited_power_kva")

    point_id: PointId
    limited_power_kva: LeftKva
    limited_since: Moment


class AdvisorDecisionRequested(BusinessEvent):
    """A question for the advisors' work list. ``reference`` is the order that it is about, if any."""

    keyed_by: ClassVar[tuple[str, ...]] = ("question",)

    point_id: PointId
    reason: str
    reference: str | None
    question: Annotated[int, Field(ge=1)]


class AdvisorQuestionWithdrawn(BusinessEvent):
    """The case was settled while a question was open, which needs no decision any more."""

    question: Annotated[int, Field(ge=1)]
    reason: str
    outcome: str


class RestorationTakenOver(BusinessEvent):
    """An execution ended without letting go and was taken over: operations look at why it died."""

    execution: str
    taken_over_from: str
    status: str


class MessageFailed(BusinessEvent):
    """A message to the customer could not be sent, or nobody knows whether it was; power never waits for one."""

    keyed_by: ClassVar[tuple[str, ...]] = ("key",)

    kind: str
    key: str
    error: str


PUBLISHED: dict[str, type[BusinessEvent]] = {event.detail_type(): event for event in BusinessEvent.__subclasses__()}
"""All events that leave us, by detail type."""
