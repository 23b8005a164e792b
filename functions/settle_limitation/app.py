"""Settles a limitation: closes it or lets it go, and publishes the events that follow."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Annotated

from aws_lambda_powertools.utilities.parser import event_parser
from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import AfterValidator

from restoration import bootstrap
from restoration.clock import moment_of
from restoration.contracts.wire import Identifier, WireModel
from restoration.domain.claim import Question
from restoration.domain.ground import Basis, Ground
from restoration.observability import count, logger, metrics, tracer
from restoration.use_cases.settle_limitation import ProposedEnd

desk = bootstrap.settlement_desk()

CENT = Decimal("0.01")
Cents = Annotated[Decimal, AfterValidator(lambda euros: euros.quantize(CENT))]


class QuestionDetail(WireModel):
    number: int
    reason: str
    asked_at: int


class CoverageDetail(WireModel):
    """The part of the coverage decision that its ending needs; ``basis`` is None unless power comes back."""

    balance: Cents | None = None
    basis: Basis | None = None
    residual: Cents | None = None
    review_on: date | None = None

    def ground(self, payments: Sequence[str]) -> Ground | None:
        """The ground on which power comes back."""
        if self.basis is None:
            return None
        return Ground(self.basis, self.residual or Decimal(0), self.review_on, frozenset(payments))


class PaymentDetail(WireModel):
    """The part of the decision on the payments that its ending needs."""

    certain_amount: Decimal | None = None
    goodwill_amount: Decimal | None = None
    pending_amount: Decimal | None = None
    rejected_amount: Decimal | None = None
    counted_payments: tuple[str, ...] = ()

    @property
    def paid(self) -> bool:
        """Whether there is a payment that was not returned."""
        return any((self.certain_amount, self.goodwill_amount, self.pending_amount))


class PointDetail(WireModel):
    remotely_operable: bool | None = None


class SettlementRequest(WireModel):
    """An execution's proposal to end its claim. Before its first look it has neither coverage, payments nor a point."""

    limitation_id: Identifier
    execution: str
    generation: int
    seen: int
    outcome: Identifier
    reason: str
    ended_order: str | None = None
    reference: str | None = None
    floor_kva: Decimal | None = None
    coverage: CoverageDetail | None = None
    payment: PaymentDetail | None = None
    point: PointDetail | None = None
    question: QuestionDetail | None = None


@metrics.log_metrics
@tracer.capture_lambda_handler
@logger.inject_lambda_context(clear_state=True, correlation_id_path="limitationId")
@event_parser(model=SettlementRequest)
def handler(event: SettlementRequest, context: LambdaContext) -> dict[str, str]:
    asked = event.question
    question = Question(asked.number, asked.reason, moment_of(asked.asked_at)) if asked else None
    coverage, payment = event.coverage or CoverageDetail(), event.payment or PaymentDetail()
    outcome = desk.settle(
        ProposedEnd(
            limitation_id=event.limitation_id,
            execution=event.execution,
            generation=event.generation,
            seen=event.seen,
            outcome=event.outcome,
            reason=event.reason,
            ended_order=event.ended_order,
            reference=event.reference,
            floor_kva=event.floor_kva,
            balance=coverage.balance,
            question=question,
            ground=coverage.ground(payment.counted_payments),
            paid=payment.paid,
            rejected=bool(payment.rejected_amount),
            communicating_meter=event.point.remotely_operable if event.point else None,
        )
    )
    logger.info("limitation settled", asked=event.outcome, outcome=outcome, reason=event.reason)
    count(f"Settled{outcome.title().replace('_', '')}")
    return {"outcome": outcome}
