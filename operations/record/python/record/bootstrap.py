"""The parts of the companion's functions, each built once in a process: a function pays only for what it builds."""

from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING, cast

from restoration import settings
from restoration.bootstrap import clients
from restoration.clock import utc_now

if TYPE_CHECKING:
    from record.adapters.dynamodb.counted_facts import CountedFacts
    from record.adapters.dynamodb.counters import CounterTable
    from record.adapters.dynamodb.courses import CourseTable
    from record.adapters.dynamodb.record_table import RecordTable
    from record.adapters.s3.redrives import RedriveStore
    from record.adapters.stepfunctions.failed_executions import FailedExecutions
    from record.domain.promises import Terms
    from record.use_cases.record_execution import CourseRecorder
    from restoration.adapters.dynamodb.claims import ClaimTable


def read_claims() -> "ClaimTable":
    """They are read alone: the companion closes none, and so need not know how long the core keeps those."""
    table = settings.text("LIMITATIONS_TABLE")

    def claims() -> "ClaimTable":
        from restoration.adapters.dynamodb.claims import ClaimTable

        return ClaimTable(clients.dynamodb(), table)

    return cast("ClaimTable", clients.Later(claims))


def tables() -> tuple[str, str]:
    return settings.text("COURSES_TABLE"), settings.text("COUNTERS_TABLE")


@cache
def courses() -> "CourseTable":
    from record.adapters.dynamodb.courses import CourseTable

    return CourseTable(clients.dynamodb(), settings.text("COURSES_TABLE"), utc_now)


@cache
def counters() -> "CounterTable":
    from record.adapters.dynamodb.counters import CounterTable

    return CounterTable(clients.dynamodb(), *tables())


@cache
def counted_facts() -> "CountedFacts":
    from record.adapters.dynamodb.counted_facts import CountedFacts
    from restoration.observability import count, logger

    def missed(why: str) -> None:
        logger.warning("an execution is counted without its facts", why=why)
        count("FactsMissed")

    tables = settings.text("DECISIONS_TABLE"), settings.text("ORDERS_TABLE"), settings.text("LIMITATIONS_TABLE")
    return CountedFacts(clients.dynamodb(), *tables, missed)


@cache
def record() -> "RecordTable":
    from record.adapters.dynamodb.record_table import RecordTable

    return RecordTable(clients.client("dynamodb"), *tables())


@cache
def redrives() -> "RedriveStore":
    from record.adapters.s3.redrives import RedriveStore

    return RedriveStore(clients.client("s3"), settings.text("OPERATIONS_BUCKET"))


@cache
def failed_executions() -> "FailedExecutions":
    from record.adapters.stepfunctions.failed_executions import FailedExecutions
    from record.pacing import paced, pacer, paces

    # More than the share of a redrive where AWS raised the account's quotas: the others are taken to be raised alike.
    raised = settings.whole_number("DESCRIBES_PER_SECOND") / paces("redrive")["DescribeExecution"].refill
    client = paced(clients.client("stepfunctions"), pacer("redrive", raised))
    return FailedExecutions(client, settings.text("STATE_MACHINE_ARN"))


@cache
def course_recorder() -> "CourseRecorder":
    from record.use_cases.record_execution import CourseRecorder
    from restoration.observability import count

    return CourseRecorder(courses(), counters(), counted_facts(), count, terms())


def terms() -> "Terms":
    from record.domain.promises import Terms

    return Terms(
        early=settings.seconds("EARLY_SLA_SECONDS"),
        remote=settings.seconds("REMOTE_SLA_SECONDS"),
        technician_days=settings.whole_number("TECHNICIAN_SLA_WORKING_DAYS"),
        answer=timedelta(days=settings.whole_number("ANSWER_TERM_DAYS")),
    )
