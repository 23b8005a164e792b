"""Carries out a bulk redrive for the state machine: begins a run, redrives a step, looks at it, reports."""

from functools import cache
from typing import Annotated, Any, Literal

from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import Field

from record.bootstrap import failed_executions, read_claims, redrives
from record.domain.redrive_run import BY_THE_BRAKE, Policy
from record.pacing import Bucket, Pace
from record.use_cases.bulk_redrive import RedriveDesk
from restoration import settings
from restoration.clock import utc_now
from restoration.contracts.wire import ExecutionName, WireModel
from restoration.observability import count, logger, machine_handler
from restoration.tracing import together

# A bucket of one: turns are evenly spaced, and none is made up for.
turns = cache(lambda rate: Bucket(Pace(1, rate)))
policy = Policy(settings.whole_number("BRAKE_PERCENT"))
parts = failed_executions(), read_claims(), redrives()
desk = RedriveDesk(*parts, policy, utc_now, lambda rate: turns(rate).take(), together)

SOME_ITEMS_MILLISECONDS = 30_000
"""More than those take that are handled at once, however often AWS throttles: a step ends before the function does."""


class RedriveRequest(WireModel):
    step: Literal["BEGIN", "REDRIVE", "LOOK", "REPORT"]
    redrive_id: ExecutionName
    hash: str
    rate: Annotated[int, Field(ge=1, le=150)]


@machine_handler(RedriveRequest.model_validate, about="redriveId")
def handler(event: RedriveRequest, context: LambdaContext) -> dict[str, Any]:
    def is_time_left() -> bool:
        return context.get_remaining_time_in_millis() > SOME_ITEMS_MILLISECONDS

    match event.step:
        case "BEGIN":
            return {"progress": desk.begin(event.redrive_id, event.hash, event.rate).to_json()}
        case "REDRIVE":
            progress = desk.redrive(event.redrive_id, event.hash, is_time_left)
            logger.info("executions redriven", step=progress.steps, upTo=progress.next_item)
            return {"progress": progress.to_json()}
        case "LOOK":
            progress, following = desk.look(event.redrive_id, event.hash, is_time_left)
            logger.info("redriven executions looked at", progress=progress.to_json())
            return {"progress": progress.to_json(), "next": following.value}
    report = desk.report(event.redrive_id, event.hash)
    if report.progress.outcome in BY_THE_BRAKE:
        count("BulkRedrivesStopped", 1)
    logger.info("bulk redrive reported", report=report.to_json())
    return report.to_json()
