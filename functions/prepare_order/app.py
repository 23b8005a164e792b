"""Writes the one order of a limitation before it leaves, or finds the older one that has to be finished first."""

from datetime import datetime
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from restoration.bootstrap import aws
from restoration.contracts.wire import Identifier, WireModel
from restoration.domain.order import Wanted
from restoration.observability import logger, machine_handler
from restoration.tracing import annotate
from restoration.use_cases.prepare_order import OrderPreparation, Preparation

preparation = OrderPreparation(aws.claims(), aws.orders(), aws.event_bus())


class PreparationRequest(WireModel):
    limitation_id: Identifier
    execution: str
    generation: int
    wanted: Wanted | None = None
    ended_order: str | None = None
    read_at: datetime | None = None
    point_id: Identifier
    contract_id: Identifier


@machine_handler(PreparationRequest.model_validate, failures="PrepareOrderFailed")
def handler(event: PreparationRequest, context: LambdaContext) -> dict[str, Any]:
    looked_at = (event.point_id, event.contract_id)
    known = event.limitation_id, event.execution, event.generation
    prepared = preparation.prepare(*known, event.wanted, event.ended_order, event.read_at, looked_at)
    logger.info("order prepared", result=prepared.result, reference=str(prepared.order and prepared.order.reference))
    annotate(outcome=prepared.result.value)
    return facts_of(prepared)


def facts_of(prepared: Preparation) -> dict[str, Any]:
    """The facts for the state machine: the order as ``OrderAtEnedis`` queues it."""
    order = prepared.order
    return {
        "result": prepared.result.value,
        "followed": prepared.followed,
        "order": (
            {
                "reference": str(order.reference),
                "pointId": order.point_id,
                "contractId": order.contract_id,
                "intent": order.wanted.intent.value,
                "ordinal": order.reference.ordinal,
                "aim": order.wanted.aim.value,
                "floorKva": float(order.wanted.floor_kva) if order.wanted.floor_kva is not None else None,
                "afterCut": order.wanted.after_cut,
                "limitationCaseId": order.wanted.limitation_case_id,
            }
            if order
            else None
        ),
    }
