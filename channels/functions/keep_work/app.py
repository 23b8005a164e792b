"""Keeps the advisors' list of work, and the doors of cases, by the events of the core's bus."""

import json
from collections.abc import Mapping
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from channels import bootstrap
from restoration.adapters.sqs.batch import LastTry, process_batch
from restoration.bootstrap import aws
from restoration.observability import count, logger, metrics, tracer

keeping = bootstrap.work_keeping()

GIVE_UP_AT = 22
"""The try of a record after which it is put aside with its error."""
NOT_BY_CONTRACT = (KeyError, TypeError, ValueError)
"""What reading an event raises that lacks something: no further try helps, and somebody may wait."""


@metrics.log_metrics
@tracer.capture_lambda_handler
@logger.inject_lambda_context(clear_state=True)
def handler(event: Mapping[str, Any], context: LambdaContext) -> Mapping[str, Any]:
    return process_batch(event, receive, aws.dead_letters, LastTry(GIVE_UP_AT, at_once=NOT_BY_CONTRACT))


def receive(body: str) -> None:
    event = json.loads(body)
    outcome = keeping.receive(event)
    logger.info("event taken in", event=event.get("id"), type=event.get("detail-type"), outcome=outcome)
    if outcome == "COMPARED":
        count("WorkOverdue", len(keeping.overdue()))
