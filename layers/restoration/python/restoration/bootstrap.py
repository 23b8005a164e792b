"""The parts of each function, built once in a process: a function's module asks for them outside of its handler.

Clients are made here and nowhere else. Heavy libraries are imported where they are needed, so that a function loads
only its own.
"""

from collections.abc import Callable
from datetime import timedelta
from functools import cache, partial
from pathlib import Path
from random import random
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from restoration import settings, startup
from restoration.clock import utc_now

startup.begin()

import boto3  # noqa: E402 - half of what a function loads
from botocore.config import Config  # noqa: E402

if TYPE_CHECKING:
    from restoration.adapters.billing.client import BillingClient
    from restoration.adapters.dynamodb.claims import ClaimTable
    from restoration.adapters.dynamodb.courses import CourseTable
    from restoration.adapters.dynamodb.decision_log import DecisionLog
    from restoration.adapters.dynamodb.orders import OrderTable
    from restoration.adapters.dynamodb.register import LimitationRegister
    from restoration.adapters.dynamodb.sending_log import SendingLog
    from restoration.adapters.dynamodb.situations import SituationTable
    from restoration.adapters.enedis.flows.bucket import FlowBucket
    from restoration.adapters.enedis.soap import EnedisClient, EnedisCredentials
    from restoration.adapters.enedis.soap.outage import OutageRecord
    from restoration.adapters.eventbridge.event_bus import EventBus
    from restoration.adapters.lambdas.decision_function import DecisionFunction
    from restoration.adapters.s3.redrives import RedriveStore
    from restoration.adapters.sqs.dead_letters import DeadLetters
    from restoration.adapters.sqs.letter_boxes import LetterBoxes
    from restoration.adapters.sqs.notification_queue import NotificationQueue
    from restoration.adapters.sqs.order_queue import OrderQueue
    from restoration.adapters.ssm.switch import SwitchReader
    from restoration.adapters.stepfunctions.executions import Executions
    from restoration.adapters.stepfunctions.failed_executions import FailedExecutions
    from restoration.use_cases.bulk_redrive import RedriveDesk
    from restoration.use_cases.check_open_limitations import NightlyCheck
    from restoration.use_cases.check_payment import PaymentCheck
    from restoration.use_cases.claim_limitation import ClaimDesk
    from restoration.use_cases.freeze_redrive import FreezeDesk
    from restoration.use_cases.handle_dead_letters import LetterDesk
    from restoration.use_cases.ingest_enedis_flow import FlowDesk
    from restoration.use_cases.notify_customer import MessageDesk
    from restoration.use_cases.notify_social_services import NoticeDesk
    from restoration.use_cases.place_order import OrderDesk
    from restoration.use_cases.prepare_order import OrderPreparation
    from restoration.use_cases.protection_campaign import CampaignDesk
    from restoration.use_cases.reconcile_executions import Reconciler
    from restoration.use_cases.record_delivery import DeliveryDesk
    from restoration.use_cases.record_execution import CourseRecorder
    from restoration.use_cases.report_late_cancellation import LateCancellationDesk
    from restoration.use_cases.report_lost_ground import LostGroundDesk
    from restoration.use_cases.resume_restoration import ResumptionDesk
    from restoration.use_cases.settle_limitation import SettlementDesk
    from restoration.use_cases.start_restoration import RestorationStart

_CONFIG = Config(retries={"mode": "standard", "max_attempts": 3}, connect_timeout=2, read_timeout=10)


@cache
def _client(service: Any) -> Any:
    return boto3.client(service, config=_CONFIG)


_TRIES_ONCE = Config(retries={"mode": "standard", "total_max_attempts": 1}, connect_timeout=2, read_timeout=10)


@cache
def _client_that_tries_once(service: Any) -> Any:
    """A client for calls that must not happen twice: boto3 would repeat one that failed with 500 or was lost."""
    return boto3.client(service, config=_TRIES_ONCE)


@cache
def _dynamodb() -> Any:
    return boto3.resource("dynamodb", config=_CONFIG)


def _kept_after_closing() -> timedelta:
    return timedelta(days=settings.whole_number("CLOSED_RETENTION_DAYS"))


@cache
def register() -> "LimitationRegister":
    from restoration.adapters.dynamodb.register import LimitationRegister

    tables = settings.text("LIMITED_CONTRACTS_TABLE"), settings.text("LIMITATIONS_TABLE")
    return LimitationRegister(_dynamodb(), *tables, kept_for=_kept_after_closing())


@cache
def executions() -> "Executions":
    from restoration.adapters.stepfunctions.executions import Executions

    return Executions(_client("stepfunctions"), settings.text("STATE_MACHINE_ARN"))


@cache
def restoration_start() -> "RestorationStart":
    from restoration.adapters.stepfunctions.executions import Executions, start_in_given_trace
    from restoration.use_cases.start_restoration import RestorationStart

    machine = settings.text("STATE_MACHINE_ARN")
    starts = Executions(start_in_given_trace(_client("stepfunctions")), machine, register().knows_execution)
    return RestorationStart(starts, register())


@cache
def claims() -> "ClaimTable":
    from restoration.adapters.dynamodb.claims import ClaimTable

    return ClaimTable(_dynamodb(), settings.text("LIMITATIONS_TABLE"), kept_for=_kept_after_closing())


@cache
def event_bus() -> "EventBus":
    from restoration.adapters.eventbridge.event_bus import EventBus

    return EventBus(_client("events"), settings.text("EVENT_BUS"))


@cache
def switch() -> "SwitchReader":
    from restoration.adapters.ssm.switch import SwitchReader
    from restoration.domain.switch import Mode, Switch

    return SwitchReader(
        _client("ssm"),
        settings.text("MODE_PARAMETER"),
        settings.text("ROLLOUT_PERCENT_PARAMETER"),
        Switch(Mode(settings.text("MODE")), settings.whole_number("ROLLOUT_PERCENT")),
        settings.seconds("SWITCH_CACHE_SECONDS"),
    )


@cache
def claim_desk() -> "ClaimDesk":
    from restoration.use_cases.claim_limitation import ClaimDesk

    return ClaimDesk(claims(), executions(), event_bus(), switch(), utc_now)


@cache
def order_preparation() -> "OrderPreparation":
    from restoration.adapters.dynamodb.claims import ClaimTable
    from restoration.use_cases.prepare_order import OrderPreparation

    tables = settings.text("LIMITATIONS_TABLE"), settings.text("ORDERS_TABLE")
    return OrderPreparation(ClaimTable(_dynamodb(), *tables), orders(), event_bus())


@cache
def settlement_desk() -> "SettlementDesk":
    from restoration.use_cases.settle_limitation import SettlementDesk

    return SettlementDesk(claims(), orders(), register(), event_bus(), utc_now)


@cache
def lost_ground_desk() -> "LostGroundDesk":
    from restoration.use_cases.report_lost_ground import LostGroundDesk

    return LostGroundDesk(register(), claims(), orders(), event_bus())


@cache
def late_cancellation_desk() -> "LateCancellationDesk":
    from restoration.use_cases.report_late_cancellation import LateCancellationDesk

    return LateCancellationDesk(claims(), event_bus())


@cache
def resumption_desk() -> "ResumptionDesk":
    from restoration.use_cases.resume_restoration import ResumptionDesk

    return ResumptionDesk(register(), claims(), executions(), restoration_start(), lost_ground_desk())


@cache
def situations() -> "SituationTable":
    from restoration.adapters.dynamodb.situations import SituationTable

    return SituationTable(_dynamodb(), settings.text("SITUATIONS_TABLE"))


@cache
def dead_letters() -> "DeadLetters":
    from restoration.adapters.sqs.dead_letters import DeadLetters

    return DeadLetters(_client("sqs"), settings.text("DEAD_LETTERS_URL"))


@cache
def order_queue() -> "OrderQueue":
    from restoration.adapters.sqs.order_queue import OrderQueue

    return OrderQueue(_client("sqs"), settings.text("ORDERS_QUEUE_URL"))


@cache
def orders() -> "OrderTable":
    from restoration.adapters.dynamodb.orders import OrderTable

    return OrderTable(_dynamodb(), settings.text("ORDERS_TABLE"), _kept_after_closing())


@cache
def decision_log() -> "DecisionLog":
    from restoration.adapters.dynamodb.decision_log import DecisionLog

    return DecisionLog(_dynamodb(), settings.text("DECISIONS_TABLE"))


@cache
def _billing(url: str, api_key: str) -> "BillingClient":
    from restoration.adapters.billing.client import BillingClient

    return BillingClient(
        url,
        api_key,
        connect_timeout=settings.seconds("BILLING_CONNECT_TIMEOUT_SECONDS"),
        read_timeout=settings.seconds("BILLING_READ_TIMEOUT_SECONDS"),
    )


def billing() -> "BillingClient":
    """Billing's client, with the key as it is now: a rotated secret makes a new one."""
    from restoration.adapters.secrets_manager.secrets import secret, secret_field

    name = settings.text("BILLING_SECRET")
    return _billing(settings.text("BILLING_URL"), secret_field(secret(name), name, "apiKey"))


def payment_check() -> "PaymentCheck":
    from restoration.use_cases.check_payment import PaymentCheck

    return PaymentCheck(billing(), situations(), utc_now, settings.seconds("BILLING_LAG_SECONDS"))


@cache
def decision_function() -> "DecisionFunction":
    """The rules, for the other functions."""
    from restoration.adapters.lambdas.decision_function import DecisionFunction

    return DecisionFunction(_client("lambda"), settings.text("EVALUATE_DECISION_FUNCTION"))


def nightly_check() -> "NightlyCheck":
    from restoration.use_cases.check_open_limitations import NightlyCheck

    running = executions().as_they_run()
    return NightlyCheck(claims(), billing(), decision_function(), running, restoration_start(), notice_desk())


def campaign_desk() -> "CampaignDesk":
    from restoration.adapters.dynamodb.campaigns import CampaignTable
    from restoration.use_cases.protection_campaign import CampaignDesk

    tables = settings.text("CAMPAIGNS_TABLE"), settings.text("LIMITATIONS_TABLE")
    return CampaignDesk(
        claims=claims(),
        billing=billing(),
        rules=decision_function(),
        holders=executions().as_they_run(),
        start=restoration_start(),
        list=CampaignTable(_dynamodb(), *tables),
        switch=switch(),
    )


@cache
def notice_desk() -> "NoticeDesk":
    from restoration.adapters.dynamodb.social_notices import SocialNoticeTable
    from restoration.use_cases.notify_social_services import NoticeDesk

    return NoticeDesk(SocialNoticeTable(_dynamodb(), settings.text("LIMITATIONS_TABLE")), event_bus(), switch())


@cache
def enedis_outage() -> "OutageRecord":
    from restoration.adapters.enedis.soap.outage import OutageRecord

    return OutageRecord(_client("dynamodb"), settings.text("ENEDIS_ACCESS_TABLE"), clock=utc_now)


def enedis_credentials() -> "EnedisCredentials":
    """Our credentials at Enedis as they are now: a rotated secret is seen within minutes, without a deployment."""
    from restoration.adapters.enedis.soap.credentials import EnedisCredentials
    from restoration.adapters.secrets_manager.secrets import secret

    return EnedisCredentials.from_secret(secret(settings.text("ENEDIS_SECRET")))


@cache
def enedis() -> "EnedisClient":
    """Enedis' client: one for the process, under the quota and the breaker that all workers share."""
    from restoration.adapters.enedis.soap import EnedisClient
    from restoration.adapters.enedis.soap.breaker import SharedBreaker
    from restoration.adapters.enedis.soap.codes import ServiceVersions
    from restoration.adapters.enedis.soap.quota import SharedQuota
    from restoration.observability import count
    from restoration.tracing import named_call

    dynamodb, table = _client("dynamodb"), settings.text("ENEDIS_ACCESS_TABLE")
    return EnedisClient(
        settings.text("ENEDIS_URL"),
        enedis_credentials,
        ServiceVersions(
            read_point=settings.text("ENEDIS_READ_POINT_VERSION"),
            order_intervention=settings.text("ENEDIS_ORDER_VERSION"),
            cancel_intervention=settings.text("ENEDIS_CANCELLATION_VERSION"),
        ),
        connect_timeout=settings.seconds("ENEDIS_CONNECT_TIMEOUT_SECONDS"),
        read_timeout=settings.seconds("ENEDIS_READ_TIMEOUT_SECONDS"),
        clock=utc_now,
        pacer=SharedQuota(
            dynamodb,
            table,
            settings.whole_number("ENEDIS_CALLS_PER_SECOND"),
            longest_wait=settings.seconds("ENEDIS_QUOTA_LONGEST_WAIT_SECONDS"),
            clock=utc_now,
            tolerance=settings.seconds("ENEDIS_TURN_TOLERANCE_SECONDS"),
            on_exhausted=lambda: count("EnedisQuotaExhausted"),
        ),
        breaker=SharedBreaker(
            dynamodb,
            table,
            failures=settings.whole_number("ENEDIS_BREAKER_FAILURES"),
            recovery=settings.seconds("ENEDIS_BREAKER_RECOVERY_SECONDS"),
            outages=enedis_outage(),
            on_transition=lambda transition: count(f"EnedisBreaker{str(transition.to_state).title().replace('_', '')}"),
        ),
        watch=partial(named_call, "Enedis"),
    )


def order_desk() -> "OrderDesk":
    from restoration.domain.deadlines import due_at
    from restoration.use_cases.place_order import OrderDesk

    remote = settings.seconds("REMOTE_SLA_SECONDS")
    technician_days = settings.whole_number("TECHNICIAN_SLA_WORKING_DAYS")
    return OrderDesk(
        claims=claims(),
        orders=orders(),
        enedis=enedis(),
        now=utc_now,
        settle=settings.seconds("ENEDIS_SETTLE_SECONDS"),
        lease=settings.seconds("ENEDIS_LEASE_SECONDS"),
        retry=settings.seconds("ENEDIS_RETRY_SECONDS"),
        due=partial(due_at, remote=remote, technician_days=technician_days),
        chance=random,
    )


@cache
def sending_log() -> "SendingLog":
    from restoration.adapters.dynamodb.sending_log import SendingLog

    return SendingLog(_dynamodb(), settings.text("MESSAGES_TABLE"))


@cache
def notification_queue() -> "NotificationQueue":
    from restoration.adapters.sqs.notification_queue import NotificationQueue

    return NotificationQueue(_client("sqs"), settings.text("NOTIFICATIONS_QUEUE_URL"))


@cache
def message_desk(texts: Path) -> "MessageDesk":
    """The desk that writes to customers, with the texts of a folder."""
    from restoration.adapters.dynamodb.case_facts import RegisteredCases
    from restoration.adapters.end_user_messaging.sms import TextMessages
    from restoration.adapters.files.wordings import read_wordings
    from restoration.adapters.lambdas.decision_function import DecisionFunction
    from restoration.adapters.ses.mail import Mail
    from restoration.domain.message import Channel
    from restoration.domain.wording import Supplier, Wordings
    from restoration.use_cases.notify_customer import MessageDesk, Timing

    supplier = Supplier(
        settings.text("SUPPLIER_NAME"),
        settings.text("SUPPLIER_TELEPHONE"),
        settings.text("PAYMENT_LINK"),
        timedelta(days=settings.whole_number("BALANCE_TERM_DAYS")),
    )
    mail = Mail(_client_that_tries_once("sesv2"), settings.text("SENDER_ADDRESS"), settings.text("MAIL_CONFIGURATION"))
    sms = TextMessages(
        _client_that_tries_once("pinpoint-sms-voice-v2"), settings.text("SMS_SENDER_ID"), settings.text("STACK_NAME")
    )
    return MessageDesk(
        cases=RegisteredCases(_dynamodb(), settings.text("LIMITATIONS_TABLE")),
        contact=lambda customer_id: billing().contact(customer_id),
        rules=DecisionFunction(_client("lambda"), settings.text("EVALUATE_DECISION_FUNCTION")),
        words=Wordings(read_wordings(texts), supplier),
        log=sending_log(),
        carriers={Channel.EMAIL: mail, Channel.SMS: sms},
        queue=notification_queue(),
        dead_letters=dead_letters(),
        bus=event_bus(),
        now=utc_now,
        new_attempt=lambda: uuid4().hex,
        timing=Timing(
            may_defer=settings.switch("DEFER_MESSAGES"),
            balance_delay=settings.seconds("BALANCE_DUE_DELAY_SECONDS"),
            lease=settings.seconds("MESSAGE_LEASE_SECONDS"),
        ),
    )


def delivery_desk(texts: Path) -> "DeliveryDesk":
    from restoration.use_cases.record_delivery import DeliveryDesk

    return DeliveryDesk(sending_log(), notification_queue(), message_desk(texts))


@cache
def flow_bucket() -> "FlowBucket":
    from restoration.adapters.enedis.flows.bucket import FlowBucket

    return FlowBucket(_client("s3"), settings.text("FLOWS_BUCKET"))


@cache
def flow_desk() -> "FlowDesk":
    from restoration.adapters.dynamodb.flow_snapshots import FlowSnapshots
    from restoration.adapters.dynamodb.whole_register import WholeRegisterReader
    from restoration.use_cases.ingest_enedis_flow import FlowDesk

    contracts, limitations = settings.text("LIMITED_CONTRACTS_TABLE"), settings.text("LIMITATIONS_TABLE")
    return FlowDesk(
        snapshots=FlowSnapshots(_dynamodb(), settings.text("FLOW_SNAPSHOTS_TABLE"), _kept_after_closing()),
        whole=WholeRegisterReader(_client("dynamodb"), contracts, limitations),
        register=register(),
        now=utc_now,
    )


def letter_desk(is_time_left: Callable[[], bool]) -> "LetterDesk":
    """The desk that handles dead letters; what runs is listed once for each look."""
    from restoration.adapters.enedis.flows.bucket import parse_dropped_file
    from restoration.adapters.s3.letter_archive import LetterArchive
    from restoration.use_cases.handle_dead_letters import LetterDesk
    from restoration.use_cases.judge_dead_letters import LetterJudge

    judge = LetterJudge(
        claims=claims(),
        holders=executions().as_they_run(),
        sending=sending_log().find,
        read_dropped_file=lambda body: parse_dropped_file(body).name,
        now=utc_now,
    )
    archive = LetterArchive(_client("s3"), settings.text("OPERATIONS_BUCKET"))
    return LetterDesk(_letter_boxes(), judge, archive, utc_now, is_time_left)


@cache
def _letter_boxes() -> "LetterBoxes":
    from restoration.adapters.sqs.letter_boxes import Box, LetterBoxes
    from restoration.domain.dead_letter import Family

    boxes = {
        Family.PAYMENTS: Box(settings.text("PAYMENTS_DEAD_LETTERS_URL"), settings.text("PAYMENTS_QUEUE_URL")),
        Family.LIMITATIONS: Box(settings.text("LIMITATIONS_DEAD_LETTERS_URL"), settings.text("LIMITATIONS_QUEUE_URL")),
        Family.RESUMPTIONS: Box(settings.text("RESUMPTIONS_DEAD_LETTERS_URL"), settings.text("RESUMPTIONS_QUEUE_URL")),
        Family.ORDERS: Box(settings.text("ORDERS_DEAD_LETTERS_URL"), settings.text("ORDERS_QUEUE_URL")),
        Family.FLOWS: Box(settings.text("FLOWS_DEAD_LETTERS_URL"), settings.text("FLOWS_QUEUE_URL")),
        Family.NOTIFICATIONS: Box(
            settings.text("NOTIFICATIONS_DEAD_LETTERS_URL"), settings.text("NOTIFICATIONS_QUEUE_URL")
        ),
        Family.UNRECOGNISED: Box(settings.text("UNRECOGNISED_EVENTS_URL"), None),
    }
    return LetterBoxes(_client("sqs"), boxes)


@cache
def failed_executions() -> "FailedExecutions":
    from restoration.adapters.stepfunctions.failed_executions import FailedExecutions

    return FailedExecutions(
        _client("stepfunctions"), settings.text("STATE_MACHINE_ARN"), settings.whole_number("DESCRIBES_PER_SECOND")
    )


@cache
def redrives() -> "RedriveStore":
    from restoration.adapters.s3.redrives import RedriveStore

    return RedriveStore(_client("s3"), settings.text("OPERATIONS_BUCKET"))


@cache
def freeze_desk() -> "FreezeDesk":
    from restoration.use_cases.freeze_redrive import FreezeDesk

    return FreezeDesk(failed_executions(), claims(), redrives())


@cache
def redrive_desk() -> "RedriveDesk":
    from restoration.domain.redrive_run import Brake, Policy
    from restoration.pacing import Turns
    from restoration.tracing import together
    from restoration.use_cases.bulk_redrive import RedriveDesk

    brake = Brake(settings.whole_number("BRAKE_PERCENT"), settings.whole_number("BRAKE_SAMPLE"))
    policy = Policy(brake, settings.whole_number("MOST_LOOKS"))
    return RedriveDesk(failed_executions(), claims(), redrives(), policy, utc_now, Turns().take, together)


@cache
def courses() -> "CourseTable":
    from restoration.adapters.dynamodb.courses import CourseTable

    return CourseTable(_dynamodb(), settings.text("COURSES_TABLE"), settings.text("COUNTERS_TABLE"), utc_now)


@cache
def course_recorder() -> "CourseRecorder":
    from restoration.use_cases.record_execution import CourseRecorder

    return CourseRecorder(courses())


@cache
def reconciler() -> "Reconciler":
    from restoration.adapters.stepfunctions.histories import ExecutionHistories
    from restoration.use_cases.reconcile_executions import Reconciler

    histories = ExecutionHistories(_client("stepfunctions"), settings.text("STATE_MACHINE_ARN"))
    return Reconciler(courses(), histories, course_recorder(), utc_now, settings.seconds("RECORD_GRACE_SECONDS"))
