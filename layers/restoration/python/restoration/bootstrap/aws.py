"""The adapters of AWS's services, each made once in a process, and what several functions make of them."""

from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING

from restoration import settings
from restoration.bootstrap import clients

if TYPE_CHECKING:
    from restoration.adapters.dynamodb.campaigns import CampaignTable
    from restoration.adapters.dynamodb.claims import ClaimTable
    from restoration.adapters.dynamodb.orders import OrderTable
    from restoration.adapters.dynamodb.register import LimitationRegister
    from restoration.adapters.dynamodb.sending_log import SendingLog
    from restoration.adapters.dynamodb.situations import SituationTable
    from restoration.adapters.eventbridge.event_bus import EventBus
    from restoration.adapters.lambdas.decision_function import DecisionFunction
    from restoration.adapters.sqs.dead_letters import DeadLetters
    from restoration.adapters.sqs.delayed_copies import DelayedCopies
    from restoration.adapters.ssm.switch import SwitchReader
    from restoration.adapters.stepfunctions.executions import Executions
    from restoration.use_cases.report_lost_ground import LostGroundDesk
    from restoration.use_cases.start_restoration import RestorationStart


def kept_after_closing() -> timedelta:
    return timedelta(days=settings.whole_number("CLOSED_RETENTION_DAYS"))


@cache
def register() -> "LimitationRegister":
    from restoration.adapters.dynamodb.register import LimitationRegister

    tables = settings.text("LIMITED_CONTRACTS_TABLE"), settings.text("LIMITATIONS_TABLE")
    return LimitationRegister(clients.dynamodb(), *tables, kept_for=kept_after_closing())


@cache
def claims() -> "ClaimTable":
    from restoration.adapters.dynamodb.claims import ClaimTable

    tables = settings.text("LIMITATIONS_TABLE"), settings.text("ORDERS_TABLE")
    return ClaimTable(clients.dynamodb(), *tables, kept_after_closing())


@cache
def orders() -> "OrderTable":
    from restoration.adapters.dynamodb.orders import OrderTable

    return OrderTable(clients.dynamodb(), settings.text("ORDERS_TABLE"), kept_after_closing())


@cache
def situations() -> "SituationTable":
    from restoration.adapters.dynamodb.situations import SituationTable

    return SituationTable(clients.dynamodb(), settings.text("SITUATIONS_TABLE"))


@cache
def sending_log() -> "SendingLog":
    from restoration.adapters.dynamodb.sending_log import SendingLog

    return SendingLog(clients.dynamodb(), settings.text("MESSAGES_TABLE"))


@cache
def executions() -> "Executions":
    from restoration.adapters.stepfunctions.executions import Executions

    return Executions(clients.client("stepfunctions"), settings.text("STATE_MACHINE_ARN"))


@cache
def event_bus() -> "EventBus":
    from restoration.adapters.eventbridge.event_bus import EventBus

    return EventBus(clients.client("events"), settings.text("EVENT_BUS"))


@cache
def notification_queue() -> "DelayedCopies":
    from restoration.adapters.sqs.delayed_copies import LONGEST_WAIT, DelayedCopies

    return DelayedCopies(clients.client("sqs"), settings.text("NOTIFICATIONS_QUEUE_URL"), LONGEST_WAIT)


@cache
def dead_letters() -> "DeadLetters":
    from restoration.adapters.sqs.dead_letters import DeadLetters

    return DeadLetters(clients.client("sqs"), settings.text("DEAD_LETTERS_URL"))


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


@cache
def restoration_start() -> "RestorationStart":
    from restoration.use_cases.start_restoration import RestorationStart

    return RestorationStart(executions(), claims())


@cache
def lost_ground_desk() -> "LostGroundDesk":
    from restoration.use_cases.report_lost_ground import LostGroundDesk

    return LostGroundDesk(register(), claims(), orders(), event_bus())


def campaigns() -> "CampaignTable":
    from restoration.adapters.dynamodb.campaigns import CampaignTable

    return CampaignTable(clients.dynamodb(), settings.text("CAMPAIGNS_TABLE"))
