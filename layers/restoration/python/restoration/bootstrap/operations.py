"""The desks of operations: dead letters, bulk redrive, and the record of executions."""

import time
from collections.abc import Callable
from functools import cache, partial
from typing import TYPE_CHECKING

from restoration import settings
from restoration.bootstrap import aws, clients
from restoration.clock import utc_now

if TYPE_CHECKING:
    from restoration.domain.service_level import Targets
    from restoration.use_cases.archive_hours import Archivist
    from restoration.use_cases.bulk_redrive import RedriveDesk
    from restoration.use_cases.freeze_redrive import FreezeDesk
    from restoration.use_cases.handle_dead_letters import LetterDesk
    from restoration.use_cases.measure_executions import OverdueMeter
    from restoration.use_cases.reconcile_executions import Reconciler
    from restoration.use_cases.record_execution import CourseRecorder


def letter_desk(is_time_left: Callable[[], bool]) -> "LetterDesk":
    """The desk that handles dead letters; what runs is listed once for each look."""
    from restoration.adapters.enedis.flows.bucket import parse_dropped_file
    from restoration.adapters.s3.letter_archive import LetterArchive
    from restoration.use_cases.handle_dead_letters import LetterDesk
    from restoration.use_cases.judge_dead_letters import LetterJudge

    judge = LetterJudge(
        claims=aws.claims(),
        holders=aws.executions().as_they_run(),
        sending=aws.sending_log().find,
        read_dropped_file=lambda body: parse_dropped_file(body).name,
        now=utc_now,
    )
    archive = LetterArchive(clients.client("s3"), settings.text("OPERATIONS_BUCKET"))
    return LetterDesk(aws.letter_boxes(), judge, archive, utc_now, is_time_left)


@cache
def freeze_desk() -> "FreezeDesk":
    from restoration.use_cases.freeze_redrive import FreezeDesk

    return FreezeDesk(aws.failed_executions(), aws.claims(), aws.redrives())


@cache
def redrive_desk() -> "RedriveDesk":
    from restoration.domain.redrive_run import Brake, Policy
    from restoration.pacing import Turns
    from restoration.tracing import together
    from restoration.use_cases.bulk_redrive import RedriveDesk

    brake = Brake(settings.whole_number("BRAKE_PERCENT"), settings.whole_number("BRAKE_SAMPLE"))
    policy = Policy(brake, settings.whole_number("MOST_LOOKS"))
    return RedriveDesk(aws.failed_executions(), aws.claims(), aws.redrives(), policy, utc_now, Turns().take, together)


@cache
def course_recorder() -> "CourseRecorder":
    from restoration.observability import count
    from restoration.use_cases.record_execution import CourseRecorder, ServiceMeter

    return CourseRecorder(
        aws.courses(), aws.counters(), aws.counted_facts(), ServiceMeter(service_targets(), count).hear
    )


def service_targets() -> "Targets":
    """Within what time cases end."""
    from restoration.domain.service_level import Targets

    return Targets(
        early=settings.seconds("EARLY_SLA_SECONDS"),
        remote=settings.seconds("REMOTE_SLA_SECONDS"),
        technician_days=settings.whole_number("TECHNICIAN_SLA_WORKING_DAYS"),
    )


@cache
def overdue_meter() -> "OverdueMeter":
    from restoration.use_cases.measure_executions import OverdueMeter

    return OverdueMeter(aws.courses(), aws.registered(), service_targets(), utc_now)


def archivist(is_time_left: Callable[[], bool]) -> "Archivist":
    from restoration.adapters.dynamodb.hour_book import HourBook
    from restoration.adapters.s3.execution_archive import ExecutionLines
    from restoration.use_cases.archive_hours import Archivist

    tables = settings.text("COURSES_TABLE"), settings.text("COUNTERS_TABLE")
    return Archivist(
        book=HourBook(clients.client("dynamodb"), *tables),
        archive=ExecutionLines(clients.client("s3"), settings.text("RECORD_BUCKET")),
        clock=utc_now,
        grace=settings.seconds("RECORD_GRACE_SECONDS"),
        is_time_left=is_time_left,
        settle=partial(time.sleep, 0.5),
    )


@cache
def reconciler() -> "Reconciler":
    from restoration.adapters.dynamodb.holders import HolderReader
    from restoration.adapters.stepfunctions.histories import ExecutionHistories
    from restoration.use_cases.reconcile_executions import Reconciler

    return Reconciler(
        courses=aws.courses(),
        keeping=aws.counters(),
        histories=ExecutionHistories(clients.client("stepfunctions"), settings.text("STATE_MACHINE_ARN")),
        holders=HolderReader(clients.dynamodb(), settings.text("LIMITATIONS_TABLE")),
        recorder=course_recorder(),
        clock=utc_now,
        grace=settings.seconds("RECORD_GRACE_SECONDS"),
    )
