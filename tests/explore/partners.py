"""Billing, Enedis and the listeners to our events: the simulated partners, as far as a course needs them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from decimal import Decimal
from enum import Enum, auto
from typing import Any

from local.partners.billing.dunning import RANKS, Dunning
from local.partners.billing.ledger import BookedPayment, Contract, Limitation, situation_of
from local.partners.enedis.cases import Ending, SimulatedCase
from local.partners.enedis.points import SimulatedPoint
from restoration.adapters.enedis.soap.codes import InterventionType, Realisation
from restoration.clock import paris_date
from restoration.contracts.billing import BillingSituation
from restoration.domain.order import Intent, OpenOrder
from restoration.domain.payment import PaymentHistory, PaymentStatus
from restoration.domain.point import PointSituation, SupplyState
from restoration.errors import EnedisOutcomeUnknown, EnedisRejected, EnedisUnavailable
from tests.explore.calls import Broken

POINT = "01234567890123"
DEBT = Decimal("100.00")
LIMITING = "A0"
"""The case of a limitation that is not carried out yet."""
RULES_MOVE_AFTER = timedelta(days=20)
"""Business dates move once, past every bank's deadline: the rules are asked the same again and again."""


# ── Billing ──


@dataclass(slots=True, kw_only=True)
class Paid(BookedPayment):
    """A payment at billing: its statuses, each with the moment from which the read side shows it."""

    stated: list[tuple[datetime, PaymentStatus]]

    def shown(self, now: datetime) -> PaymentStatus | None:
        return next((status for since, status in reversed(self.stated) if since <= now), None)


@dataclass(slots=True)
class Debt(Contract):
    """Billing's books about one limitation: those of its contract, which has no other there."""

    returns_12m: int | None = None
    goodwill_used_12m: int | None = None
    plan_id: str = ""
    paid: list[Paid] = field(default_factory=list)

    def is_covered(self, now: datetime) -> bool:
        """Whether certain money covers it, as billing shows it."""
        certain = {PaymentStatus.CAPTURED, PaymentStatus.CLEARED}
        paid = sum(each.amount for each in self.paid if each.shown(now) in certain)
        return self.status == "ACTIVE" and paid >= DEBT


@dataclass
class Billing:
    """Billing's read side."""

    start: datetime
    history: PaymentHistory
    debts: dict[str, Debt] = field(default_factory=dict)

    def register(self, contract_id: str, limitation_id: str) -> None:
        filed_on = paris_date(self.start)
        debt = Debt(contract_id, "CUS-1", POINT, payment_history=self.history, aid_filed_on=filed_on, aid_amount=DEBT)
        debt.limitations[limitation_id] = Limitation(limitation_id, DEBT, self.start)
        self.debts.setdefault(limitation_id, debt)

    def situation(self, limitation_id: str, now: datetime) -> BillingSituation:
        debt = self.debts[limitation_id]
        for each in debt.paid:
            if status := each.shown(now):
                each.status = status
                debt.payments[each.payment_id] = each
        today = paris_date(self.start if now - self.start < RULES_MOVE_AFTER else self.start + RULES_MOVE_AFTER)
        return BillingSituation.model_validate(situation_of(debt, debt.limitations[limitation_id], today, now))


# ── Enedis ──


class Fault(Enum):
    """The fate of the next order."""

    NONE = auto()
    UNAVAILABLE = auto()
    """It never left."""
    REQUEST_LOST = auto()
    """It left and did not arrive; nobody can know."""
    ANSWER_LOST = auto()
    """It arrived and was accepted; the response did not come back."""
    REFUSED = auto()


@dataclass(slots=True, kw_only=True)
class Work(SimulatedCase):
    """A case at Enedis, which goes on when a course says so."""

    point_id: str = ""
    step: timedelta = timedelta()
    ending: Ending = Ending.NEVER


@dataclass
class Enedis:
    """One point and its cases; accepts whatever is ordered, however many orders there are."""

    point: SimulatedPoint = field(default_factory=lambda: SimulatedPoint(POINT, "CON-1"))
    reads: int = 0
    fault: Fault = Fault.NONE
    code: str = "SGT4B8"
    lag: timedelta = timedelta()
    given_up: Callable[[str], bool] = lambda _: False
    """Whether an order is one of a limitation that billing ended while Enedis worked on it: nobody follows it."""

    @property
    def works(self) -> list[Any]:
        """The cases, each of which is a :class:`Work`."""
        return self.point.cases

    def running(self, now: datetime) -> list[Work]:
        """Orders of ours that are at work."""
        return [work for work in self.works if work.reference and work.is_running(now)]

    def has_reached(self, work: Work) -> bool:
        """Whether the point shows the floor that an order was for."""
        limited = self.point.limited_power_kva
        return bool(work.power_kva and limited and limited >= work.power_kva)

    def read(self, now: datetime) -> PointSituation:
        if self.fault is Fault.UNAVAILABLE:
            raise EnedisUnavailable("read-timeout: nothing came")
        self.reads += 1
        return replace(self.point.view(now), read_at=now + timedelta(milliseconds=self.reads))

    def accept(self, order: OpenOrder, now: datetime) -> str:
        fault, self.fault = self.fault, Fault.NONE
        if fault is Fault.UNAVAILABLE:
            raise EnedisUnavailable("connection: refused")
        if fault is Fault.REQUEST_LOST:
            raise EnedisOutcomeUnknown("read-timeout: nothing came")
        if fault is Fault.REFUSED:
            raise EnedisRejected(self.code, "Demande non recevable")
        for work in self.running(now):
            if work.point_id not in {"", order.point_id}:
                continue  # billing has moved one of the two limitations
            if self.has_reached(work):
                continue  # by the rules (progress.dmn) the next order waits for no case of a floor that is reached
            own = str(work.reference).startswith(f"{order.reference.limitation_id}/")
            if own or not (self.given_up(str(work.reference)) or self.given_up(str(order.reference))):
                raise Broken(f"two orders at work on one point: {work.reference} runs, {order.reference} came")
        kind = InterventionType.RAISE_FLOOR if order.wanted.floor_kva else InterventionType.RESTORATION
        if order.wanted.intent is Intent.CANCEL_LIMITATION:
            kind = InterventionType.CANCELLATION
        work = Work(
            case_id=f"A{len(self.works) + 1}",
            kind=kind,
            mode=Realisation.TRIP if order.wanted.intent is Intent.RESTORE_BY_TECHNICIAN else Realisation.REMOTE,
            reference=str(order.reference),
            sent_at=now,
            power_kva=order.wanted.floor_kva,
            target_case_id=LIMITING,
            visible_from=now + self.lag,
            point_id=order.point_id,
        )
        self.works.append(work)
        if fault is Fault.ANSWER_LOST:
            raise EnedisOutcomeUnknown("read-timeout: nothing came")
        return work.case_id

    def end(self, work: Work, how: Ending | None, now: datetime) -> None:
        """End a case, with its effect on the point; None cancels it."""
        if how is None:
            work.cancelled_at = now
        else:
            work.ending, work.comes_at = how, now
        self.point.settle(now)

    def limit(self, now: datetime) -> None:
        """Limit the point, which carries out the limitation that is pending, if any."""
        self.point.supply_state, self.point.limited_power_kva = SupplyState.LIMITED, Decimal(1)
        for each in self.works:
            if each.kind is InterventionType.LIMITATION and each.is_running(now):
                self.end(each, Ending.DONE, now)

    def lift(self) -> None:
        self.point.supply_state, self.point.limited_power_kva = SupplyState.SUPPLIED, None


# ── Listeners ──

ENDS_OF_DUNNING = RANKS.keys() - {"DunningHoldRequested"}


@dataclass
class Bus:
    """Keeps the published events."""

    events: list[tuple[str, Mapping[str, Any]]] = field(default_factory=list)
    dunning: Dunning = field(default_factory=Dunning)
    _by_id: dict[str, Mapping[str, Any]] = field(default_factory=dict)

    def publish(self, detail_type: str, detail: Mapping[str, Any]) -> None:
        # A floor is the same as 3 and as 3.0.
        same = dict(detail) | ({"floorKva": Decimal(detail["floorKva"])} if "floorKva" in detail else {})
        known = self._by_id.setdefault(detail["id"], same)
        if known != same:
            raise Broken(f"an event's id names one event: {known} and {detail}")
        self.events.append((detail_type, detail))
        self.dunning.hear(detail_type, detail)

    def reported_returns(self, limitation_id: str) -> set[str]:
        """The payments that billing heard of, since they came back after a restoration."""
        return {
            detail["paymentId"]
            for detail_type, detail in self.events
            if detail_type == "RestoredPaymentReversed" and detail["limitationId"] == limitation_id
        }

    def asked(self, limitation_id: str) -> tuple[int | None, int | None]:
        """The generation and the number of the last question about a limitation, if there was any."""
        asked = (detail for kind, detail in reversed(self.events) if kind == "AdvisorDecisionRequested")
        last: Mapping[str, Any] = next((each for each in asked if each["limitationId"] == limitation_id), {})
        return last.get("generation"), last.get("question")

    def published(self, limitation_id: str) -> set[tuple[str, int]]:
        """The types of the events about a limitation, each with its generation."""
        return {(kind, detail["generation"]) for kind, detail in self.events if detail["limitationId"] == limitation_id}
