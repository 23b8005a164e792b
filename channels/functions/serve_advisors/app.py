"""The advisors' desk and API: what waits for a person, and one case with what to say and to decide."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from channels import bootstrap
from restoration.observability import logger, metrics, tracer

resolve = bootstrap.advisors()


@metrics.log_metrics
@tracer.capture_lambda_handler
@logger.inject_lambda_context(clear_state=True)
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    return resolve(event, context)
