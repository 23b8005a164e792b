"""Builds what each function needs, once in a process: handlers call these outside the handler.

Clients are made here and nowhere else. Heavy libraries are imported where they are needed, so that a function pays for
its own only.
"""

from functools import cache, partial
from typing import TYPE_CHECKING, Any

import boto3
from botocore.config import Config

from restoration import settings
from restoration.clock import utc_now

if TYPE_CHECKING:
    from restoration.adapters.billing import BillingClient
    from restoration.adapters.dead_letters import DeadLetters
    from restoration.adapters.decisions import DecisionLog
    from restoration.adapters.enedis import EnedisClient
    from restoration.adapters.executions import Executions
    from restoration.adapters.limitations import LimitationRegister
    from restoration.adapters.order_queue import OrderQueue
    from restoration.adapters.orders import OrderTable
    from restoration.notifying import Notifier
    from restoration.placing import OrderDesk

_CONFIG = Config(retries={"mode": "standard", "max_attempts": 3}, connect_timeout=2, read_timeout=10)


@cache
def _client(service: Any) -> Any:
    return boto3.client(service, config=_CONFIG)


@cache
def _dynamodb() -> Any:
    return boto3.resource("dynamodb", config=_CONFIG)


@cache
def register() -> "LimitationRegister":
    from restoration.adapters.limitations import LimitationRegister

    return LimitationRegister(
        _dynamodb(), settings.text("LIMITED_CONTRACTS_TABLE"), settings.text("LIMITATIONS_TABLE")
    )


@cache
def executions() -> "Executions":
    from restoration.adapters.executions import Executions

    return Executions(_client("stepfunctions"), settings.text("STATE_MACHINE_ARN"))


@cache
def dead_letters() -> "DeadLetters":
    from restoration.adapters.dead_letters import DeadLetters

    return DeadLetters(_client("sqs"), settings.text("DEAD_LETTERS_URL"))


@cache
def order_queue() -> "OrderQueue":
    from restoration.adapters.order_queue import OrderQueue

    return OrderQueue(_client("sqs"), settings.text("ORDERS_QUEUE_URL"))


@cache
def orders() -> "OrderTable":
    from restoration.adapters.orders import OrderTable

    return OrderTable(_dynamodb(), settings.text("ORDERS_TABLE"))


@cache
def decision_log() -> "DecisionLog":
    from restoration.adapters.decisions import DecisionLog

    return DecisionLog(_dynamodb(), settings.text("DECISIONS_TABLE"))


@cache
def _billing(url: str, api_key: str) -> "BillingClient":
    from restoration.adapters.billing import BillingClient

    return BillingClient(
        url,
        api_key,
        connect_timeout=settings.seconds("BILLING_CONNECT_TIMEOUT_SECONDS"),
        read_timeout=settings.seconds("BILLING_READ_TIMEOUT_SECONDS"),
    )


def billing() -> "BillingClient":
    """Billing's client, with the key as it is now: a rotated secret makes a new one."""
    from restoration.adapters.configuration import secret, secret_field

    name = settings.text("BILLING_SECRET")
    return _billing(settings.text("BILLING_URL"), secret_field(secret(name), name, "apiKey"))


@cache
def _enedis(secret_text: str) -> "EnedisClient":
    import json

    from restoration.adapters.enedis import EnedisClient, EnedisCredentials

    return EnedisClient(
        settings.text("ENEDIS_URL"),
        EnedisCredentials.from_secret(json.loads(secret_text)),
        connect_timeout=settings.seconds("ENEDIS_CONNECT_TIMEOUT_SECONDS"),
        read_timeout=settings.seconds("ENEDIS_READ_TIMEOUT_SECONDS"),
        clock=utc_now,
    )


def enedis() -> "EnedisClient":
    """Enedis' client, with the certificate as it is now: a rotated secret makes a new one."""
    import json

    from restoration.adapters.configuration import secret

    return _enedis(json.dumps(secret(settings.text("ENEDIS_SECRET")), sort_keys=True))


def order_desk() -> "OrderDesk":
    from restoration.placing import OrderDesk
    from restoration.sla import due_at

    remote = settings.seconds("REMOTE_SLA_SECONDS")
    technician_days = settings.whole_number("TECHNICIAN_SLA_WORKING_DAYS")
    return OrderDesk(
        claims=register(),
        orders=orders(),
        enedis=enedis(),
        now=utc_now,
        settle=settings.seconds("ENEDIS_SETTLE_SECONDS"),
        lease=settings.seconds("ENEDIS_LEASE_SECONDS"),
        retry=settings.seconds("ENEDIS_RETRY_SECONDS"),
        due=partial(due_at, remote=remote, technician_days=technician_days),
    )


def notifier() -> "Notifier":
    from restoration.adapters.decisions import DecisionFunction
    from restoration.adapters.messages import MessageOutbox
    from restoration.notifying import Notifier

    return Notifier(
        contacts=billing(),
        rules=DecisionFunction(_client("lambda"), settings.text("EVALUATE_DECISION_FUNCTION")),
        outbox=MessageOutbox(
            _dynamodb(),
            settings.text("MESSAGES_TABLE"),
            _client("ses"),
            _client("sns"),
            settings.text("SENDER_ADDRESS"),
        ),
        now=utc_now,
        may_defer=settings.switch("DEFER_MESSAGES"),
    )
