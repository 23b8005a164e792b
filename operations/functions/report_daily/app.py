"""Makes the report of the day and of the month: by mail, and as a table in S3. A schedule asks for it several times."""

from datetime import date
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext

from restoration import settings
from restoration.bootstrap import clients
from restoration.clock import utc_now
from restoration.contracts.wire import WireModel
from restoration.observability import count, logger, observed
from supervision.bootstrap import sources
from supervision.periods import Kind, Reported
from supervision.reports.archive import ReportArchive
from supervision.reports.desk import ReportDesk
from supervision.reports.post import ReportPost

in_time = {
    "Early": settings.percent("EARLY_SLO_PERCENT"),
    "Remote": settings.percent("REMOTE_SLO_PERCENT"),
    "Technician": settings.percent("TECHNICIAN_SLO_PERCENT"),
}
sender, recipients = settings.text("SENDER_ADDRESS"), settings.listed("REPORT_RECIPIENTS")
post = ReportPost(clients.client_that_tries_once("sesv2"), sender, recipients)
archive = ReportArchive(clients.client("s3"), settings.text("REPORTS_BUCKET"))
desk = ReportDesk(sources(), in_time, archive, post, utc_now)


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
