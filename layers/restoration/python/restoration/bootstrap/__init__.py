"""The parts of each function, built once in a process: a function's module asks for them outside of its handler.

Heavy libraries are imported where they are needed, so that a function loads only its own.
"""

# ruff: noqa: E402 - the collector rests before boto3 is imported, half of what a function loads
from restoration import startup

startup.begin()

from restoration.bootstrap.aws import (
    claims,
    dead_letters,
    decision_function,
    decision_log,
    event_bus,
    executions,
    flow_bucket,
    notification_queue,
    order_queues,
    orders,
    register,
    sending_log,
    situations,
    switch,
)
from restoration.bootstrap.messages import delivery_desk, message_desk, notice_desk
from restoration.bootstrap.partners import (
    billing,
    billing_settings,
    enedis,
    enedis_credentials,
    enedis_outage,
    enedis_settings,
)
from restoration.bootstrap.process import (
    campaign_desk,
    campaigns,
    claim_desk,
    flow_desk,
    lost_ground_desk,
    nightly_check,
    order_desk,
    order_preparation,
    payment_check,
    register_desk,
    restoration_start,
    resumption_desk,
    settlement_desk,
    sweep,
    visit_desk,
)

__all__ = [
    "billing",
    "billing_settings",
    "campaign_desk",
    "campaigns",
    "claim_desk",
    "claims",
    "dead_letters",
    "decision_function",
    "decision_log",
    "delivery_desk",
    "enedis",
    "enedis_credentials",
    "enedis_outage",
    "enedis_settings",
    "event_bus",
    "executions",
    "flow_bucket",
    "flow_desk",
    "lost_ground_desk",
    "message_desk",
    "nightly_check",
    "notice_desk",
    "notification_queue",
    "order_desk",
    "order_preparation",
    "order_queues",
    "orders",
    "payment_check",
    "register",
    "register_desk",
    "restoration_start",
    "resumption_desk",
    "sending_log",
    "settlement_desk",
    "situations",
    "sweep",
    "switch",
    "visit_desk",
]
