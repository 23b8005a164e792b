"""Evaluates one decision of the ``.dmn`` files in ``decisions/`` and keeps it with its audit.

The audit is not answered: with some dozens of payments it would exceed what Step Functions takes of a task. Nor is it
logged: what was given and why it was decided may tell of a customer's health.
"""

from pathlib import Path
from typing import Any

from aws_lambda_powertools.utilities.parser import event_parser
from aws_lambda_powertools.utilities.typing import LambdaContext

from restoration import bootstrap
from restoration.decision import DecisionRequest
from restoration.observability import count, logger, metrics, tracer
from restoration.rules import RuleBook
from restoration.wire import Identifier, WireModel

rule_book = RuleBook(Path(__file__).with_name("decisions"))
decision_log = bootstrap.decision_log()


class EvaluationRequest(WireModel):
    decision: Identifier
    limitation_id: Identifier
    asked_by: str
    inputs: dict[str, Any]


@metrics.log_metrics
@tracer.capture_lambda_handler
@logger.inject_lambda_context(clear_state=True, correlation_id_path="limitationId")
@event_parser(model=EvaluationRequest)
def handler(event: EvaluationRequest, context: LambdaContext) -> dict[str, Any]:
    request = DecisionRequest(event.decision, event.limitation_id, event.asked_by, event.inputs)
    answer = rule_book.evaluate(request)
    decision_log.keep(request, answer)
    logger.info("decided", decision=event.decision, version=answer.version, rules=answer.matched_rules)
    count("DecisionWarnings", len(answer.audit["warnings"]))
    return {"value": answer.value, "version": answer.version, "matchedRules": answer.matched_rules}
