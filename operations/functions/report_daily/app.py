"""Makes the report of the day and of the month: by mail, and as a table in S3. A schedule asks for it several times."""

from datetime import date
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from restoration.contracts.wire import WireModel
from restoration.observability import count, logger, observed
from supervision import bootstrap
from supervision.periods import Kind, Reported

desk = bootstrap.report_desk()


class ReportRequest(WireModel):
    """``report`` says which kind is due. With ``on``, the report of that day or month is made again, and mailed."""

    report: Kind
    on: date | None = None


@observed
def handler(event: Any, context: LambdaContext) -> dict[str, Any]:
    asked = ReportRequest.model_validate(event)
    if asked.on is None:
        made = desk.run(asked.report)
    else:
        about = Reported.of(asked.report, asked.on)
        made = [(about, desk.make(about))]
    fates = {about.name: fate.value for about, fate in made}
    for fate in fates.values():
        count(f"Reports{fate.title()}")
    logger.info("reports", kind=asked.report, fates=fates)
    return fates
