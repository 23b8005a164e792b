"""Asks billing for all that the rules need to know about one limitation: debt, payments, plan, aid, protections."""

from typing import Annotated, Any

from aws_lambda_powertools.utilities.parser import event_parser
from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import Field

from restoration import bootstrap
from restoration.observability import count, logger, metrics, tracer
from restoration.wire import Identifier, WireModel


class CheckRequest(WireModel):
    limitation_id: Identifier
    contract_id: Annotated[Identifier, Field(description="The contract whose debt the limitation is for")]


@metrics.log_metrics
@tracer.capture_lambda_handler
@logger.inject_lambda_context(clear_state=True, correlation_id_path="limitationId")
@event_parser(model=CheckRequest)
def handler(event: CheckRequest, context: LambdaContext) -> dict[str, Any]:
    situation = bootstrap.billing().situation(event.contract_id, event.limitation_id)
    logger.info("payment checked", payments=len(situation.payments), contract_status=situation.contract_status)
    facts = situation.facts()
    for payment in facts["payments"]:
        if stated := {name: payment[name] for name in ("statedMeans", "statedStatus") if name in payment}:
            logger.warning("payment of unknown means or status", payment=payment["paymentId"], stated=stated)
            count("UnknownPayments")
    return facts
