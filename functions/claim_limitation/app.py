"""Takes charge of a limitation, or looks at it again: one execution holds it, whatever comes."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from restoration.bootstrap import aws
from restoration.clock import utc_now
from restoration.contracts.wire import Identifier, WireModel
from restoration.domain.claimant import Claimant
from restoration.domain.limitation import Trigger
from restoration.domain.question import Question
from restoration.observability import count, logger, machine_handler
from restoration.tracing import annotate
from restoration.use_cases.claim_limitation import ClaimDesk

desk = ClaimDesk(aws.claims(), aws.executions(), aws.event_bus(), aws.switch(), utc_now)


class ClaimRequest(WireModel):
    limitation_id: Identifier
    execution: str
    trigger: Trigger
    generation: int | None = None
    seen: int | None = None
    question: Question | None = None
    unanswered: bool = False
    ended_order: str | None = None


@machine_handler(ClaimRequest.model_validate, failures="ClaimLimitationFailed")
def handler(event: ClaimRequest, context: LambdaContext) -> dict[str, Any]:
    asked = (event.generation, event.seen, event.question, event.unanswered, event.ended_order)
    facts = desk.claim(event.limitation_id, Claimant(event.execution, event.trigger, *asked))
    logger.info("limitation claimed", standing=facts["standing"], mode=facts["mode"], trigger=event.trigger.type)
    count(f"Claims{facts['standing'].title().replace('_', '')}")
    annotate(outcome=facts["standing"])
    return facts
