"""The adapters of AWS's services, each made once in a process."""

from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING

from restoration import settings
from restoration.bootstrap import clients
from restoration.clock import utc_now

if TYPE_CHECKING:
    from restoration.adapters.dynamodb.claims import ClaimTable
    from restoration.adapters.dynamodb.counted_facts import CountedFacts
    from restoration.adapters.dynamodb.counters import CounterTable
    from restoration.adapters.dynamodb.courses import CourseTable
    from restoration.adapters.dynamodb.decision_log import DecisionLog
    from restoration.adapters.dynamodb.orders import OrderTable
    from restoration.adapters.dynamodb.record_table import RecordTable
    from restoration.adapters.dynamodb.register import LimitationRegister
    from restoration.adapters.dynamodb.registered import RegisteredLimitations
    from restoration.adapters.dynamodb.sending_log import SendingLog
    from restoration.adapters.dynamodb.situations import SituationTable
    from restoration.adapters.enedis.flows.bucket import FlowBucket
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


def kept_after_closing() -> timedelta:
    return timedelta(days=settings.whole_number("CLOSED_RETENTION_DAYS"))


@cache
def register() -> "LimitationRegister":
    from restoration.adapters.dynamodb.register import LimitationRegister

    tables = settings.text("LIMITED_CONTRACTS_TABLE"), settings.text("LIMITATIONS_TABLE")
    return LimitationRegister(clients.dynamodb(), *tables, kept_for=kept_after_closing())


@cache
def registered() -> "RegisteredLimitations":
    from restoration.adapters.dynamodb.registered import RegisteredLimitations

    return RegisteredLimitations(clients.dynamodb(), settings.text("LIMITATIONS_TABLE"))


@cache
def claims() -> "ClaimTable":
    from restoration.adapters.dynamodb.claims import ClaimTable

    return ClaimTable(clients.dynamodb(), settings.text("LIMITATIONS_TABLE"), kept_for=kept_after_closing())


@cache
def orders() -> "OrderTable":
    from restoration.adapters.dynamodb.orders import OrderTable

    return OrderTable(clients.dynamodb(), settings.text("ORDERS_TABLE"), kept_after_closing())


@cache
def situations() -> "SituationTable":
    from restoration.adapters.dynamodb.situations import SituationTable

    return SituationTable(clients.dynamodb(), settings.text("SITUATIONS_TABLE"))


@cache
def decision_log() -> "DecisionLog":
    from restoration.adapters.dynamodb.decision_log import DecisionLog

    return DecisionLog(clients.dynamodb(), settings.text("DECISIONS_TABLE"))


@cache
def sending_log() -> "SendingLog":
    from restoration.adapters.dynamodb.sending_log import SendingLog

    return SendingLog(clients.dynamodb(), settings.text("MESSAGES_TABLE"))


@cache
def courses() -> "CourseTable":
    from restoration.adapters.dynamodb.courses import CourseTable

    return CourseTable(clients.dynamodb(), settings.text("COURSES_TABLE"), utc_now)


@cache
def counters() -> "CounterTable":
    from restoration.adapters.dynamodb.counters import CounterTable

    tables = settings.text("COURSES_TABLE"), settings.text("COUNTERS_TABLE")
    return CounterTable(clients.dynamodb(), *tables)


@cache
def counted_facts() -> "CountedFacts":
    from restoration.adapters.dynamodb.counted_facts import CountedFacts
    from restoration.observability import count, logger

    def missed(why: str) -> None:
        logger.warning("an execution is counted without its facts", why=why)
        count("FactsMissed")

    tables = settings.text("DECISIONS_TABLE"), settings.text("ORDERS_TABLE"), settings.text("LIMITATIONS_TABLE")
    return CountedFacts(clients.dynamodb(), *tables, missed)


@cache
def record() -> "RecordTable":
    from restoration.adapters.dynamodb.fast_reads import reading_fast
    from restoration.adapters.dynamodb.record_table import RecordTable

    tables = settings.text("COURSES_TABLE"), settings.text("COUNTERS_TABLE")
    return RecordTable(reading_fast(clients.client("dynamodb")), *tables)


@cache
def redrives() -> "RedriveStore":
    from restoration.adapters.s3.redrives import RedriveStore

    return RedriveStore(clients.client("s3"), settings.text("OPERATIONS_BUCKET"))


@cache
def flow_bucket() -> "FlowBucket":
    from restoration.adapters.enedis.flows.bucket import FlowBucket

    return FlowBucket(clients.client("s3"), settings.text("FLOWS_BUCKET"))


@cache
def executions() -> "Executions":
    from restoration.adapters.stepfunctions.executions import Executions

    return Executions(clients.client("stepfunctions"), settings.text("STATE_MACHINE_ARN"))


@cache
def failed_executions() -> "FailedExecutions":
    from restoration.adapters.stepfunctions.failed_executions import FailedExecutions

    return FailedExecutions(
        clients.client("stepfunctions"),
        settings.text("STATE_MACHINE_ARN"),
        settings.whole_number("DESCRIBES_PER_SECOND"),
    )


@cache
def event_bus() -> "EventBus":
    from restoration.adapters.eventbridge.event_bus import EventBus

    return EventBus(clients.client("events"), settings.text("EVENT_BUS"))


@cache
def order_queue() -> "OrderQueue":
    from restoration.adapters.sqs.order_queue import OrderQueue

    return OrderQueue(clients.client("sqs"), settings.text("ORDERS_QUEUE_URL"))


@cache
def notification_queue() -> "NotificationQueue":
    from restoration.adapters.sqs.notification_queue import NotificationQueue

    return NotificationQueue(clients.client("sqs"), settings.text("NOTIFICATIONS_QUEUE_URL"))


@cache
def dead_letters() -> "DeadLetters":
    from restoration.adapters.sqs.dead_letters import DeadLetters

    return DeadLetters(clients.client("sqs"), settings.text("DEAD_LETTERS_URL"))


@cache
def letter_boxes() -> "LetterBoxes":
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
    return LetterBoxes(clients.client("sqs"), boxes)


@cache
def decision_function() -> "DecisionFunction":
    """The rules, for the other functions."""
    from restoration.adapters.lambdas.decision_function import DecisionFunction

    return DecisionFunction(clients.client("lambda"), settings.text("EVALUATE_DECISION_FUNCTION"))


@cache
def switch() -> "SwitchReader":
    from restoration.adapters.ssm.switch import SwitchReader
    from restoration.domain.switch import Mode, Switch

    return SwitchReader(
        clients.client("ssm"),
        settings.text("MODE_PARAMETER"),
        settings.text("ROLLOUT_PERCENT_PARAMETER"),
        Switch(Mode(settings.text("MODE")), settings.whole_number("ROLLOUT_PERCENT")),
        settings.seconds("SWITCH_CACHE_SECONDS"),
    )
