"""Freezes a bulk redrive: finds the failed executions that are meant, page by page, and writes their manifest."""

from typing import Annotated, Any, Literal

from aws_lambda_powertools.utilities.typing import LambdaContext
from pydantic import AwareDatetime, Field

from record.bootstrap import failed_executions, read_claims, redrives
from record.domain.redrive_choice import Choice
from record.use_cases.freeze_redrive import FreezeDesk, Place
from restoration import settings
from restoration.contracts.wire import ExecutionName, WireModel
from restoration.observability import logger, machine_handler

desk = FreezeDesk(failed_executions(), read_claims(), redrives())
calls_per_second = settings.whole_number("ENEDIS_CALLS_PER_SECOND")


class FreezeRequest(WireModel):
    step: Literal["FIND", "FREEZE"]
    freezing: ExecutionName
    at: AwareDatetime
    rate: Annotated[int, Field(ge=1, le=150)]
    chosen: Choice
    place: Place | None = None


@machine_handler(FreezeRequest.model_validate, about="freezing")
def handler(event: FreezeRequest, context: LambdaContext) -> dict[str, Any]:
    if event.step == "FIND":
        found, following = desk.find(event.freezing, event.chosen, event.place)
        logger.info("failed executions looked at", found=found)
        return {"found": found, "place": following.to_json() if following else None}
    manifest = desk.freeze(event.freezing, event.chosen, event.at)
    estimate = manifest.estimate(event.rate, calls_per_second)
    logger.info("manifest frozen", redriveId=manifest.redrive_id, items=estimate.items)
    return {"redriveId": manifest.redrive_id, "hash": manifest.hash, "leftOut": manifest.left_out, **estimate.to_json()}
