"""Starts a check of each open limitation, one page of the register at a time: what no event brought is found so."""

from collections import Counter
from datetime import datetime
from typing import Any

from aws_lambda_powertools.utilities.parser import event_parser
from aws_lambda_powertools.utilities.typing import LambdaContext

from restoration import bootstrap, settings
from restoration.limitation import Started, Trigger
from restoration.observability import count, logger, metrics, tracer
from restoration.wire import WireModel

register = bootstrap.register()
executions = bootstrap.executions()
page_size = settings.whole_number("PAGE_SIZE")


class PageRequest(WireModel):
    check_id: str
    at: datetime
    after: str | None = None


@metrics.log_metrics
@tracer.capture_lambda_handler
@logger.inject_lambda_context(clear_state=True, correlation_id_path="checkId")
@event_parser(model=PageRequest)
def handler(event: PageRequest, context: LambdaContext) -> dict[str, Any]:
    trigger = Trigger("NightlyCheck", event.check_id, event.at, event.check_id)
    page = register.page(event.after, page_size)
    started = Counter(
        executions.start(limitation_id, point_id, contract_id, trigger)
        for limitation_id, point_id, contract_id in page.limitations
    )
    count("NightlyChecks", started[Started.STARTED])
    logger.info("page of the register checked", started=started[Started.STARTED], of=len(page.limitations))
    return {"started": started[Started.STARTED], "found": len(page.limitations), "after": page.after}
