"""The parts of each function, built once in a process: a function's module asks for them outside of its handler.

Heavy libraries are imported where they are needed, so that a function loads only its own. Each part is imported under
its own name for others: so a type checker is told.
"""

# ruff: noqa: E402, I001 - the collector rests before boto3 is imported; one statement gives on what a module has
from restoration import startup

startup.begin()

from restoration.bootstrap.aws import (
    claims as claims,
    dead_letters as dead_letters,
    decision_function as decision_function,
    decision_log as decision_log,
    event_bus as event_bus,
    executions as executions,
    flow_bucket as flow_bucket,
    notification_queue as notification_queue,
    order_queues as order_queues,
    orders as orders,
    register as register,
    sending_log as sending_log,
    situations as situations,
    switch as switch,
)
from restoration.bootstrap.messages import (
    delivery_desk as delivery_desk,
    message_desk as message_desk,
    notice_desk as notice_desk,
)
from restoration.bootstrap.partners import (
    billing as billing,
    billing_settings as billing_settings,
    enedis as enedis,
    enedis_credentials as enedis_credentials,
    enedis_outage as enedis_outage,
    enedis_settings as enedis_settings,
)
from restoration.bootstrap.process import (
    campaign_desk as campaign_desk,
    campaigns as campaigns,
    claim_desk as claim_desk,
    flow_desk as flow_desk,
    lost_ground_desk as lost_ground_desk,
    nightly_check as nightly_check,
    order_desk as order_desk,
    order_preparation as order_preparation,
    payment_check as payment_check,
    register_desk as register_desk,
    restoration_start as restoration_start,
    resumption_desk as resumption_desk,
    settlement_desk as settlement_desk,
    sweep as sweep,
    visit_desk as visit_desk,
)
