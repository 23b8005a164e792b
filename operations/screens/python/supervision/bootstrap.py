"""The parts of the functions that draw the screens and make the reports, each built once in a process."""

from functools import cache
from typing import TYPE_CHECKING, Any

from record import bootstrap
from record.adapters.cloudwatch import CloudWatchMeasures
from record.adapters.dynamodb.desk_figures import DeskFigures
from restoration import settings
from restoration.bootstrap import clients
from restoration.clock import utc_now
from supervision.sources import Sources

if TYPE_CHECKING:
    from supervision.reports.desk import ReportDesk
    from supervision.supervise import Supervision


@cache
def supervision() -> "Supervision":
    """What draws the screens, with its sources of AWS."""
    from record.cases.dossier import DossierReader
    from record.cases.stack import OwnStack
    from supervision.supervise import Supervision

    cases = DossierReader(OwnStack(settings.text("STACK_NAME"), settings.text("STATE_MACHINE_ARN"), clients.client))
    read = _sources(
        runbook=settings.text("RUNBOOK"),
        order_queues=(settings.text("URGENT_ORDERS_QUEUE"), settings.text("ORDERS_QUEUE")),
        enedis_calls_per_second=settings.whole_number("ENEDIS_CALLS_PER_SECOND"),
        cases=cases,
        left=cases.left_to_advisors,
    )
    return Supervision(read, utc_now)


@cache
def report_desk() -> "ReportDesk":
    """What makes the reports. It reads the counts and the open cases, and no single case."""
    from supervision.reports.archive import ReportArchive
    from supervision.reports.desk import ReportDesk
    from supervision.reports.post import ReportPost

    in_time = {
        "Early": settings.percent("EARLY_SLO_PERCENT"),
        "Remote": settings.percent("REMOTE_SLO_PERCENT"),
        "Technician": settings.percent("TECHNICIAN_SLO_PERCENT"),
    }
    sender, recipients = settings.text("SENDER_ADDRESS"), settings.listed("REPORT_RECIPIENTS")
    post = ReportPost(lambda: clients.client_that_tries_once("sesv2"), sender, recipients)
    archive = ReportArchive(clients.client("s3"), settings.text("REPORTS_BUCKET"))
    return ReportDesk(_sources(), in_time, archive, post, utc_now)


def _sources(**more: Any) -> Sources:
    """What both read of AWS; ``more`` is what the screens alone do."""
    stack = settings.text("STACK_NAME")
    desk = DeskFigures(clients.dynamodb(), f"{stack}-channels")
    return Sources(
        record=bootstrap.record(),
        measures=CloudWatchMeasures(clients.client("cloudwatch"), utc_now),
        stack=stack,
        terms=bootstrap.terms(),
        desk=desk.of,
        promised=desk.promises,
        **more,
    )
