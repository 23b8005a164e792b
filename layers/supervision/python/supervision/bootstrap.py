"""The parts of the functions that draw the screens and make the reports, built once in a process."""

from functools import cache

from restoration import bootstrap, settings
from restoration.bootstrap import clients
from restoration.clock import utc_now
from supervision.adapters.cloudwatch import CloudWatchMeasures
from supervision.adapters.kept_decisions import KeptDecisions
from supervision.adapters.report_archive import ReportArchive
from supervision.adapters.report_post import ReportPost
from supervision.adapters.stack import OwnStack
from supervision.cases.reading import Cases
from supervision.figures.report import CLASSES, Objectives
from supervision.reports.desk import ReportDesk
from supervision.sources import Sources
from supervision.supervise import Supervision


@cache
def supervision() -> Supervision:
    """What draws the screens, with its sources of AWS."""
    return Supervision(sources(), utc_now)


@cache
def sources() -> Sources:
    cloudwatch, stack = clients.client("cloudwatch"), settings.text("STACK_NAME")
    return Sources(
        record=bootstrap.record(),
        measures=CloudWatchMeasures(cloudwatch, utc_now),
        payments_queue=settings.text("PAYMENTS_QUEUE"),
        stack=stack,
        region=cloudwatch.meta.region_name,
        remote_sla=settings.seconds("REMOTE_SLA_SECONDS"),
        orders_queue=settings.text("ORDERS_QUEUE"),
        enedis_calls_per_second=settings.whole_number("ENEDIS_CALLS_PER_SECOND"),
        decisions=KeptDecisions(clients.client("dynamodb"), settings.text("DECISIONS_TABLE")),
        cases=Cases(OwnStack(stack, settings.text("STATE_MACHINE_ARN"), clients.client)),
    )


@cache
def report_desk() -> ReportDesk:
    """What makes the reports. It reads the counts and the open cases, and no single case."""
    stack = settings.text("STACK_NAME")
    read = Sources(
        record=bootstrap.record(),
        measures=CloudWatchMeasures(clients.client("cloudwatch"), utc_now),
        payments_queue=settings.text("PAYMENTS_QUEUE"),
        stack=stack,
    )
    objectives = Objectives(
        settings.seconds("REMOTE_SLA_SECONDS"),
        {kind: settings.percent(f"{kind.upper()}_SLO_PERCENT") for kind in CLASSES},
    )
    post = ReportPost(
        clients.client_that_tries_once("sesv2"), settings.text("SENDER_ADDRESS"), settings.listed("REPORT_RECIPIENTS")
    )
    archive = ReportArchive(clients.client("s3"), settings.text("REPORTS_BUCKET"))
    return ReportDesk(read, objectives, archive, post, utc_now)
