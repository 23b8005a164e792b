"""Settles a limitation: closes it or lets it go, and publishes the events that follow."""

from decimal import Decimal
from typing import Annotated

from aws_lambda_powertools.utilities.parser import event_parser
from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import AfterValidator

from restoration import bootstrap
from restoration.clock import moment_of
from restoration.contracts.wire import Identifier, WireModel
from restoration.domain.claim import Question
from restoration.observability import count, logger, metrics, tracer
from restoration.use_cases.settle_limitation import ProposedEnd

desk = bootstrap.settlement_desk()

CENT = Decimal("0.01")


class QuestionDetail(WireModel):
    number: int
    reason: str
    asked_at: int


class SettlementRequest(WireModel):
    limitation_id: Identifier
    execution: str
    generation: int
    seen: int
    outcome: Identifier
    reason: str
    ended_order: str | None = None
    reference: str | None = None
    floor_kva: Decimal | None = None
    balance: Annotated[Decimal, AfterValidator(lambda euros: euros.quantize(CENT))] | None = None
    question: QuestionDetail | None = None


@metrics.log_metrics
@tracer.capture_lambda_handler
@logger.inject_lambda_context(clear_state=True, correlation_id_path="limitationId")
@event_parser(model=SettlementRequest)
def handler(event: SettlementRequest, context: LambdaContext) -> dict[str, str]:
    asked = event.question
    question = Question(asked.number, asked.reason, moment_of(asked.asked_at)) if asked else None
    outcome = desk.settle(ProposedEnd(**(dict(event) | {"question": question})))
    logger.info("limitation settled", asked=event.outcome, outcome=outcome, reason=event.reason)
    count(f"Settled{outcome.title().replace('_', '')}")
    return {"outcome": outcome}
