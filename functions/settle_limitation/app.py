"""Settles a limitation: closes it or lets it go, and publishes the events that follow."""

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated

from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import AfterValidator

from restoration.bootstrap import aws
from restoration.clock import utc_now
from restoration.contracts.wire import Identifier, WireModel
from restoration.domain.claim import Settlement
from restoration.domain.ground import Asks, Basis, Demand, Ground
from restoration.domain.question import Question
from restoration.errors import InvalidConfiguration
from restoration.observability import count, logger, machine_handler
from restoration.tracing import annotate
from restoration.use_cases.settle_limitation import ProposedEnd, SettlementDesk

hear = aws.restoration_start().hear
desk = SettlementDesk(aws.claims(), aws.orders(), aws.register(), aws.event_bus(), hear, utc_now)

CENT = Decimal("0.01")
Cents = Annotated[Decimal, AfterValidator(lambda euros: euros.quantize(CENT))]


class CoverageDetail(WireModel):
    """The part of the coverage decision that its ending needs; ``basis`` is None unless power comes back.

    An execution whose look was by an older table has no ``asks``.
    """

    balance: Cents | None = None
    basis: Basis | None = None
    residual: Cents | None = None
    review_on: date | None = None
    frozen_debt: Cents = Decimal("0.00")
    frozen_paid: Cents = Decimal("0.00")
    asks: Asks | None = None
    due_on: date | None = None
    household: bool = True

    @property
    def demand(self) -> Demand | None:
        """What is asked of the customer for full power."""
        return Demand(self.asks, self.balance or Decimal(0), self.due_on, self.household) if self.asks else None

    def ground(self, payments: Sequence[str]) -> Ground | None:
        """The ground on which power comes back.

        Raises
        ------
        InvalidConfiguration
            When the coverage table holds dunning without a date, or stops it although the debt is open.
        """
        if self.basis is None:
            return None
        try:
            return Ground(self.basis, self.residual or Decimal(0), self.review_on, frozenset(payments))
        except ValueError as error:
            raise InvalidConfiguration(f"coverage.dmn: {error}") from error


class PaymentDetail(WireModel):
    """The part of the decision on the payments that its ending needs."""

    certain_amount: Decimal | None = None
    goodwill_amount: Decimal | None = None
    pending_amount: Decimal | None = None
    rejected_amount: Decimal | None = None
    rejected_means: frozenset[str] = frozenset()
    counted_payments: tuple[str, ...] = ()

    @property
    def paid(self) -> bool:
        """Whether there is a payment that was not returned."""
        return any((self.certain_amount, self.goodwill_amount, self.pending_amount))


class PointDetail(WireModel):
    remotely_operable: bool | None = None
    read_at: datetime | None = None


class SettlementRequest(WireModel):
    """An execution's proposal to end its claim. Before its first look it has neither coverage, payments nor a point."""

    limitation_id: Identifier
    execution: str
    generation: int
    seen: int
    outcome: Identifier
    reason: str
    point_id: Identifier | None = None
    ended_order: str | None = None
    reference: str | None = None
    floor_kva: Decimal | None = None
    coverage: CoverageDetail | None = None
    payment: PaymentDetail | None = None
    point: PointDetail | None = None
    question: Question | None = None

    @property
    def proposed_end(self) -> ProposedEnd:
        """The end, as the settlement desk takes it.

        Raises
        ------
        InvalidConfiguration
            As :meth:`CoverageDetail.ground` does.
        """
        coverage = self.coverage or CoverageDetail()
        payment = self.payment or PaymentDetail()
        settlement = Settlement(
            self.execution,
            self.generation,
            self.outcome,
            self.reason,
            reference=self.reference,
            floor_kva=self.floor_kva,
            balance=coverage.balance,
            question=self.question,
            ground=coverage.ground(payment.counted_payments),
            demand=coverage.demand,
            counted=payment.paid,
            rejected=bool(payment.rejected_amount),
            rejected_means=payment.rejected_means,
            communicating_meter=self.point.remotely_operable if self.point else None,
            unclaimable=coverage.frozen_debt,
            unclaimable_paid=coverage.frozen_paid,
        )
        read_at = self.point.read_at if self.point else None
        return ProposedEnd(self.limitation_id, settlement, self.seen, self.point_id, read_at, self.ended_order)


@machine_handler(SettlementRequest.model_validate, failures="SettleLimitationFailed")
def handler(event: SettlementRequest, context: LambdaContext) -> dict[str, str]:
    outcome = desk.settle(event.proposed_end)
    logger.info("limitation settled", asked=event.outcome, outcome=outcome, reason=event.reason)
    count(f"Settled{outcome.title().replace('_', '')}")
    annotate(outcome=outcome)
    return {"outcome": outcome}
