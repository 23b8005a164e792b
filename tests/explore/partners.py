"""Billing, Enedis and the listeners to our events, as far as a course needs them."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from decimal import Decimal
from enum import Enum, auto
from typing import Any

from restoration.clock import paris_date
from restoration.contracts.billing import BillingSituation, HousingAid, Payment, PaymentPlan, Protections
from restoration.domain.order import Intent, OpenOrder
from restoration.domain.payment import (
    ContractStatus,
    HousingAidState,
    PaymentHistory,
    PaymentMeans,
    PaymentStatus,
    PlanState,
)
from restoration.domain.point import Case, PointSituation, SupplyState, Visit
from restoration.errors import EnedisOutcomeUnknown, EnedisRejected, EnedisUnavailable
from tests.explore.calls import Broken

POINT = "01234567890123"
DEBT = Decimal("100.00")
RULES_MOVE_AFTER = timedelta(days=20)
"""Business dates move once, past every bank's deadline: the rules are asked the same again and again."""


# ── Billing ──


@dataclass
class Paid:
    """A payment at billing: its statuses, each with the moment from which the read side shows it."""

    payment_id: str
    means: PaymentMeans
    amount: Decimal
    stated: list[tuple[datetime, PaymentStatus]]

    def shown(self, now: datetime) -> PaymentStatus | None:
        return next((status for since, status in reversed(self.stated) if since <= now), None)


@dataclass
class Debt:
    """Billing's knowledge of one limitation."""

    payments: list[Paid] = field(default_factory=list)
    plan: PlanState = PlanState.NONE
    plan_id: str = ""
    aid: HousingAidState = HousingAidState.NONE
    medical: bool = False
    dispute: bool = False
    contract: ContractStatus = ContractStatus.ACTIVE

    def is_covered(self, now: datetime) -> bool:
        """Whether certain money covers it, as billing shows it."""
        certain = {PaymentStatus.CAPTURED, PaymentStatus.CLEARED}
        paid = sum(each.amount for each in self.payments if each.shown(now) in certain)
        return self.contract is ContractStatus.ACTIVE and paid >= DEBT


@dataclass
class Billing:
    """Billing's read side."""

    start: datetime
    history: PaymentHistory
    debts: dict[str, Debt] = field(default_factory=dict)

    def situation(self, contract_id: str, limitation_id: str, now: datetime) -> BillingSituation:
        debt, start = self.debts[limitation_id], paris_date(self.start)
        filed, granted = debt.aid is HousingAidState.FILED, debt.aid is HousingAidState.GRANTED
        first = Decimal(0) if debt.plan is PlanState.AGREED else None
        return BillingSituation(
            contract_id=contract_id,
            customer_id="CUS-1",
            point_id=POINT,
            contract_status=debt.contract,
            subscribed_power_kva=Decimal(6),
            business_date=start if now - self.start < RULES_MOVE_AFTER else paris_date(self.start + RULES_MOVE_AFTER),
            limitation_debt=DEBT,
            other_due_debt=Decimal(0),
            currency="EUR",
            payments=tuple(
                Payment(payment_id=it.payment_id, means=it.means, status=status, amount=it.amount, received_on=start)
                for it in debt.payments
                if (status := it.shown(now))
            ),
            payment_history=self.history,
            plan=PaymentPlan(state=debt.plan, first_instalment=first),
            housing_aid=HousingAid(state=debt.aid, filed_on=start if filed else None, amount=DEBT if granted else None),
            protections=Protections(
                energy_voucher=False, medical=debt.medical, dispute=debt.dispute, over_indebtedness=False
            ),
        )


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


class CaseEnd(Enum):
    """The ways in which Enedis ends a case."""

    DONE = ("CPRE", "TERMN")
    NOT_DONE = ("CPNR", "TERMN")
    INADMISSIBLE = ("CNRE", "TERMN")
    CANCELLED = ("INPL", "ANNUL")


@dataclass
class Work:
    """A case at Enedis."""

    case_id: str
    reference: str | None
    kind: str
    power_kva: Decimal | None
    shown_from: datetime
    point_id: str = ""
    planned: int = 0
    """The number of times that a technician's visit was planned."""
    state: str = "DMTR"
    status: str = "COURS"

    @property
    def is_running(self) -> bool:
        return self.status == "COURS"


@dataclass
class Enedis:
    """One point and its cases; accepts whatever is ordered, however many orders there are."""

    supply: SupplyState = SupplyState.LIMITED
    limited_kva: Decimal | None = Decimal(1)
    operable: bool = True
    contract_id: str = "CON-1"
    reads: int = 0
    fault: Fault = Fault.NONE
    code: str = "SGT4B8"
    lag: timedelta = timedelta()
    works: list[Work] = field(default_factory=list)
    given_up: Callable[[str], bool] = lambda _: False
    """Whether an order is one of a limitation that billing ended while Enedis worked on it: nobody follows it."""

    def running(self) -> list[Work]:
        """Orders of ours that are at work."""
        return [work for work in self.works if work.reference and work.is_running]

    def has_reached(self, work: Work) -> bool:
        """Whether the point shows the floor that an order was for."""
        return bool(work.power_kva and self.limited_kva and self.limited_kva >= work.power_kva)

    def read(self, now: datetime) -> PointSituation:
        if self.fault is Fault.UNAVAILABLE:
            raise EnedisUnavailable("read-timeout: nothing came")
        cases = [
            Case(
                work.case_id,
                "F200B",
                work.reference,
                work.state,
                work.status,
                visit=Visit(paris_date(work.shown_from + timedelta(days=1 + work.planned))) if work.planned else None,
                kind=work.kind,
            )
            for work in self.works
            if work.shown_from <= now
        ]
        self.reads += 1
        read_at = now + timedelta(milliseconds=self.reads)
        return PointSituation(
            POINT, self.supply, self.operable, "SERVC", self.contract_id, Decimal(6), self.limited_kva, read_at, cases
        )

    def accept(self, order: OpenOrder, now: datetime) -> str:
        fault, self.fault = self.fault, Fault.NONE
        if fault is Fault.UNAVAILABLE:
            raise EnedisUnavailable("connection: refused")
        if fault is Fault.REQUEST_LOST:
            raise EnedisOutcomeUnknown("read-timeout: nothing came")
        if fault is Fault.REFUSED:
            raise EnedisRejected(self.code, "Demande non recevable")
        kind = "CANCELLATION" if order.wanted.intent is Intent.CANCEL_LIMITATION else "RESTORATION"
        for work in self.running():
            if work.point_id not in {"", order.point_id}:
                continue  # billing has moved one of the two limitations
            if self.has_reached(work):
                continue  # by the rules (progress.dmn) the next order waits for no case of a floor that is reached
            own = str(work.reference).startswith(f"{order.reference.limitation_id}/")
            if own or not (self.given_up(str(work.reference)) or self.given_up(str(order.reference))):
                raise Broken(f"two orders at work on one point: {work.reference} runs, {order.reference} came")
        work = Work(
            f"A{len(self.works) + 1}",
            str(order.reference),
            kind,
            order.wanted.floor_kva,
            now + self.lag,
            order.point_id,
        )
        work.planned = int("/T/" in str(order.reference))
        self.works.append(work)
        if fault is Fault.ANSWER_LOST:
            raise EnedisOutcomeUnknown("read-timeout: nothing came")
        return work.case_id

    def end(self, work: Work, how: CaseEnd) -> None:
        """End a case, with its effect on the point."""
        work.state, work.status = how.value
        if how is not CaseEnd.DONE:
            return
        if work.kind == "LIMITATION":
            self.limit()
        elif work.kind == "CANCELLATION":
            for each in self.works:
                if each.kind == "LIMITATION" and each.is_running:
                    each.state, each.status = CaseEnd.CANCELLED.value
        elif work.power_kva is None:
            self.lift()
        elif self.supply is not SupplyState.SUPPLIED:
            self.limited_kva = work.power_kva

    def limit(self) -> None:
        """Limit the point, which carries out the limitation that is pending, if any."""
        self.supply, self.limited_kva = SupplyState.LIMITED, Decimal(1)
        for each in self.works:
            if each.kind == "LIMITATION" and each.is_running:
                each.state, each.status = CaseEnd.DONE.value

    def lift(self) -> None:
        self.supply, self.limited_kva = SupplyState.SUPPLIED, None


# ── Listeners ──

ENDS_OF_DUNNING = ("DunningHoldReleased", "DunningHoldExtended", "DunningStopRequested")
_RANK = {"DunningHoldRequested": 0, "DunningHoldReleased": 1, "DunningHoldExtended": 2, "DunningStopRequested": 3}


@dataclass
class Bus:
    """Keeps the published events."""

    events: list[tuple[str, Mapping[str, Any]]] = field(default_factory=list)
    _by_id: dict[str, Mapping[str, Any]] = field(default_factory=dict)

    def publish(self, detail_type: str, detail: Mapping[str, Any]) -> None:
        # A floor is the same as 3 and as 3.0.
        same = dict(detail) | ({"floorKva": Decimal(detail["floorKva"])} if "floorKva" in detail else {})
        known = self._by_id.setdefault(detail["id"], same)
        if known != same:
            raise Broken(f"an event's id names one event: {known} and {detail}")
        self.events.append((detail_type, detail))

    def reported_returns(self, limitation_id: str) -> set[str]:
        """The payments that billing heard of, since they came back after a restoration."""
        return {
            detail["paymentId"]
            for detail_type, detail in self.events
            if detail_type == "RestoredPaymentReversed" and detail["limitationId"] == limitation_id
        }

    def published(self, limitation_id: str) -> set[tuple[str, int]]:
        """The types of the events about a limitation, each with its generation."""
        return {(kind, detail["generation"]) for kind, detail in self.events if detail["limitationId"] == limitation_id}

    def last_dunning(self, limitation_id: str) -> str | None:
        """The event that counts for dunning: of the newest generation, and in it the one of the highest rank."""
        published = [
            (detail["generation"], _RANK[detail_type], detail_type)
            for detail_type, detail in self.events
            if detail_type in _RANK and detail["limitationId"] == limitation_id
        ]
        return max(published)[2] if published else None
