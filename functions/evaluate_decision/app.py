"""Evaluates one decision of the ``.dmn`` files in ``decisions/``, or a whole look, and keeps the decision.

The audit is not returned: with some dozens of payments it would exceed the size that Step Functions allows.
"""

from pathlib import Path
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from restoration import settings
from restoration.adapters.dmn.rule_book import RuleBook
from restoration.adapters.dynamodb.decision_log import DecisionLog
from restoration.bootstrap import aws, clients
from restoration.contracts.wire import Identifier, WireModel
from restoration.domain.decision import DecisionRequest
from restoration.domain.look import FACTS
from restoration.observability import count, logger, machine_handler
from restoration.use_cases.evaluate_decision import DecisionDesk

UNTOLD = frozenset({*FACTS, "attention"})
"""The decisions whose rules no log names."""

log = DecisionLog(clients.dynamodb(), settings.text("DECISIONS_TABLE"))
rules = RuleBook(Path(__file__).with_name("decisions"))
desk = DecisionDesk(rules.evaluate, log.keep, aws.situations().read)


class EvaluationRequest(WireModel):
    """``situation`` names the facts of an execution's look; ``look`` holds those of a look without an execution."""

    decision: Identifier
    limitation_id: Identifier
    asked_by: str
    inputs: dict[str, Any] | None = None
    situation: str | None = None
    look: dict[str, Any] | None = None


@machine_handler(EvaluationRequest.model_validate)
def handler(event: EvaluationRequest, context: LambdaContext) -> dict[str, Any]:
    request = DecisionRequest(event.decision, event.limitation_id, event.asked_by, event.inputs or {})
    result = desk.decide(request, event.situation) if event.look is None else desk.look(request, event.look)
    # The inputs may reveal somebody's health, and so may the very id of a rule about protections.
    rules = () if event.decision in UNTOLD else result.matched_rules
    logger.info("decided", decision=event.decision, version=result.version, rules=rules)
    count("DecisionWarnings", len(result.audit["warnings"]))
    return {"value": result.value, "version": result.version}
