"""Draws the screens of supervision for CloudWatch's dashboards and the local console. It reads, and changes nothing."""

from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext
from botocore.exceptions import BotoCoreError, ClientError

from restoration.observability import logger, observed
from supervision import bootstrap

supervision = bootstrap.supervision()


@observed
def handler(event: dict[str, Any], context: LambdaContext) -> str:
    try:
        return supervision.result(event, context.invoked_function_arn)
    except (BotoCoreError, ClientError):
        # A dashboard shows nothing of a function's error: the page says what to do, and the log says what happened.
        logger.exception("a screen could not be read")
        return supervision.unreadable(event, context.invoked_function_arn)
