"""The parts of each function, built once in a process: a function's module asks for them outside of its handler.

Heavy libraries are imported where they are needed, so that a function loads only its own.
"""

# ruff: noqa: E402 - the collector rests before boto3 is imported, half of what a function loads
from restoration import startup

startup.begin()

from restoration.bootstrap.aws import (
    claims,
    counters,
    courses,
    dead_letters,
    decision_function,
    decision_log,
    event_bus,
    executions,
    failed_executions,
    flow_bucket,
    notification_queue,
    order_queue,
    orders,
    record,
    redrives,
    register,
    sending_log,
    situations,
    switch,
)
from restoration.bootstrap.messages import delivery_desk, message_desk, notice_desk
from restoration.bootstrap.operations import (
    archivist,
    course_recorder,
    freeze_desk,
    letter_desk,
    overdue_meter,
    reconciler,
    redrive_desk,
)
from restoration.bootstrap.partners import billing, enedis, enedis_credentials, enedis_outage
from restoration.bootstrap.process import (
    campaign_desk,
    claim_desk,
    flow_desk,
    late_cancellation_desk,
    lost_ground_desk,
    nightly_check,
    order_desk,
    order_preparation,
    payment_check,
    restoration_start,
    resumption_desk,
    settlement_desk,
    sweep,
)

__all__ = [
    "archivist",
    "billing",
    "campaign_desk",
    "claim_desk",
    "claims",
    "counters",
    "course_recorder",
    "courses",
    "dead_letters",
    "decision_function",
    "decision_log",
    "delivery_desk",
    "enedis",
    "enedis_credentials",
    "enedis_outage",
    "event_bus",
    "executions",
    "failed_executions",
    "flow_bucket",
    "flow_desk",
    "freeze_desk",
    "late_cancellation_desk",
    "letter_desk",
    "lost_ground_desk",
    "message_desk",
    "nightly_check",
    "notice_desk",
    "notification_queue",
    "order_desk",
    "order_preparation",
    "order_queue",
    "orders",
    "overdue_meter",
    "payment_check",
    "reconciler",
    "record",
    "redrive_desk",
    "redrives",
    "register",
    "restoration_start",
    "resumption_desk",
    "sending_log",
    "settlement_desk",
    "situations",
    "sweep",
    "switch",
]
