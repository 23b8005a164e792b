"""Makes the report of the day and of the month: by mail, and as a table in S3. A schedule asks for it several times."""

from datetime import date
from typing import Any

from aws_lambda_powertools.utilities.parser import event_parser
from aws_lambda_powertools.utilities.typing import LambdaContext

from restoration.contracts.wire import WireModel
from restoration.observability import count, logger, metrics, tracer
from supervision import bootstrap
from supervision.periods import Kind, Reported

desk = bootstrap.report_desk()


class ReportRequest(WireModel):
    """``report`` says which kind is due. With ``on``, the report of that day or month is made again, and mailed."""

    report: Kind
    on: date | None = None


@metrics.log_metrics
@tracer.capture_lambda_handler
@logger.inject_lambda_context(clear_state=True)
@event_parser(model=ReportRequest)
def handler(event: ReportRequest, context: LambdaContext) -> dict[str, Any]:
    if event.on is None:
        made = desk.run(event.report)
    else:
        about = Reported.of(event.report, event.on)
        made = [(about, desk.make(about))]
    fates = {about.name: fate.value for about, fate in made}
    for fate in fates.values():
        count(f"Reports{fate.title()}")
    logger.info("reports", kind=event.report, fates=fates)
    return fates
