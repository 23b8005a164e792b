"""The parts of the companion's functions, each built once in a process: a function pays only for what it builds."""

from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING

from restoration import settings
from restoration.bootstrap import aws, clients
from restoration.clock import utc_now

if TYPE_CHECKING:
    from record.adapters.dynamodb.counted_facts import CountedFacts
    from record.adapters.dynamodb.counters import CounterTable
    from record.adapters.dynamodb.courses import CourseTable
    from record.adapters.dynamodb.hour_book import HourBook
    from record.adapters.dynamodb.record_table import RecordTable
    from record.adapters.s3.redrives import RedriveStore
    from record.adapters.stepfunctions.failed_executions import FailedExecutions
    from record.domain.promises import Terms
    from record.use_cases.bulk_redrive import RedriveDesk
    from record.use_cases.freeze_redrive import FreezeDesk
    from record.use_cases.handle_dead_letters import LetterDesk
    from record.use_cases.reconcile_executions import Reconciler
    from record.use_cases.record_execution import CourseRecorder
    from restoration.adapters.dynamodb.claims import ClaimTable


@cache
def read_claims() -> "ClaimTable":
    """They are read alone: the companion closes none, and so need not know how long the core keeps those."""
    from restoration.adapters.dynamodb.claims import ClaimTable

    return ClaimTable(clients.dynamodb(), settings.text("LIMITATIONS_TABLE"))


def _tables() -> tuple[str, str]:
    return settings.text("COURSES_TABLE"), settings.text("COUNTERS_TABLE")


@cache
def courses() -> "CourseTable":
    from record.adapters.dynamodb.courses import CourseTable

    return CourseTable(clients.dynamodb(), settings.text("COURSES_TABLE"), utc_now)


@cache
def counters() -> "CounterTable":
    from record.adapters.dynamodb.counters import CounterTable

    return CounterTable(clients.dynamodb(), *_tables())


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

    return RecordTable(clients.client("dynamodb"), *_tables())


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


def letter_desk(is_time_left: Callable[[], bool]) -> "LetterDesk":
    """The desk that handles dead letters; what runs is listed once for each look."""
    from record.adapters.s3.letter_archive import LetterArchive
    from record.adapters.sqs.letter_boxes import LetterBoxes
    from record.use_cases.handle_dead_letters import LetterDesk
    from record.use_cases.judge_dead_letters import LetterJudge

    def file_of(body: str) -> str:
        from restoration.adapters.enedis.flows.bucket import parse_dropped_file

        return parse_dropped_file(body).name

    judge = LetterJudge(
        claims=read_claims(),
        holders=aws.executions().as_they_run(),
        sending=aws.sending_log().find,
        read_dropped_file=file_of,
        now=utc_now,
    )
    archive = LetterArchive(clients.client, settings.text("OPERATIONS_BUCKET"), settings.text("RECORD_BUCKET"))
    boxes = LetterBoxes(clients.client("sqs"), settings.text("QUEUES_URL"))
    return LetterDesk(boxes, judge, archive, utc_now, is_time_left)


@cache
def freeze_desk() -> "FreezeDesk":
    from record.use_cases.freeze_redrive import FreezeDesk

    return FreezeDesk(failed_executions(), read_claims(), redrives())


@cache
def redrive_desk() -> "RedriveDesk":
    from record.domain.redrive_run import Policy
    from record.pacing import Bucket, Pace
    from record.use_cases.bulk_redrive import RedriveDesk
    from restoration.tracing import together

    # A bucket of one: turns are evenly spaced, and none is made up for.
    turns = cache(lambda rate: Bucket(Pace(1, rate)))
    policy = Policy(settings.whole_number("BRAKE_PERCENT"))
    return RedriveDesk(
        failed_executions(), read_claims(), redrives(), policy, utc_now, lambda rate: turns(rate).take(), together
    )


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
    )


@cache
def hour_book() -> "HourBook":
    from record.adapters.dynamodb.hour_book import HourBook
    from record.adapters.dynamodb.record_table import RecordTable
    from record.adapters.s3.execution_archive import ExecutionLines

    exact = RecordTable(clients.client("dynamodb"), *_tables(), is_exact=True)
    (own, counters), dynamodb = _tables(), clients.dynamodb()
    store = ExecutionLines(clients.client("s3"), settings.text("RECORD_BUCKET"))
    return HourBook(dynamodb, own, dynamodb.Table(counters), exact, store)


@cache
def reconciler() -> "Reconciler":
    from record.adapters.stepfunctions.history import ExecutionHistories
    from record.pacing import paced, pacer
    from record.use_cases.reconcile_executions import Reconciler

    states = paced(clients.client("stepfunctions"), pacer("reconciler"))
    return Reconciler(
        record=record(),
        courses=courses(),
        counters=counters(),
        histories=ExecutionHistories(states, settings.text("STATE_MACHINE_ARN")),
        claims=read_claims(),
        recorder=course_recorder(),
        clock=utc_now,
        grace=settings.seconds("RECORD_GRACE_SECONDS"),
    )
