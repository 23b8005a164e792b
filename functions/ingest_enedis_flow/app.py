"""Reconciles the register with Enedis' daily flows: what was lifted without us, what is limited and we do not know."""

from collections.abc import Mapping
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from restoration import bootstrap
from restoration.adapters.enedis_flows import parse_dropped_file
from restoration.adapters.sqs_batch import process_batch
from restoration.flow_telling import tell
from restoration.limitation import Trigger
from restoration.observability import logger, metrics, tracer

flows = bootstrap.flow_bucket()
desk = bootstrap.flow_desk()
executions = bootstrap.executions()
dead_letters = bootstrap.dead_letters()


@metrics.log_metrics
@tracer.capture_lambda_handler
@logger.inject_lambda_context(clear_state=True)
def handler(event: Mapping[str, Any], context: LambdaContext) -> Mapping[str, Any]:
    return process_batch(event, context, receive, dead_letters)


def receive(body: str, trace_header: str | None) -> None:
    def check(limitation_id: str, point_id: str, contract_id: str, trigger: Trigger) -> None:
        started = executions.start(limitation_id, point_id, contract_id, trigger, trace_header)
        logger.info("limitation checked", correlation_id=limitation_id, trigger=trigger.id, start=started.name)

    file = parse_dropped_file(body)
    with flows.opened(file) as content:
        tell(file.name, desk.ingest(file.name, content, check, file.event_id))
