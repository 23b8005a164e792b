"""The parts of each function, built once in a process: a function's module asks for them outside of its handler.

Heavy libraries are imported where they are needed, so that a function loads only its own. Each part is imported under
its own name for others: so a type checker is told.
"""

# ruff: noqa: E402 - the collector rests before boto3 is imported, half of what a function loads
from restoration import startup

startup.begin()

from restoration.bootstrap.aws import claims as claims
from restoration.bootstrap.aws import dead_letters as dead_letters
from restoration.bootstrap.aws import decision_function as decision_function
from restoration.bootstrap.aws import decision_log as decision_log
from restoration.bootstrap.aws import event_bus as event_bus
from restoration.bootstrap.aws import executions as executions
from restoration.bootstrap.aws import flow_bucket as flow_bucket
from restoration.bootstrap.aws import notification_queue as notification_queue
from restoration.bootstrap.aws import order_queues as order_queues
from restoration.bootstrap.aws import orders as orders
from restoration.bootstrap.aws import register as register
from restoration.bootstrap.aws import sending_log as sending_log
from restoration.bootstrap.aws import situations as situations
from restoration.bootstrap.aws import switch as switch
from restoration.bootstrap.messages import delivery_desk as delivery_desk
from restoration.bootstrap.messages import message_desk as message_desk
from restoration.bootstrap.messages import notice_desk as notice_desk
from restoration.bootstrap.partners import billing as billing
from restoration.bootstrap.partners import billing_settings as billing_settings
from restoration.bootstrap.partners import enedis as enedis
from restoration.bootstrap.partners import enedis_credentials as enedis_credentials
from restoration.bootstrap.partners import enedis_outage as enedis_outage
from restoration.bootstrap.partners import enedis_settings as enedis_settings
from restoration.bootstrap.process import campaign_desk as campaign_desk
from restoration.bootstrap.process import campaigns as campaigns
from restoration.bootstrap.process import claim_desk as claim_desk
from restoration.bootstrap.process import flow_desk as flow_desk
from restoration.bootstrap.process import lost_ground_desk as lost_ground_desk
from restoration.bootstrap.process import nightly_check as nightly_check
from restoration.bootstrap.process import order_desk as order_desk
from restoration.bootstrap.process import order_preparation as order_preparation
from restoration.bootstrap.process import payment_check as payment_check
from restoration.bootstrap.process import register_desk as register_desk
from restoration.bootstrap.process import restoration_start as restoration_start
from restoration.bootstrap.process import resumption_desk as resumption_desk
from restoration.bootstrap.process import settlement_desk as settlement_desk
from restoration.bootstrap.process import sweep as sweep
from restoration.bootstrap.process import visit_desk as visit_desk
