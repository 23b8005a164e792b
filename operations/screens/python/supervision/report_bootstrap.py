"""The parts of the function that makes the reports, built once in a process."""

from functools import cache

from record import bootstrap
from record.adapters.cloudwatch import CloudWatchMeasures
from record.adapters.dynamodb.desk_figures import DeskFigures
from restoration import settings
from restoration.bootstrap import clients
from restoration.clock import utc_now
from supervision.figures.report import Objectives
from supervision.reports.archive import ReportArchive
from supervision.reports.desk import ReportDesk
from supervision.reports.post import ReportPost
from supervision.sources import Sources


@cache
def report_desk() -> ReportDesk:
    """What makes the reports. It reads the counts and the open cases, and no single case."""
    stack = settings.text("STACK_NAME")
    read = Sources(
        record=bootstrap.record(),
        measures=CloudWatchMeasures(clients.client("cloudwatch"), utc_now),
        stack=stack,
        promised=DeskFigures(clients.dynamodb(), f"{stack}-channels").promises,
    )
    objectives = Objectives(
        bootstrap.terms(),
        {
            "Early": settings.percent("EARLY_SLO_PERCENT"),
            "Remote": settings.percent("REMOTE_SLO_PERCENT"),
            "Technician": settings.percent("TECHNICIAN_SLO_PERCENT"),
        },
    )
    post = ReportPost(
        lambda: clients.client_that_tries_once("sesv2"),
        settings.text("SENDER_ADDRESS"),
        settings.listed("REPORT_RECIPIENTS"),
    )
    archive = ReportArchive(clients.client("s3"), settings.text("REPORTS_BUCKET"))
    return ReportDesk(read, objectives, archive, post, utc_now)
